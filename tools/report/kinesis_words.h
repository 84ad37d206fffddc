/// What trace events of Kinesis say in words.
#pragma once

#include "engine/json.h"
#include "tools/report/words.h"

#include <string_view>

namespace orrery::report {

/// Without text for a kind that is none of Kinesis'.
Words kinesis_words(std::string_view kind, const Json& data);

}  // namespace orrery::report
