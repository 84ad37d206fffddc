/// MySQL statements as trees. Plain data: the parser makes them, the renderer and the executors
/// read them.
#pragma once

#include "services/rds/sql/types.h"
#include "services/rds/storage/value.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace orrery::rds {

struct Select;

struct Expression {
    enum class Kind : std::uint8_t {
        literal,          // value, type
        column,           // database, table (either may be ""), name
        star,             // the argument of COUNT(*)
        function,         // name in capitals, operands; distinct
        unary,            // name: "-", "~", "NOT"
        binary,           // name: the operator in capitals, two operands
        comparison,       // name: "=", "<=>", "<", ...
        like,             // operands: text, pattern[, escape]; negated
        in_list,          // operands: the value, then the list; negated
        in_select,        // operands: the value; select; negated
        between,          // operands: value, low, high; negated
        is,               // name: "NULL", "TRUE", "FALSE", "UNKNOWN"; negated
        conditional,      // CASE: operands as in case_* below
        cast,             // type; one operand
        collate,          // name: the collation; one operand
        exists,           // select
        subquery,         // select, as a scalar
        system_variable,  // name in lower case; table: "session", "global" or ""
        inserted,         // VALUES(name) of ON DUPLICATE KEY UPDATE
        default_value,    // DEFAULT as a value to store
        row,              // (a, b)
    };

    Kind kind = Kind::literal;
    Value value;
    ColumnType type;
    std::string database;
    std::string table;
    std::string name;
    std::vector<std::unique_ptr<Expression>> operands;
    std::unique_ptr<Select> select;
    bool negated = false;
    bool distinct = false;
    bool has_base = false;  // CASE: operands begin with the value compared
    bool has_else = false;  // CASE: operands end with ELSE's
    int depth = 1;          // of the tree below, which has a bound
};
using ExpressionPtr = std::unique_ptr<Expression>;

struct TableName {
    std::string database;  // "": the session's
    std::string name;
};

/// One entry of FROM; `join` says how it is joined to what stands before it.
struct TableReference {
    std::string join;  // "": the first; ",", "INNER", "LEFT", "RIGHT", "CROSS"
    TableName table;
    std::unique_ptr<Select> derived;
    std::string alias;
    ExpressionPtr on;
    std::vector<std::string> using_columns;
    bool natural = false;
};

struct SelectItem {
    ExpressionPtr expression;  // null for a star
    TableName star_of;         // "t" of "t.*"
    std::string label;
    bool has_alias = false;
};

struct OrderItem {
    ExpressionPtr expression;
    bool descending = false;
};

enum class RowLock : std::uint8_t { none, share, update };

struct Select {
    bool distinct = false;
    std::vector<SelectItem> items;
    std::vector<TableReference> from;
    ExpressionPtr where;
    std::vector<ExpressionPtr> group_by;
    ExpressionPtr having;
    /// UNION and UNION ALL: the arms after this one, which then share order_by and limit below.
    struct Arm {
        bool all = false;
        std::unique_ptr<Select> select;
    };
    std::vector<Arm> arms;
    std::vector<OrderItem> order_by;
    ExpressionPtr limit;
    ExpressionPtr offset;
    RowLock lock = RowLock::none;
};

struct Assignment {
    std::string column;
    ExpressionPtr value;
};

struct Insert {
    enum class Mode : std::uint8_t { insert, ignore, replace };
    Mode mode = Mode::insert;
    TableName table;
    bool names_columns = false;
    std::vector<std::string> columns;
    std::vector<std::vector<ExpressionPtr>> rows;
    std::unique_ptr<Select> select;  // instead of rows
    std::vector<Assignment> on_duplicate;
    std::string row_alias;  // VALUES (...) AS new
};

struct Update {
    TableName table;
    std::string alias;
    std::vector<Assignment> assignments;
    ExpressionPtr where;
    std::vector<OrderItem> order_by;
    ExpressionPtr limit;
};

struct Delete {
    TableName table;
    std::string alias;
    ExpressionPtr where;
    std::vector<OrderItem> order_by;
    ExpressionPtr limit;
};

struct ColumnDefinition {
    enum class Default : std::uint8_t { none, null, value, now };
    std::string name;
    ColumnType type;
    bool nullable = true;
    bool auto_increment = false;
    bool on_update_now = false;
    Default default_kind = Default::none;
    Value default_value;
    std::string comment;
};

struct KeyDefinition {
    enum class Kind : std::uint8_t { primary, unique, plain };
    Kind kind = Kind::plain;
    std::string name;  // "PRIMARY" for the primary key
    std::vector<std::string> columns;
};

struct CreateTable {
    bool if_not_exists = false;
    TableName table;
    std::vector<ColumnDefinition> columns;
    std::vector<KeyDefinition> keys;
    const Collation* collation = nullptr;  // null: the database's
    std::int64_t auto_increment = 1;
    std::string comment;
};

struct DropTable {
    bool if_exists = false;
    std::vector<TableName> tables;
};

struct TruncateTable {
    TableName table;
};

struct DatabaseStatement {
    enum class Kind : std::uint8_t { create, drop, use };
    Kind kind = Kind::use;
    bool conditional = false;  // IF [NOT] EXISTS
    std::string name;
};

struct SetStatement {
    enum class Scope : std::uint8_t { session, global };
    struct Setting {
        Scope scope = Scope::session;
        std::string name;       // in lower case; "names": SET NAMES
        ExpressionPtr value;    // a bare word is a text literal; null: DEFAULT
        std::string collation;  // SET NAMES ... COLLATE
    };
    std::vector<Setting> settings;
};

struct TransactionStatement {
    enum class Kind : std::uint8_t {
        begin,
        commit,
        rollback,
        savepoint,
        rollback_to,
        release,
        isolation
    };
    Kind kind = Kind::begin;
    std::string name;        // of a savepoint; "READ COMMITTED" of an isolation level
    bool read_only = false;  // START TRANSACTION READ ONLY
    bool chain = false;      // COMMIT AND CHAIN
    bool snapshot = false;   // WITH CONSISTENT SNAPSHOT
};

struct Show {
    enum class Kind : std::uint8_t {
        databases,
        tables,
        columns,
        create_table,
        variables,
        warnings,
        errors,
    };
    Kind kind = Kind::databases;
    bool full = false;
    TableName table;  // database alone for SHOW TABLES
    std::optional<std::string> like;
};

using Statement = std::variant<Select,
                               Insert,
                               Update,
                               Delete,
                               CreateTable,
                               DropTable,
                               TruncateTable,
                               DatabaseStatement,
                               SetStatement,
                               TransactionStatement,
                               Show>;

}  // namespace orrery::rds
