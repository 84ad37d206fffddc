/// MySQL's column types: their names, bounds, wire codes and collations. Values themselves are
/// storage/value.h's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::rds {

enum class TypeName : std::uint8_t {
    unknown,  // only an expression's: its values will tell
    null,
    tinyint,
    smallint,
    mediumint,
    integer,
    bigint,
    decimal,
    float_number,
    double_number,
    char_text,
    varchar,
    tinytext,
    text,
    mediumtext,
    longtext,
    binary,
    varbinary,
    tinyblob,
    blob,
    mediumblob,
    longblob,
    date,
    datetime,
    timestamp,
    time,
};

/// How a collation compares.
enum class Comparison : std::uint8_t { ignore_case, ignore_case_pad, binary };

struct Collation {
    std::string_view name;
    std::string_view character_set;
    std::uint16_t id = 0;
    Comparison comparison = Comparison::ignore_case;
    bool is_default = false;  // of its character set
};

/// Null for a collation or character set that is not known here.
const Collation* find_collation(std::string_view name);
const Collation* default_collation(std::string_view character_set);
const Collation& utf8mb4_collation();
/// What a collation is called inside SQLite.
std::string_view sqlite_collation(Comparison comparison);

struct ColumnType {
    TypeName name = TypeName::unknown;
    std::uint64_t length =
        0;  // characters or bytes; DECIMAL: precision; TINYINT(1): 1; TIME and DATETIME: 0
    std::uint8_t scale =
        0;  // DECIMAL: digits after the point; TIME, DATETIME, TIMESTAMP: of the second
    bool is_unsigned = false;
    const Collation* collation = nullptr;  // of text

    bool is_integer() const { return name >= TypeName::tinyint && name <= TypeName::bigint; }
    bool is_decimal() const { return name == TypeName::decimal; }
    bool is_real() const {
        return name == TypeName::float_number || name == TypeName::double_number;
    }
    bool is_number() const { return is_integer() || is_decimal() || is_real(); }
    bool is_text() const { return name >= TypeName::char_text && name <= TypeName::longtext; }
    bool is_binary() const { return name >= TypeName::binary && name <= TypeName::longblob; }
    bool is_temporal() const { return name >= TypeName::date; }
    /// TEXT and BLOB and their sizes.
    bool is_large() const;
};

inline ColumnType type_of(TypeName name) {
    return {name, 0, 0, false, nullptr};
}

/// The bounds of an integer type, as far as 64 bits with a sign hold them.
struct IntegerBounds {
    std::int64_t low;
    std::int64_t high;
};
IntegerBounds integer_bounds(const ColumnType& type);
/// The longest value in bytes (TEXT, BLOB) or in units of its length (CHAR, VARBINARY).
std::uint64_t length_limit(const ColumnType& type);

/// As SHOW CREATE TABLE writes it: "varchar(255)", "int unsigned".
std::string type_text(const ColumnType& type);
/// The affinity to declare in SQLite, with the collation of text.
std::string sqlite_column_type(const ColumnType& type);

/// What a column definition packet says of a type.
struct WireType {
    std::uint8_t code;
    std::uint16_t character_set;
    std::uint32_t length;
    std::uint8_t decimals;
    std::uint16_t flags;
};
WireType wire_type(const ColumnType& type);

}  // namespace orrery::rds
