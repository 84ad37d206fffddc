/// Makes what came over the wire canonical by the model. What has a wrong type stays as it is, for
/// validate() to refuse.
#pragma once

#include "engine/json.h"
#include "services/aws/model.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::aws {

/// No request of AWS's SDKs is nested deeper than a few dozen levels; AWS's own bound is unknown.
inline constexpr std::size_t deepest_nesting = 128;

/// Drops members that the model does not know and those that are null, as AWS does. Whole numbers
/// written with a fraction (5.0) become integers where the model wants one. Throws
/// SerializationException for values nested deeper than `deepest_nesting`.
void canonicalize(Json& value, const Shape& shape);

/// Seconds since the epoch as "2026-01-01T00:00:00Z", with three digits of a fraction if there is
/// one.
std::string iso8601_timestamp(double seconds);
/// The inverse; also of plain numbers. Nothing for other text.
std::optional<double> parse_timestamp(std::string_view text);

}  // namespace orrery::aws
