#include "services/rds/mysql_error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace orrery::rds {

namespace {

/// Ordered by number; a number that is not here has MySQL's general state HY000.
constexpr std::array sqlstates = std::to_array<std::pair<std::uint16_t, std::string_view>>({
    {1040, "08004"}, {1043, "08S01"}, {1044, "42000"}, {1045, "28000"}, {1046, "3D000"},
    {1047, "08S01"}, {1048, "23000"}, {1049, "42000"}, {1050, "42S01"}, {1051, "42S02"},
    {1052, "23000"}, {1054, "42S22"}, {1055, "42000"}, {1056, "42000"}, {1059, "42000"},
    {1060, "42S21"}, {1061, "42000"}, {1062, "23000"}, {1063, "42000"}, {1064, "42000"},
    {1065, "42000"}, {1066, "42000"}, {1067, "42000"}, {1068, "42000"}, {1072, "42000"},
    {1074, "42000"}, {1075, "42000"}, {1101, "42000"}, {1109, "42S02"}, {1110, "42000"},
    {1111, "HY000"}, {1113, "42000"}, {1115, "42000"}, {1136, "21S01"}, {1140, "42000"},
    {1146, "42S02"}, {1148, "42000"}, {1153, "08S01"}, {1156, "08S01"}, {1170, "42000"},
    {1171, "42000"}, {1193, "HY000"}, {1205, "HY000"}, {1213, "40001"}, {1222, "21000"},
    {1227, "42000"}, {1231, "42000"}, {1232, "42000"}, {1235, "42000"}, {1241, "21000"},
    {1242, "21000"}, {1248, "42000"}, {1264, "22003"}, {1265, "01000"}, {1286, "42000"},
    {1292, "22007"}, {1305, "42000"}, {1364, "HY000"}, {1365, "22012"}, {1366, "HY000"},
    {1406, "22001"}, {1425, "42000"}, {1426, "42000"}, {1427, "42000"}, {1451, "23000"},
    {1452, "23000"}, {1568, "25001"}, {1582, "42000"}, {1690, "22003"}, {1792, "25006"},
});

constexpr std::size_t near_limit = 80;

}  // namespace

std::string_view MysqlError::sqlstate() const {
    const auto found = std::lower_bound(
        sqlstates.begin(), sqlstates.end(), number_, [](const auto& row, auto number) {
            return row.first < number;
        });
    return found != sqlstates.end() && found->first == number_ ? found->second : "HY000";
}

std::string in_quotes(std::string_view text) {
    return "'" + std::string(text) + "'";
}

MysqlError not_supported(std::string_view construct) {
    return {1235, "This version of MySQL doesn't yet support " + in_quotes(construct)};
}

MysqlError syntax_error(std::string_view near, std::size_t line) {
    return {1064,
            "You have an error in your SQL syntax; check the manual that corresponds to your MySQL "
            "server "
            "version for the right syntax to use near " +
                in_quotes(near.substr(0, near_limit)) + " at line " + std::to_string(line)};
}

MysqlError unknown_table(std::string_view database, std::string_view table) {
    return {
        1146,
        "Table " + in_quotes(std::string(database) + "." + std::string(table)) + " doesn't exist"};
}

MysqlError unknown_column(std::string_view column, std::string_view clause) {
    return {1054, "Unknown column " + in_quotes(column) + " in " + in_quotes(clause)};
}

MysqlError unknown_database(std::string_view database) {
    return {1049, "Unknown database " + in_quotes(database)};
}

MysqlError no_database_selected() {
    return {1046, "No database selected"};
}

}  // namespace orrery::rds
