// UpdateTable: reads what is asked for and hands it to a TableUpdate.
#include "services/dynamodb/control_operations.h"
#include "services/dynamodb/index_request.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_request.h"
#include "services/dynamodb/table_update.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

namespace orrery::dynamodb {

namespace {

/// Everything that may be there; each is nothing if it is not.
struct Wanted {
    explicit Wanted(aws::Parameters& parameters)
        : mode(parameters.optional_text("BillingMode")),
          throughput(parameters.optional("ProvisionedThroughput")),
          attributes(parameters.optional("AttributeDefinitions")),
          index_updates(parameters.optional("GlobalSecondaryIndexUpdates")),
          stream(read_stream_specification(
              parameters,  // (wording unverified)
              "StreamViewType cannot be specified when StreamEnabled is false")),
          encryption(parameters.optional("SSESpecification")),
          table_class(parameters.optional_text("TableClass")),
          deletion_protection(parameters.optional_boolean("DeletionProtectionEnabled")),
          on_demand(parameters.optional("OnDemandThroughput")),
          warm(read_units(
              parameters.optional("WarmThroughput"), "ReadUnitsPerSecond", "WriteUnitsPerSecond")) {
        for (const char* of_global_tables : {"GlobalTableSettingsReplicationMode",
                                             "GlobalTableWitnessUpdates",
                                             "MultiRegionConsistency",
                                             "ReplicaUpdates"}) {
            refuse(parameters, of_global_tables);
        }
        if (index_updates != nullptr && index_updates->empty()) {
            index_updates = nullptr;
        }
        if (on_demand != nullptr && on_demand->empty()) {
            on_demand = nullptr;
        }
    }

    bool nothing() const {
        return mode == nullptr && throughput == nullptr && index_updates == nullptr && !stream &&
               encryption == nullptr && table_class == nullptr && !deletion_protection &&
               on_demand == nullptr && !warm;
    }

    const std::string* mode;
    const Json* throughput;
    const Json* attributes;
    const Json* index_updates;
    std::optional<StreamRequest> stream;
    const Json* encryption;
    const std::string* table_class;
    std::optional<bool> deletion_protection;
    const Json* on_demand;
    std::optional<Throughput> warm;
};

Json update_table(Request& request) {
    const std::string name = required_table_name(request.parameters);
    const Wanted wanted(request.parameters);
    request.parameters.finish();
    if (wanted.nothing()) {
        // [terraform-provider-aws issues that quote it]
        throw validation_error(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
            "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required");
    }
    ManagedTable& table = request.control.existing(name);
    TableUpdate update(request.control, table);
    update.billing(wanted.mode, wanted.throughput, wanted.index_updates);
    if (wanted.index_updates != nullptr) {
        update.indexes(*wanted.index_updates, wanted.attributes);
    }
    if (wanted.stream) {
        update.stream(*wanted.stream);
    }
    if (wanted.encryption != nullptr) {
        update.encryption(*wanted.encryption);
    }
    if (wanted.table_class != nullptr) {
        update.table_class(*wanted.table_class);
    }
    if (wanted.deletion_protection) {
        update.deletion_protection(*wanted.deletion_protection);
    }
    if (wanted.on_demand != nullptr) {
        update.on_demand_maximum(*wanted.on_demand);
    }
    if (wanted.warm) {
        update.warm_throughput(*wanted.warm);
    }
    update.begin();
    return {{"TableDescription", table_description(request.control, table, Detail::of_changes)}};
}

}  // namespace

void add_update_table_operation(const Rows& rows) {
    rows.add("UpdateTable", update_table);
}

}  // namespace orrery::dynamodb
