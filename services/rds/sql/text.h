/// Small helpers for names and keywords: comparison without regard to the case of ASCII letters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace orrery::rds {

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
bool equal_ignoring_case(std::string_view left, std::string_view right);
/// Orders names without regard to case; for containers keyed by column name.
struct LessIgnoringCase {
    using is_transparent = void;
    bool operator()(std::string_view left, std::string_view right) const;
};

/// The code point at `position`, which moves on; a byte that is not UTF-8 counts as U+FFFD.
char32_t next_code_point(std::string_view text, std::size_t& position);
void append_code_point(std::string& out, char32_t code);
bool is_utf8(std::string_view text);
std::size_t count_code_points(std::string_view text);
/// Where code point number `index` begins, at most the text's size.
std::size_t byte_offset(std::string_view text, std::size_t index);

/// MySQL's LIKE for the patterns of SHOW: '%', '_' and the escape character, without regard to
/// case.
bool matches_like(std::string_view text, std::string_view pattern, char32_t escape);

}  // namespace orrery::rds
