#include "services/rds/ddl.h"

#include "services/rds/mysql_error.h"
#include "services/rds/sql/text.h"

#include <algorithm>
#include <utility>

namespace orrery::rds {

namespace {

void check_columns(const Table& table) {
    if (table.columns.empty()) {
        throw MysqlError(1113, "A table must have at least 1 column");
    }
    if (table.columns.size() > 1017) {
        throw MysqlError(1117, "Too many columns");
    }
    for (auto column = table.columns.begin(); column != table.columns.end(); ++column) {
        const bool again =
            std::any_of(table.columns.begin(), column, [&](const ColumnDefinition& other) {
                return equal_ignoring_case(other.name, column->name);
            });
        if (again) {
            throw MysqlError(1060, "Duplicate column name " + in_quotes(column->name));
        }
    }
}

void check_key(const Table& table, const KeyDefinition& key) {
    for (const std::string& name : key.columns) {
        const ColumnDefinition* const column = table.find_column(name);
        if (column == nullptr) {
            throw MysqlError(1072, "Key column " + in_quotes(name) + " doesn't exist in table");
        }
        if (column->type.is_large()) {
            throw MysqlError(1170,
                             "BLOB/TEXT column " + in_quotes(name) +
                                 " used in key specification without a key length");
        }
    }
}

/// An unnamed key is called after its first column, with _2, _3, ... if that is taken.
void name_keys(Table& table) {
    std::vector<std::string> taken;
    const auto is_taken = [&](const std::string& name) {
        return std::any_of(taken.begin(), taken.end(), [&](const std::string& other) {
            return equal_ignoring_case(other, name);
        });
    };
    for (KeyDefinition& key : table.keys) {
        if (key.name.empty()) {
            key.name = key.columns.front();
            for (int number = 2; is_taken(key.name); ++number) {
                key.name = key.columns.front() + "_" + std::to_string(number);
            }
        } else if (is_taken(key.name)) {
            throw MysqlError(1061, "Duplicate key name " + in_quotes(key.name));
        }
        taken.push_back(key.name);
    }
}

void check_auto_increment(const Table& table) {
    const auto count = std::count_if(
        table.columns.begin(), table.columns.end(), [](const ColumnDefinition& column) {
            return column.auto_increment;
        });
    const ColumnDefinition* const column = table.auto_increment_column();
    const bool is_key = column == nullptr ||
                        std::any_of(table.keys.begin(), table.keys.end(), [&](const auto& key) {
                            return equal_ignoring_case(key.columns.front(), column->name);
                        });
    if (count > 1 || !is_key) {
        throw MysqlError(1075,
                         "Incorrect table definition; there can be only one auto column and it "
                         "must be defined as a key");
    }
    if (column != nullptr &&
        (!column->type.is_integer() || column->default_kind != ColumnDefinition::Default::none)) {
        throw MysqlError(1063, "Incorrect column specifier for column " + in_quotes(column->name));
    }
}

void check_default(ColumnDefinition& column) {
    using Default = ColumnDefinition::Default;
    const MysqlError invalid(1067, "Invalid default value for " + in_quotes(column.name));
    if (column.default_kind == Default::null && !column.nullable) {
        throw invalid;
    }
    if (column.default_kind != Default::value) {
        return;
    }
    if (column.type.is_large()) {
        throw MysqlError(1101,
                         "BLOB, TEXT, GEOMETRY or JSON column " + in_quotes(column.name) +
                             " can't have a default value");
    }
    try {
        column.default_value =
            coerce(column.default_value, column, {Strictness::strict, 1, nullptr});
    } catch (const MysqlError&) {
        throw invalid;
    }
}

std::string key_columns(const KeyDefinition& key) {
    std::string text;
    for (const std::string& column : key.columns) {
        text += (text.empty() ? "" : ",") + sqlite_identifier(column);
    }
    return text;
}

std::string backticked(const std::string& name) {
    std::string text = "`";
    for (const char letter : name) {
        text += letter;
        if (letter == '`') {
            text += letter;
        }
    }
    return text + "`";
}

std::string single_quoted(const std::string& text) {
    std::string result = "'";
    for (const char letter : text) {
        result += letter;
        if (letter == '\'') {
            result += letter;
        }
    }
    return result + "'";
}

std::string column_text(const Table& table, const ColumnDefinition& column) {
    const std::string fraction =
        column.type.scale > 0 ? "(" + std::to_string(column.type.scale) + ")" : "";
    std::string text = "  " + backticked(column.name) + " " + type_text(column.type);
    if (column.type.is_text() && column.type.collation != table.collation) {
        text += " CHARACTER SET " + std::string(column.type.collation->character_set) +
                " COLLATE " + std::string(column.type.collation->name);
    }
    text +=
        column.nullable ? (column.type.name == TypeName::timestamp ? " NULL" : "") : " NOT NULL";
    switch (column.default_kind) {
        case ColumnDefinition::Default::value:
            text += " DEFAULT " + single_quoted(to_text(column.default_value));
            break;
        case ColumnDefinition::Default::now: text += " DEFAULT CURRENT_TIMESTAMP" + fraction; break;
        default:
            if (column.nullable && !column.type.is_large()) {
                text += " DEFAULT NULL";
            }
    }
    text += column.on_update_now ? " ON UPDATE CURRENT_TIMESTAMP" + fraction : "";
    text += column.auto_increment ? " AUTO_INCREMENT" : "";
    return column.comment.empty() ? text : text + " COMMENT " + single_quoted(column.comment);
}

}  // namespace

Table define_table(const CreateTable& create, const std::string& database) {
    Table table;
    table.database = database;
    table.name = create.table.name;
    table.columns = create.columns;
    table.keys = create.keys;
    table.collation = create.collation == nullptr ? &utf8mb4_collation() : create.collation;
    table.comment = create.comment;
    table.next_auto_increment = std::max<std::int64_t>(create.auto_increment, 1);
    check_columns(table);
    std::stable_sort(table.keys.begin(),
                     table.keys.end(),
                     [](const KeyDefinition& left, const KeyDefinition& right) {
                         return left.kind < right.kind;
                     });
    for (ColumnDefinition& column : table.columns) {
        if (column.type.is_text() && column.type.collation == nullptr) {
            column.type.collation = table.collation;
        }
    }
    for (KeyDefinition& key : table.keys) {
        check_key(table, key);
        for (std::string& name : key.columns) {
            ColumnDefinition& column = table.columns[table.position(name)];
            name = column.name;
            if (key.kind == KeyDefinition::Kind::primary) {
                if (column.default_kind == ColumnDefinition::Default::null) {
                    throw MysqlError(1171,
                                     "All parts of a PRIMARY KEY must be NOT NULL; if you need "
                                     "NULL in a key, use "
                                     "UNIQUE instead");
                }
                column.nullable = false;
            }
        }
    }
    name_keys(table);
    check_auto_increment(table);
    for (ColumnDefinition& column : table.columns) {
        check_default(column);
    }
    return table;
}

void create_table(SqliteConnection& connection, Catalog& catalog, Table table) {
    table.physical = catalog.new_physical_name();
    std::string columns;
    for (const ColumnDefinition& column : table.columns) {
        columns += (columns.empty() ? "" : ",") + sqlite_identifier(column.name) + " " +
                   sqlite_column_type(column.type);
    }
    // With a primary key, rows are stored in its order, as in InnoDB: an unordered SELECT answers
    // in that order.
    const KeyDefinition* const primary = table.primary_key();
    connection.run(
        "CREATE TABLE " + sqlite_identifier(table.physical) + " (" + columns +
        (primary == nullptr ? ")" : ",PRIMARY KEY (" + key_columns(*primary) + ")) WITHOUT ROWID"));
    std::size_t number = 0;
    for (const KeyDefinition& key : table.keys) {
        if (key.kind != KeyDefinition::Kind::primary) {
            const bool unique = key.kind == KeyDefinition::Kind::unique;
            connection.run(std::string(unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") +
                           sqlite_identifier(table.physical + "_" + std::to_string(++number)) +
                           " ON " + sqlite_identifier(table.physical) + " (" + key_columns(key) +
                           ")");
        }
    }
    catalog.add(std::move(table));
}

void drop_table(SqliteConnection& connection, Catalog& catalog, const Table& table) {
    connection.run("DROP TABLE " + sqlite_identifier(table.physical));
    catalog.drop(std::string(table.database), std::string(table.name));
}

void truncate_table(SqliteConnection& connection, Table& table) {
    connection.run("DELETE FROM " + sqlite_identifier(table.physical));
    table.next_auto_increment = 1;
}

std::string create_table_text(const Table& table) {
    std::string text = "CREATE TABLE " + backticked(table.name) + " (\n";
    std::string separator;
    for (const ColumnDefinition& column : table.columns) {
        text += std::exchange(separator, ",\n") + column_text(table, column);
    }
    for (const KeyDefinition& key : table.keys) {
        text += separator;
        switch (key.kind) {
            case KeyDefinition::Kind::primary: text += "  PRIMARY KEY ("; break;
            case KeyDefinition::Kind::unique:
                text += "  UNIQUE KEY " + backticked(key.name) + " (";
                break;
            case KeyDefinition::Kind::plain: text += "  KEY " + backticked(key.name) + " ("; break;
        }
        std::string comma;
        for (const std::string& column : key.columns) {
            text += std::exchange(comma, ",") + backticked(column);
        }
        text += ")";
    }
    text += "\n) ENGINE=InnoDB";
    if (table.next_auto_increment > 1) {
        text += " AUTO_INCREMENT=" + std::to_string(table.next_auto_increment);
    }
    text += " DEFAULT CHARSET=" + std::string(table.collation->character_set) +
            " COLLATE=" + std::string(table.collation->name);
    return table.comment.empty() ? text : text + " COMMENT=" + single_quoted(table.comment);
}

std::string key_of_column(const Table& table, const std::string& column) {
    std::string found;
    for (const KeyDefinition& key : table.keys) {
        const bool inside =
            std::find(key.columns.begin(), key.columns.end(), column) != key.columns.end();
        if (key.kind == KeyDefinition::Kind::primary && inside) {
            return "PRI";
        }
        if (key.columns.front() == column && found.empty()) {
            found =
                key.kind == KeyDefinition::Kind::unique && key.columns.size() == 1 ? "UNI" : "MUL";
        }
    }
    return found;
}

}  // namespace orrery::rds
