#include "services/rds/sql/types.h"

#include "engine/ensure.h"
#include "services/rds/sql/text.h"

#include <algorithm>
#include <array>

namespace orrery::rds {

namespace {

constexpr std::array collations = std::to_array<Collation>({
    {"utf8mb4_0900_ai_ci", "utf8mb4", 255, Comparison::ignore_case, true},
    {"utf8mb4_general_ci", "utf8mb4", 45, Comparison::ignore_case_pad, false},
    {"utf8mb4_unicode_ci", "utf8mb4", 224, Comparison::ignore_case_pad, false},
    {"utf8mb4_unicode_520_ci", "utf8mb4", 246, Comparison::ignore_case_pad, false},
    {"utf8mb4_bin", "utf8mb4", 46, Comparison::binary, false},
    {"utf8mb4_0900_bin", "utf8mb4", 309, Comparison::binary, false},
    {"utf8mb3_general_ci", "utf8mb3", 33, Comparison::ignore_case_pad, true},
    {"utf8mb3_unicode_ci", "utf8mb3", 192, Comparison::ignore_case_pad, false},
    {"utf8mb3_bin", "utf8mb3", 83, Comparison::binary, false},
    {"binary", "binary", 63, Comparison::binary, true},
});

/// One row for each type: its name, its wire code, the length that the wire shows, and the longest
/// value.
struct TypeRow {
    TypeName type;
    std::string_view text;
    std::uint8_t code;
    std::uint32_t display;
    std::uint64_t limit;
};
constexpr std::array type_rows = std::to_array<TypeRow>({
    {TypeName::unknown, "unknown", 253, 0, 0},
    {TypeName::null, "null", 6, 0, 0},
    {TypeName::tinyint, "tinyint", 1, 4, 127},
    {TypeName::smallint, "smallint", 2, 6, 32767},
    {TypeName::mediumint, "mediumint", 9, 9, 8388607},
    {TypeName::integer, "int", 3, 11, 2147483647},
    {TypeName::bigint, "bigint", 8, 20, INT64_MAX},
    {TypeName::decimal, "decimal", 246, 0, 65},
    {TypeName::float_number, "float", 4, 12, 0},
    {TypeName::double_number, "double", 5, 22, 0},
    {TypeName::char_text, "char", 254, 0, 255},
    {TypeName::varchar, "varchar", 253, 0, 16383},
    {TypeName::tinytext, "tinytext", 252, 255, 255},
    {TypeName::text, "text", 252, 65535, 65535},
    {TypeName::mediumtext, "mediumtext", 252, 16777215, 16777215},
    {TypeName::longtext, "longtext", 252, 4294967295, 4294967295},
    {TypeName::binary, "binary", 254, 0, 255},
    {TypeName::varbinary, "varbinary", 253, 0, 65535},
    {TypeName::tinyblob, "tinyblob", 252, 255, 255},
    {TypeName::blob, "blob", 252, 65535, 65535},
    {TypeName::mediumblob, "mediumblob", 252, 16777215, 16777215},
    {TypeName::longblob, "longblob", 252, 4294967295, 4294967295},
    {TypeName::date, "date", 10, 10, 0},
    {TypeName::datetime, "datetime", 12, 19, 6},
    {TypeName::timestamp, "timestamp", 7, 19, 6},
    {TypeName::time, "time", 11, 10, 6},
});

const TypeRow& row_of(TypeName type) {
    const auto& row = type_rows.at(static_cast<std::size_t>(type));
    ENSURE(row.type == type);
    return row;
}

constexpr std::uint16_t binary_character_set = 63;
constexpr std::uint16_t blob_flag = 0x10;
constexpr std::uint16_t unsigned_flag = 0x20;
constexpr std::uint16_t binary_flag = 0x80;
constexpr std::uint16_t number_flag = 0x8000;

}  // namespace

const Collation* find_collation(std::string_view name) {
    std::string wanted = to_lower(name);
    if (wanted.starts_with("utf8_")) {
        wanted = "utf8mb3" + wanted.substr(4);
    }
    const auto found = std::find_if(collations.begin(),
                                    collations.end(),
                                    [&](const Collation& row) { return row.name == wanted; });
    return found == collations.end() ? nullptr : &*found;
}

const Collation* default_collation(std::string_view character_set) {
    std::string wanted = to_lower(character_set);
    if (wanted == "utf8") {
        wanted = "utf8mb3";
    }
    const auto found =
        std::find_if(collations.begin(), collations.end(), [&](const Collation& row) {
            return row.is_default && row.character_set == wanted;
        });
    return found == collations.end() ? nullptr : &*found;
}

const Collation& utf8mb4_collation() {
    return collations.front();
}

std::string_view sqlite_collation(Comparison comparison) {
    switch (comparison) {
        case Comparison::ignore_case: return "mysql_ci";
        case Comparison::ignore_case_pad: return "mysql_ci_pad";
        case Comparison::binary: return "BINARY";
    }
    return "BINARY";
}

bool ColumnType::is_large() const {
    return (name >= TypeName::tinytext && name <= TypeName::longtext) ||
           (name >= TypeName::tinyblob && name <= TypeName::longblob);
}

IntegerBounds integer_bounds(const ColumnType& type) {
    const auto high = static_cast<std::int64_t>(row_of(type.name).limit);
    if (!type.is_unsigned) {
        return {-high - 1, high};
    }
    return {0, high == INT64_MAX ? high : high * 2 + 1};
}

std::uint64_t length_limit(const ColumnType& type) {
    return row_of(type.name).limit;
}

std::string type_text(const ColumnType& type) {
    std::string text(row_of(type.name).text);
    if (type.is_decimal()) {
        text += "(" + std::to_string(type.length) + "," + std::to_string(type.scale) + ")";
    } else if (type.is_temporal() && type.scale > 0) {
        text += "(" + std::to_string(type.scale) + ")";
    } else if (type.length > 0 && !type.is_large() && (type.is_text() || type.is_binary())) {
        text += "(" + std::to_string(type.length) + ")";
    } else if (type.name == TypeName::tinyint && type.length == 1) {
        text += "(1)";  // the only display width that MySQL 8 still shows: drivers take it for a
                        // boolean
    }
    return type.is_unsigned ? text + " unsigned" : text;
}

std::string sqlite_column_type(const ColumnType& type) {
    if (type.is_integer()) {
        return "INTEGER";
    }
    if (type.is_real()) {
        return "REAL";
    }
    if (type.is_binary()) {
        return "BLOB";
    }
    if (type.is_decimal()) {
        return "TEXT COLLATE mysql_decimal";
    }
    if (type.is_text()) {
        const auto comparison =
            type.collation == nullptr ? Comparison::ignore_case : type.collation->comparison;
        return "TEXT COLLATE " + std::string(sqlite_collation(comparison));
    }
    return "TEXT";
}

WireType wire_type(const ColumnType& type) {
    const TypeRow& row = row_of(type.name);
    WireType wire{row.code, binary_character_set, row.display, type.scale, 0};
    if (type.is_text() || type.name == TypeName::unknown) {
        wire.character_set = utf8mb4_collation().id;
        wire.length = static_cast<std::uint32_t>(
            type.is_large() ? row.display : std::max<std::uint64_t>(type.length, 1) * 4);
        wire.flags = type.is_large() ? blob_flag : 0;
    } else if (type.is_binary()) {
        wire.length = type.is_large() ? row.display : static_cast<std::uint32_t>(type.length);
        wire.flags =
            static_cast<std::uint16_t>(type.is_large() ? blob_flag | binary_flag : binary_flag);
    } else if (type.is_number()) {
        wire.flags = static_cast<std::uint16_t>(type.is_unsigned ? number_flag | unsigned_flag
                                                                 : number_flag);
        if (type.is_decimal()) {
            wire.length = static_cast<std::uint32_t>(type.length) + 2;
        } else if (type.name == TypeName::tinyint && type.length == 1) {
            wire.length = 1;
        }
        if (type.is_real()) {
            wire.decimals = 31;  // "not a fixed number of places"
        }
    } else {
        wire.flags = binary_flag;
        if (type.scale > 0) {
            wire.length += 1U + type.scale;
        }
    }
    return wire;
}

}  // namespace orrery::rds
