#include "services/rds/sql/functions.h"

#include <algorithm>
#include <array>

namespace orrery::rds {

namespace {

using Result = FunctionResult;

constexpr std::size_t any = 1000;
constexpr std::array rules = std::to_array<FunctionRule>({
    {"ASCII", 1, 1, Result::integer, "coalesce(unicode(mysql_text(%)),0)"},
    {"CEIL", 1, 1, Result::integer, "mysql_ceiling"},
    {"CEILING", 1, 1, Result::integer, "mysql_ceiling"},
    {"CHARACTER_LENGTH", 1, 1, Result::integer, "mysql_char_length"},
    {"CHAR_LENGTH", 1, 1, Result::integer, "mysql_char_length"},
    {"COALESCE", 2, any, Result::merged, "coalesce"},
    {"CONCAT", 1, any, Result::text, "mysql_concat"},
    {"CONCAT_WS", 2, any, Result::text, "mysql_concat_ws"},
    {"DATE", 1, 1, Result::date, "mysql_cast_temporal(%,'date',0)"},
    {"DATEDIFF", 2, 2, Result::integer, "mysql_datediff"},
    {"DATE_FORMAT", 2, 2, Result::text, "mysql_date_format"},
    {"DAY", 1, 1, Result::integer, "mysql_date_part(%,'D')"},
    {"DAYOFMONTH", 1, 1, Result::integer, "mysql_date_part(%,'D')"},
    {"DAYOFWEEK", 1, 1, Result::integer, "mysql_date_part(%,'w')"},
    {"FLOOR", 1, 1, Result::integer, "mysql_floor"},
    {"FROM_UNIXTIME", 1, 1, Result::datetime, "mysql_from_unixtime"},
    {"HEX", 1, 1, Result::text, "mysql_hex"},
    {"HOUR", 1, 1, Result::integer, "mysql_date_part(%,'h')"},
    {"IFNULL", 2, 2, Result::merged, "ifnull"},
    {"INSTR", 2, 2, Result::integer, "mysql_instr"},
    {"LCASE", 1, 1, Result::text, "mysql_lower"},
    {"LEFT", 2, 2, Result::text, "mysql_left"},
    {"LENGTH", 1, 1, Result::integer, "mysql_length"},
    {"LOCATE", 2, 3, Result::integer, "mysql_locate"},
    {"LOWER", 1, 1, Result::text, "mysql_lower"},
    {"LTRIM", 1, 1, Result::text, "mysql_ltrim"},
    {"MD5", 1, 1, Result::text, "mysql_md5"},
    {"MID", 3, 3, Result::text, "mysql_substring"},
    {"MINUTE", 1, 1, Result::integer, "mysql_date_part(%,'m')"},
    {"MONTH", 1, 1, Result::integer, "mysql_date_part(%,'M')"},
    {"OCTET_LENGTH", 1, 1, Result::integer, "mysql_length"},
    {"POW", 2, 2, Result::real, "mysql_power"},
    {"POWER", 2, 2, Result::real, "mysql_power"},
    {"RAND", 0, 0, Result::real, "mysql_rand"},
    {"REPEAT", 2, 2, Result::text, "mysql_repeat"},
    {"REPLACE", 3, 3, Result::text, "mysql_replace"},
    {"REVERSE", 1, 1, Result::text, "mysql_reverse"},
    {"RIGHT", 2, 2, Result::text, "mysql_right"},
    {"RTRIM", 1, 1, Result::text, "mysql_rtrim"},
    {"SECOND", 1, 1, Result::integer, "mysql_date_part(%,'s')"},
    {"SHA", 1, 1, Result::text, "mysql_sha1"},
    {"SHA1", 1, 1, Result::text, "mysql_sha1"},
    {"SHA2", 2, 2, Result::text, "mysql_sha2"},
    {"SQRT", 1, 1, Result::real, "mysql_sqrt"},
    {"SUBSTR", 2, 3, Result::text, "mysql_substring"},
    {"SUBSTRING", 2, 3, Result::text, "mysql_substring"},
    {"TRIM", 1, 1, Result::text, "mysql_trim"},
    {"UCASE", 1, 1, Result::text, "mysql_upper"},
    {"UPPER", 1, 1, Result::text, "mysql_upper"},
    {"UUID", 0, 0, Result::text, "mysql_uuid"},
    {"YEAR", 1, 1, Result::integer, "mysql_date_part(%,'Y')"},
});

/// Functions of MySQL's that are missing, so that the error is not "does not exist".
constexpr std::array<std::string_view, 66> missing{
    "ACOS",         "ADDDATE",      "ADDTIME",      "ANY_VALUE",     "ASIN",
    "ATAN",         "BENCHMARK",    "BIN",          "BIT_AND",       "BIT_COUNT",
    "BIT_OR",       "BIT_XOR",      "CHAR",         "CONV",          "CONVERT_TZ",
    "COS",          "CRC32",        "DATE_ADD",     "DATE_SUB",      "DAYNAME",
    "DAYOFYEAR",    "ELT",          "EXP",          "EXTRACT",       "FIELD",
    "FIND_IN_SET",  "FORMAT",       "FOUND_ROWS",   "FROM_BASE64",   "FROM_DAYS",
    "GET_LOCK",     "GROUP_CONCAT", "INET_ATON",    "INET_NTOA",     "JSON_ARRAY",
    "JSON_EXTRACT", "JSON_OBJECT",  "JSON_SET",     "LAST_DAY",      "LN",
    "LOG",          "LPAD",         "MAKEDATE",     "MONTHNAME",     "PI",
    "QUARTER",      "RELEASE_LOCK", "RPAD",         "SIN",           "SLEEP",
    "SPACE",        "STDDEV",       "STR_TO_DATE",  "SUBDATE",       "SUBSTRING_INDEX",
    "SYSDATE",      "TAN",          "TIMESTAMPADD", "TIMESTAMPDIFF", "TIME_TO_SEC",
    "TO_BASE64",    "TO_DAYS",      "TRUNCATE",     "UNHEX",         "VARIANCE",
    "WEEK"};

}  // namespace

const FunctionRule* find_function(std::string_view name) {
    const auto found = std::find_if(
        rules.begin(), rules.end(), [&](const FunctionRule& rule) { return rule.name == name; });
    return found == rules.end() ? nullptr : &*found;
}

bool is_mysql_function(std::string_view name) {
    return find_function(name) != nullptr ||
           std::find(missing.begin(), missing.end(), name) != missing.end();
}

}  // namespace orrery::rds
