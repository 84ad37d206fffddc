/// An expression in SQLite's words with its MySQL type, and what can be done to it: as a number,
/// converted to another type, or with another expression's type.
#pragma once

#include "services/rds/sql/types.h"
#include "services/rds/storage/value.h"

#include <string>
#include <string_view>

namespace orrery::rds {

struct Rendered {
    std::string sql;
    ColumnType type;
    bool is_column = false;  // its collation is known to SQLite
    bool is_literal = false;
    bool is_nullable = true;
    bool is_stored = false;    // a table's own column: with affinity, maybe with an index
    bool is_collated = false;  // COLLATE was written
    Value literal = {};        // the value of what stands as a literal in the statement
    std::string precise =
        {};  // of a quotient: with the digits that MySQL carries but does not show
};

/// The operand as arithmetic and comparisons use it.
inline const std::string& precise(const Rendered& operand) {
    return operand.precise.empty() ? operand.sql : operand.precise;
}
Rendered rendered(std::string sql, TypeName type);
/// A condition: 0, 1 or NULL.
Rendered truth(std::string sql);
/// The operand as SQLite's INTEGER or REAL. Throws MysqlError 1235 for dates, which would silently
/// become other numbers than MySQL's.
std::string as_number(const Rendered& operand);
std::string as_real(const Rendered& operand);
void refuse_temporal(const Rendered& operand);
/// A hexadecimal or bit literal is an integer among numbers; everything else stays as it is.
Rendered number_literal(Rendered operand);
/// A value of `type`, with all its digits; the same text where it is one already.
Rendered converted(Rendered value, const ColumnType& type);

/// The collation of a text made of two; `operation` is for error 1271, where they do not mix.
const Collation* merged_collation(const Collation* left,
                                  const Collation* right,
                                  std::string_view operation);
/// The type that can hold values of both (CASE, COALESCE, UNION).
ColumnType merged_type(const ColumnType& left, const ColumnType& right, std::string_view operation);
std::string_view temporal_kind(const ColumnType& type);

}  // namespace orrery::rds
