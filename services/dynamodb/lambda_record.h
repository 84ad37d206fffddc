/// A stream's record in the JSON of Lambda's events.
#pragma once

#include <string>

namespace orrery::dynamodb {

class Stream;
struct StreamRecord;

/// Appends it as one element of a Records array.
void append_lambda_record(const Stream& stream, const StreamRecord& record, std::string& json);

}  // namespace orrery::dynamodb
