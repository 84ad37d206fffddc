// The part of UpdateTable that is about global indexes.
#include "engine/world.h"
#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/index_request.h"
#include "services/dynamodb/table_request.h"
#include "services/dynamodb/table_update.h"
#include "services/dynamodb/throughput_change.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace orrery::dynamodb {

namespace {

using aws::ApiError;

ApiError too_many_index_changes() {
    // [dyl]
    return {"LimitExceededException",
            "Subscriber limit exceeded: Only 1 online index can be created or deleted "
            "simultaneously per table"};
}

const IndexDefinition* find_index(const TableDefinition& definition, std::string_view name) {
    const auto found = std::find_if(
        definition.indexes.begin(), definition.indexes.end(), [&](const IndexDefinition& index) {
            return index.name == name;
        });
    return found == definition.indexes.end() ? nullptr : &*found;
}

bool contains(const std::vector<KeyAttribute>& attributes, const std::string& name) {
    return std::any_of(attributes.begin(), attributes.end(), [&](const KeyAttribute& each) {
        return each.name == name;
    });
}

/// What there is, and what the request adds to it. What is there already keeps its type.
/// [recorded in nubo-db/dynoxide's changes, 0.11.2]
std::vector<KeyAttribute> merged(const std::vector<KeyAttribute>& present,
                                 const std::vector<KeyAttribute>& given) {
    std::vector<KeyAttribute> all = present;
    for (const KeyAttribute& attribute : given) {
        if (!contains(all, attribute.name)) {
            all.push_back(attribute);
        }
    }
    return all;
}

/// The request itself must have a new index's attributes, also those that the table has already.
/// [recorded in nubo-db/dynoxide's changes, 0.12.0]
void check_defined(const Json& schema, const std::vector<KeyAttribute>& given) {
    std::string names;
    bool defined = true;
    for (const Json& element : schema) {
        const std::string& name = element.at("AttributeName").get_ref<const std::string&>();
        names += (names.empty() ? "" : ", ") + name;
        defined = defined && contains(given, name);
    }
    if (!defined) {
        throw undefined_key_attributes(names, given);
    }
}

/// Attributes that are the key of nothing any more are not answered.
void forget_unused(TableSettings& settings, const TableDefinition& definition) {
    std::erase_if(settings.attributes, [&](const KeyAttribute& attribute) {
        return !definition.keys.contains(attribute.name) &&
               std::none_of(definition.indexes.begin(),
                            definition.indexes.end(),
                            [&](const IndexDefinition& index) {
                                return index.keys.contains(attribute.name);
                            });
    });
}

/// The one action of an update, and its index. [dyl]
std::pair<std::string, const Json*> action_of(const Json& update) {
    for (const char* action : {"Update", "Create", "Delete"}) {
        if (const auto found = update.find(action); found != update.end()) {
            return {action, &*found};
        }
    }
    throw invalid_values(
        "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
        "GlobalSecondaryIndexUpdate.Delete must not be null");
}

}  // namespace

void TableUpdate::indexes(const Json& updates, const Json* attributes) {
    std::set<std::string> names;
    std::size_t made_or_deleted = 0;
    for (const Json& update : updates) {
        const auto [action, details] = action_of(update);
        const std::string name = details->at("IndexName");
        if (!names.insert(name).second) {
            throw invalid_values(
                "Only one global secondary index update per index is allowed simultaneously. "
                "Index: " +
                name);
        }
        made_or_deleted += action == "Update" ? 0U : 1U;
    }
    if (made_or_deleted > 1) {
        throw too_many_index_changes();
    }
    for (const Json& update : updates) {
        const auto [action, details] = action_of(update);
        if (action == "Update") {
            update_index(*details);
        } else if (action == "Create") {
            create_index(*details, attributes);
        } else {
            delete_index(*details);
        }
    }
}

const IndexDefinition& TableUpdate::index_called(const std::string& name) const {
    const IndexDefinition* index = find_index(table_.definition(), name);
    if (index == nullptr || index->kind == IndexKind::local) {
        throw ApiError("ResourceNotFoundException", "Requested resource not found");
    }
    return *index;
}

void TableUpdate::check_no_index_changes() const {
    for (const IndexDefinition& index : table_.definition().indexes) {
        const Status status = table_.table().index_status(index.name);
        if (status == Status::creating || status == Status::deleting) {
            throw too_many_index_changes();
        }
    }
}

void TableUpdate::update_index(const Json& update) {
    const IndexDefinition& index = index_called(update.at("IndexName"));
    IndexSettings settings = table_.settings.indexes[index.name];
    std::optional<Throughput> throughput;
    if (const auto given = update.find("ProvisionedThroughput"); given != update.end()) {
        if (billing_ == BillingMode::pay_per_request) {
            // [ack dynamodb-controller pull request 73, of real DynamoDB]
            throw invalid_values(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                "BillingMode is PAY_PER_REQUEST");
        }
        throughput = read_throughput(*given);
        if (table_.definition().billing == BillingMode::provisioned) {
            check_throughput_change("index " + index.name,
                                    index.throughput,
                                    *throughput,
                                    settings.history,
                                    control_.loop().now());
        }
    }
    const auto given = [&](const char* name) -> const Json* {
        const auto found = update.find(name);
        return found == update.end() ? nullptr : &*found;
    };
    const auto maximum =
        read_units(given("OnDemandThroughput"), "MaxReadRequestUnits", "MaxWriteRequestUnits");
    const auto warm =
        read_units(given("WarmThroughput"), "ReadUnitsPerSecond", "WriteUnitsPerSecond");
    at_once_.emplace_back([&table = table_, name = index.name] {
        table.table().set_index_status(name, Status::updating);
    });
    in_the_end_.emplace_back(
        [&control = control_, &table = table_, name = index.name, throughput, maximum, warm] {
            IndexSettings& kept = table.settings.indexes[name];
            kept.on_demand_maximum = maximum ? maximum : kept.on_demand_maximum;
            kept.warm = warm ? warm : kept.warm;
            if (maximum && table.definition().billing == BillingMode::pay_per_request) {
                table.table().set_index_throughput(name, on_demand_rates(maximum));
            }
            if (throughput) {
                remember_throughput_change(find_index(table.definition(), name)->throughput,
                                           *throughput,
                                           kept.history,
                                           control.loop().now());
                table.table().set_index_throughput(name, *throughput);
            }
            table.table().set_index_status(name, Status::active);
        });
}

void TableUpdate::create_index(const Json& create, const Json* attributes) {
    TableDefinition planned = table_.definition();
    IndexSettings settings;
    const std::vector<KeyAttribute> given =
        attributes == nullptr ? std::vector<KeyAttribute>() : read_attributes(*attributes);
    check_defined(create.at("KeySchema"), given);
    std::vector<KeyAttribute> all = merged(table_.settings.attributes, given);
    IndexDefinition index = read_global_index(create, all, billing_, settings);
    if (find_index(planned, index.name) != nullptr) {
        // (wording unverified)
        throw invalid_values("Attempting to create an index which already exists");
    }
    check_no_index_changes();
    planned.indexes.push_back(index);
    const auto count = std::count_if(planned.indexes.begin(),
                                     planned.indexes.end(),
                                     [](auto& each) { return each.kind == IndexKind::global; });
    if (static_cast<std::size_t>(count) > limits::global_indexes) {
        throw invalid_values("GlobalSecondaryIndex count exceeds the per-table limit of 20");
    }
    check_projections(planned);
    creates_index_ = true;
    at_once_.emplace_back([&table = table_, index, settings, all = std::move(all)] {
        table.settings.attributes = all;
        table.settings.indexes[index.name] = settings;
        // It has everything from here on, but is not answered from yet.
        table.table().add_index(index);
        table.table().set_index_status(index.name, Status::creating);
        forget_unused(table.settings, table.definition());
    });
    // First room is found for it, then it is filled, while the table is active. [docs:
    // GSI.OnlineOps.Creating]
    in_the_end_.emplace_back([&control = control_, &table = table_, name = index.name] {
        table.settings.indexes[name].backfilling = true;
        const auto complete = [&control, &table, name] {
            table.settings.indexes[name].backfilling = false;
            if (table.table().index_status(name) == Status::creating) {
                table.table().set_index_status(name, Status::active);
            }
            control.changed(table);
            control.world().trace.record(
                table.source(), "dynamodb.index.active", {{"index", name}});
        };
        control.changes().begin(table.definition().number, limits::index_backfill, complete);
    });
}

void TableUpdate::delete_index(const Json& action) {
    const IndexDefinition& index = index_called(action.at("IndexName"));
    check_no_index_changes();
    at_once_.emplace_back([&table = table_, name = index.name] {
        table.table().set_index_status(name, Status::deleting);
    });
    in_the_end_.emplace_back([&table = table_, name = index.name] {
        table.table().remove_index(name);
        table.settings.indexes.erase(name);
        forget_unused(table.settings, table.definition());
    });
}

}  // namespace orrery::dynamodb
