/// A record in the JSON of Lambda's events.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::kinesis {

class Shard;
class Stream;

/// Appends it as one element of a Records array; false, and nothing, if it has been trimmed. `arn`
/// is the mapping's, of the stream or of a consumer; `role` the function's.
bool append_lambda_record(const Stream& stream,
                          const Shard& shard,
                          std::uint64_t index,
                          std::string_view arn,
                          std::string_view role,
                          std::string& json);

}  // namespace orrery::kinesis
