#include "services/rds/sql/rendered.h"

#include "services/rds/mysql_error.h"
#include "services/rds/storage/sqlite.h"

#include <algorithm>
#include <utility>

namespace orrery::rds {

namespace {

ColumnType merged_numbers(const ColumnType& left, const ColumnType& right) {
    if (left.is_integer() && right.is_integer()) {
        ColumnType type = type_of(TypeName::bigint);
        type.is_unsigned = left.is_unsigned && right.is_unsigned;
        return type;
    }
    if (left.is_real() || right.is_real()) {
        return type_of(TypeName::double_number);
    }
    ColumnType type = type_of(TypeName::decimal);
    type.length = 38;
    type.scale = std::max(left.scale, right.scale);
    return type;
}

ColumnType merged_times(const ColumnType& left, const ColumnType& right) {
    if (left.name == TypeName::time || right.name == TypeName::time) {
        throw not_supported("TIME together with dates in one result");
    }
    ColumnType type = type_of(TypeName::datetime);
    type.scale = std::max(left.scale, right.scale);
    return type;
}

}  // namespace

Rendered rendered(std::string sql, TypeName type) {
    return {std::move(sql), type_of(type)};
}

Rendered truth(std::string sql) {
    Rendered result = rendered(std::move(sql), TypeName::bigint);
    result.type.length = 1;
    return result;
}

void refuse_temporal(const Rendered& operand) {
    if (operand.type.is_temporal()) {
        throw not_supported("arithmetic on dates and times");
    }
}

std::string as_number(const Rendered& operand) {
    refuse_temporal(operand);
    const Rendered number = number_literal(operand);
    return number.type.is_integer() || number.type.is_real() ? number.sql
                                                             : "mysql_number(" + number.sql + ")";
}

std::string as_real(const Rendered& operand) {
    return "CAST(" + as_number(operand) + " AS REAL)";
}

Rendered number_literal(Rendered operand) {
    if (const auto* const bytes = std::get_if<Blob>(&operand.literal)) {
        const Value number = number_of_bytes(*bytes);
        operand.sql = sqlite_literal(number);
        operand.type = type_of(TypeName::bigint);
        operand.type.is_unsigned = true;
        operand.literal = number;
    }
    return operand;
}

Rendered converted(Rendered value, const ColumnType& type) {
    const bool same = value.type.name == type.name && value.type.scale == type.scale;
    const bool none = value.type.name == TypeName::null || type.name == TypeName::null ||
                      type.name == TypeName::unknown;
    if (same || none || type.is_integer() || (value.type.is_text() && type.is_text()) ||
        (value.type.is_real() && type.is_real())) {
        value.type = none ? value.type : type;
        return value;
    }
    const std::string scale = std::to_string(type.scale);
    std::string sql;
    if (type.is_decimal()) {
        sql = "mysql_round_decimal(" + value.sql + "," + scale + ")";
    } else if (type.is_real()) {
        sql = as_real(value);
    } else if (type.is_text()) {
        sql = "mysql_text(" + value.sql + ")";
    } else if (type.is_binary()) {
        sql = "mysql_binary(" + value.sql + ")";
    } else {
        sql = "mysql_temporal(" + value.sql + ",'" + std::string(temporal_kind(type)) + "'," +
              scale + ",'')";
    }
    return {std::move(sql), type, false, value.is_literal, value.is_nullable};
}

const Collation* merged_collation(const Collation* left,
                                  const Collation* right,
                                  std::string_view operation) {
    if (left == nullptr || right == nullptr || left == right) {
        return left == nullptr ? right : left;
    }
    // [MySQL manual: collation coercibility] the _bin one wins within a character set.
    if (left->character_set == right->character_set) {
        for (const Collation* const one : {left, right}) {
            if (one->comparison == Comparison::binary) {
                return one;
            }
        }
    }
    throw MysqlError(1271, "Illegal mix of collations for operation " + in_quotes(operation));
}

ColumnType merged_type(const ColumnType& left,
                       const ColumnType& right,
                       std::string_view operation) {
    if (left.name == TypeName::null || left.name == TypeName::unknown) {
        return right;
    }
    if (right.name == TypeName::null || right.name == TypeName::unknown) {
        return left;
    }
    if (left.name == right.name && left.is_unsigned == right.is_unsigned) {
        ColumnType type = left;
        type.length = std::max(left.length, right.length);
        type.scale = std::max(left.scale, right.scale);
        type.collation = merged_collation(left.collation, right.collation, operation);
        return type;
    }
    if (left.is_number() && right.is_number()) {
        return merged_numbers(left, right);
    }
    if (left.is_temporal() && right.is_temporal()) {
        return merged_times(left, right);
    }
    if (left.is_binary() || right.is_binary()) {
        return type_of(TypeName::longblob);
    }
    ColumnType type =
        type_of(left.is_large() || right.is_large() ? TypeName::longtext : TypeName::varchar);
    type.length = std::max<std::uint64_t>({left.length, right.length, 30});
    type.collation = merged_collation(left.collation, right.collation, operation);
    return type;
}

std::string_view temporal_kind(const ColumnType& type) {
    switch (type.name) {
        case TypeName::date: return "date";
        case TypeName::time: return "time";
        default: return "datetime";
    }
}

}  // namespace orrery::rds
