/// Single values of canonical JSON as the text of HTTP headers, URIs and XML.
#pragma once

#include "engine/json.h"
#include "services/aws/model.h"

#include <optional>
#include <string>
#include <string_view>

namespace orrery::aws {

/// By the member's type; timestamps in any of AWS's forms.
/// What is not of its type stays text, for validate() to refuse.
Json value_of_text(std::string text, const Member& member);
/// `value` is no list and no object; `standard` is how timestamps are written there unless the
/// member says it.
std::string text_of_value(const Json& value, const Member& member, TimestampFormat standard);

/// A member's timestamp from JSON or text in whatever form it came; nothing if it is none.
std::optional<double> timestamp_of(const Json& value);
/// As the wire has it: a number for unix_seconds, text otherwise.
Json timestamp_value(double seconds, TimestampFormat format);

/// "Thu, 01 Jan 2026 00:00:00 GMT" (RFC 1123) of seconds since the epoch, whose fraction is lost.
std::string http_date(double seconds);
/// The inverse. Nothing for other text.
std::optional<double> parse_http_date(std::string_view text);

}  // namespace orrery::aws
