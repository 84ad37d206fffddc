/// Upper and lower case of the letters that the collations know: Latin, Greek and Cyrillic.
#pragma once

namespace orrery::rds {

/// A letter without case is its own; throws MysqlError 1235 for letters of other scripts that have
/// one.
char32_t upper_letter(char32_t code);
char32_t lower_letter(char32_t code);

}  // namespace orrery::rds
