/// NextToken: where a list goes on, for 300 seconds. [botocore: ListShards]
#pragma once

#include "engine/json.h"
#include "engine/time.h"

#include <string>
#include <string_view>

namespace orrery::kinesis {

/// `place` is an object of whatever the list needs.
std::string token_text(const Json& place, Instant now);
/// Throws AWS's errors for text that is no token with a member "after", or an old one.
Json read_token(std::string_view token, Instant now);

}  // namespace orrery::kinesis
