/// Names and values of URLs and forms: application/x-www-form-urlencoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::aws {

using FormField = std::pair<std::string, std::string>;

enum class PlusSign { space, plus };  // in a form '+' is a space; in a path it is itself

/// Nothing if a percent sign is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text, PlusSign plus);
/// As SigV4 wants it: all but letters, digits and -_.~ as %XX; '/' too unless it is to be kept.
std::string percent_encode(std::string_view text, std::string_view keep = "");

/// The most fields that a form may have.
inline constexpr std::size_t most_form_fields = 20'000;

/// Throws ApiError MalformedQueryString: percent signs as above, text that is not UTF-8, too many
/// fields.
std::vector<FormField> parse_form(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace orrery::aws
