/// The table of MySQL's functions that statements may call, and what each becomes in SQLite.
#pragma once

#include <cstdint>
#include <string_view>

namespace orrery::rds {

enum class FunctionResult : std::uint8_t { text, binary, integer, real, date, datetime, merged };

struct FunctionRule {
    std::string_view name;  // in capitals
    std::size_t least;
    std::size_t most;
    FunctionResult result;
    /// SQLite's name; "%" in it stands for the arguments where they are not the whole list.
    std::string_view sqlite;
};

/// Null for a function that is not in the table.
const FunctionRule* find_function(std::string_view name);
/// Whether MySQL itself has a function of this name, in the table or not.
bool is_mysql_function(std::string_view name);

}  // namespace orrery::rds
