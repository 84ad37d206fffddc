#include "services/rds/catalog.h"

#include "engine/ensure.h"
#include "services/rds/sql/text.h"

#include <algorithm>
#include <utility>

namespace orrery::rds {

const ColumnDefinition* Table::find_column(std::string_view column) const {
    const auto found =
        std::find_if(columns.begin(), columns.end(), [&](const ColumnDefinition& candidate) {
            return equal_ignoring_case(candidate.name, column);
        });
    return found == columns.end() ? nullptr : &*found;
}

std::size_t Table::position(std::string_view column) const {
    const auto* const found = find_column(column);
    ENSURE(found != nullptr);
    return static_cast<std::size_t>(found - columns.data());
}

const KeyDefinition* Table::primary_key() const {
    return !keys.empty() && keys.front().kind == KeyDefinition::Kind::primary ? &keys.front()
                                                                              : nullptr;
}

const ColumnDefinition* Table::auto_increment_column() const {
    const auto found =
        std::find_if(columns.begin(), columns.end(), [](const ColumnDefinition& column) {
            return column.auto_increment;
        });
    return found == columns.end() ? nullptr : &*found;
}

std::vector<std::string> Table::row_key() const {
    if (const auto* const key = primary_key()) {
        return key->columns;
    }
    for (const auto* const hidden : {"_rowid_", "rowid", "oid"}) {
        if (find_column(hidden) == nullptr) {
            return {hidden};
        }
    }
    ENSURE(false);
    return {};
}

void Catalog::drop_database(std::string_view database) {
    const auto found = databases_.find(database);
    ENSURE(found != databases_.end());
    databases_.erase(found);
}

std::vector<std::string> Catalog::databases() const {
    std::vector<std::string> names;
    for (const auto& [name, tables] : databases_) {
        names.push_back(name);
    }
    return names;
}

std::vector<const Table*> Catalog::tables(std::string_view database) const {
    std::vector<const Table*> tables;
    if (const auto found = databases_.find(database); found != databases_.end()) {
        for (const auto& [name, table] : found->second) {
            tables.push_back(&table);
        }
    }
    return tables;
}

const Table* Catalog::find(std::string_view database, std::string_view table) const {
    const auto found = databases_.find(database);
    if (found == databases_.end()) {
        return nullptr;
    }
    const auto in_database = found->second.find(table);
    return in_database == found->second.end() ? nullptr : &in_database->second;
}

Table* Catalog::find(std::string_view database, std::string_view table) {
    return const_cast<Table*>(std::as_const(*this).find(database, table));
}

void Catalog::add(Table table) {
    const auto database = databases_.find(table.database);
    ENSURE(database != databases_.end());
    const std::string name = table.name;
    database->second.insert_or_assign(name, std::move(table));
}

void Catalog::drop(std::string_view database, std::string_view table) {
    const auto found = databases_.find(database);
    ENSURE(found != databases_.end());
    const auto in_database = found->second.find(table);
    ENSURE(in_database != found->second.end());
    found->second.erase(in_database);
}

}  // namespace orrery::rds
