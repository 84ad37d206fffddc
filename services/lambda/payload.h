/// The payloads that callers send: their limits, and what AWS says of text that is no JSON.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace orrery::lambda {

/// The payload's text from its base64 (null or empty: none, which means {}). Throws AWS's error if
/// it is longer than `most` bytes or no JSON; `invocation_type` is for that error's text.
std::string read_payload(const std::string* base64,
                         std::string_view invocation_type,
                         std::size_t most);

/// As AWS's JSON parser words it: "Unrecognized token 'test': was expecting (...)". `text` must be
/// no JSON.
std::string json_problem(std::string_view text);

}  // namespace orrery::lambda
