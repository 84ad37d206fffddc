#include "services/rds/variables.h"

#include "services/rds/mysql_error.h"
#include "services/rds/sql/text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace orrery::rds {

namespace {

/// fixed: its session value may be "set" to what it is, and no other value is supported.
enum class Rule : std::uint8_t {
    read_only,
    boolean,
    number,
    character_set,
    collation,
    modes,
    isolation,
    fixed,
    zone
};

struct VariableRow {
    std::string_view name;
    std::string_view text;  // the default
    bool is_number = false;
    Rule rule = Rule::fixed;
};
constexpr std::string_view default_modes =
    "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_"
    "ZERO,"
    "NO_ENGINE_SUBSTITUTION";
/// In alphabetical order.
constexpr std::array system_variables = std::to_array<VariableRow>({
    {"auto_increment_increment", "1", true},
    {"auto_increment_offset", "1", true},
    {"autocommit", "1", true, Rule::boolean},
    {"character_set_client", "utf8mb4", false, Rule::character_set},
    {"character_set_connection", "utf8mb4", false, Rule::character_set},
    {"character_set_database", "utf8mb4"},
    {"character_set_results", "utf8mb4", false, Rule::character_set},
    {"character_set_server", "utf8mb4"},
    {"character_set_system", "utf8mb3", false, Rule::read_only},
    {"collation_connection", "utf8mb4_0900_ai_ci", false, Rule::collation},
    {"collation_database", "utf8mb4_0900_ai_ci"},
    {"collation_server", "utf8mb4_0900_ai_ci"},
    {"foreign_key_checks", "1", true, Rule::boolean},
    {"init_connect", "", false, Rule::read_only},
    {"innodb_lock_wait_timeout", "50", true, Rule::number},
    {"interactive_timeout", "28800", true, Rule::number},
    {"license", "GPL", false, Rule::read_only},
    {"lower_case_table_names", "0", true, Rule::read_only},
    {"max_allowed_packet", "67108864", true, Rule::read_only},
    {"net_read_timeout", "30", true, Rule::number},
    {"net_write_timeout", "60", true, Rule::number},
    {"performance_schema", "0", true, Rule::read_only},
    {"port", "3306", true, Rule::read_only},
    {"sql_auto_is_null", "0", true},
    {"sql_mode", default_modes, false, Rule::modes},
    {"sql_notes", "1", true},
    {"sql_safe_updates", "0", true},
    {"sql_select_limit", "18446744073709551615"},
    {"sql_warnings", "0", true, Rule::boolean},
    {"system_time_zone", "UTC", false, Rule::read_only},
    {"time_zone", "SYSTEM", false, Rule::zone},
    {"transaction_isolation", "REPEATABLE-READ", false, Rule::isolation},
    {"transaction_read_only", "0", true},
    {"unique_checks", "1", true, Rule::boolean},
    {"version", server_version, false, Rule::read_only},
    {"version_comment", "Source distribution", false, Rule::read_only},
    {"wait_timeout", "28800", true, Rule::number},
});

/// sql_mode's words. What those that do nothing here forbid or allow is not done here anyway.
constexpr std::array<std::string_view, 12> supported_modes{"ANSI_QUOTES",
                                                           "ERROR_FOR_DIVISION_BY_ZERO",
                                                           "IGNORE_SPACE",
                                                           "NO_AUTO_VALUE_ON_ZERO",
                                                           "NO_BACKSLASH_ESCAPES",
                                                           "NO_ENGINE_SUBSTITUTION",
                                                           "NO_ZERO_DATE",
                                                           "NO_ZERO_IN_DATE",
                                                           "ONLY_FULL_GROUP_BY",
                                                           "PIPES_AS_CONCAT",
                                                           "STRICT_ALL_TABLES",
                                                           "STRICT_TRANS_TABLES"};

const VariableRow& row_of(std::string_view name) {
    const auto found = std::find_if(system_variables.begin(),
                                    system_variables.end(),
                                    [&](const VariableRow& row) { return row.name == name; });
    if (found == system_variables.end()) {
        throw MysqlError(1193, "Unknown system variable " + in_quotes(name));
    }
    return *found;
}

Value default_of(const VariableRow& row) {
    std::int64_t number = 0;
    if (row.is_number) {
        std::from_chars(row.text.data(), row.text.data() + row.text.size(), number);
        return number;
    }
    return std::string(row.text);
}

[[noreturn]] void wrong_value(std::string_view name, const std::string& value) {
    throw MysqlError(
        1231, "Variable " + in_quotes(name) + " can't be set to the value of " + in_quotes(value));
}

std::int64_t boolean_of(std::string_view name, const std::string& text) {
    const std::string word = to_upper(text);
    if (word == "1" || word == "ON" || word == "TRUE") {
        return 1;
    }
    if (word == "0" || word == "OFF" || word == "FALSE") {
        return 0;
    }
    wrong_value(name, text);
}

std::string modes_of(const std::string& text) {
    std::string modes;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        const std::string mode = to_upper(text.substr(begin, end - begin));
        begin = end + 1;
        if (mode.empty()) {
            continue;
        }
        if (std::find(supported_modes.begin(), supported_modes.end(), mode) ==
            supported_modes.end()) {
            throw not_supported("sql_mode " + mode);
        }
        modes += (modes.empty() ? "" : ",") + mode;
    }
    return modes;
}

Value checked(const VariableRow& row, const Value& value) {
    const std::string text = to_text(value);
    switch (row.rule) {
        case Rule::read_only:
            throw MysqlError(1238, "Variable " + in_quotes(row.name) + " is a read only variable");
        case Rule::boolean: return boolean_of(row.name, text);
        case Rule::number: {
            const auto* const number = std::get_if<std::int64_t>(&value);
            if (number == nullptr) {
                throw MysqlError(1232,
                                 "Incorrect argument type to variable " + in_quotes(row.name));
            }
            return std::max<std::int64_t>(*number, 1);
        }
        case Rule::character_set:
            // NULL: results are sent as they are, which is UTF-8 here.
            if (!is_null(value) && default_collation(text) == nullptr) {
                throw not_supported("character set " + text);
            }
            return is_null(value) ? Value("utf8mb4") : Value(text);
        case Rule::collation:
            if (find_collation(text) == nullptr) {
                throw not_supported("collation " + text);
            }
            return text;
        case Rule::modes: return modes_of(text);
        case Rule::isolation: {
            const std::string level = to_upper(text);
            if (level != "REPEATABLE-READ" && level != "READ-COMMITTED" &&
                level != "SERIALIZABLE") {
                level == "READ-UNCOMMITTED"
                    ? throw not_supported("isolation level READ UNCOMMITTED")
                    : wrong_value(row.name, text);
            }
            return level;
        }
        case Rule::zone: {
            const std::string zone = to_upper(text);
            if (zone != "SYSTEM" && zone != "UTC" && zone != "+00:00" && zone != "-00:00") {
                throw not_supported("time_zone " + text);
            }
            return text;
        }
        case Rule::fixed: break;
    }
    const std::string before = to_text(default_of(row));
    const bool is_word =
        row.is_number && (equal_ignoring_case(text, "ON") || equal_ignoring_case(text, "OFF"));
    const bool same =
        equal_ignoring_case(is_word ? std::to_string(boolean_of(row.name, text)) : text, before);
    if (!same) {
        throw not_supported("SET " + std::string(row.name) + " = " + text);
    }
    return default_of(row);
}

}  // namespace

Value Variables::get(const std::string& name, bool global) const {
    const VariableRow& row = row_of(name);
    const auto found = global ? changed_.end() : changed_.find(row.name);
    return found == changed_.end() ? default_of(row) : found->second;
}

void Variables::set(const std::string& name, const Value& value) {
    const VariableRow& row = row_of(name);
    changed_.insert_or_assign(std::string(row.name), checked(row, value));
}

void Variables::set_default(const std::string& name) {
    changed_.erase(std::string(row_of(name).name));
}

std::vector<std::string> Variables::names() const {
    std::vector<std::string> names;
    for (const VariableRow& row : system_variables) {
        names.emplace_back(row.name);
    }
    return names;
}

bool Variables::autocommit() const {
    return std::get<std::int64_t>(get("autocommit", false)) == 1;
}

bool Variables::has_mode(std::string_view mode) const {
    const std::string modes = "," + to_text(get("sql_mode", false)) + ",";
    return modes.find("," + std::string(mode) + ",") != std::string::npos;
}

LexicalMode Variables::lexical_mode() const {
    return {has_mode("ANSI_QUOTES"), has_mode("NO_BACKSLASH_ESCAPES"), has_mode("PIPES_AS_CONCAT")};
}

Strictness Variables::strictness() const {
    return has_mode("STRICT_TRANS_TABLES") || has_mode("STRICT_ALL_TABLES") ? Strictness::strict
                                                                            : Strictness::lenient;
}

std::string Variables::isolation() const {
    return to_text(get("transaction_isolation", false));
}

std::int64_t Variables::lock_wait_seconds() const {
    return std::get<std::int64_t>(get("innodb_lock_wait_timeout", false));
}

}  // namespace orrery::rds
