/// The order of text: MySQL's case- and accent-insensitive collations, approximated for Latin,
/// Greek and Cyrillic letters.
#pragma once

#include <string_view>

namespace orrery::rds {

/// The letter that `code` counts as when case and accents are ignored.
char32_t fold(char32_t code);
/// Below, equal to or above 0, as strcmp.
int compare_ignoring_case(std::string_view left, std::string_view right);
/// The same; blanks at the end do not count (collations older than MySQL 8).
int compare_ignoring_case_padded(std::string_view left, std::string_view right);

}  // namespace orrery::rds
