#include "services/dynamodb/table_update.h"

#include "engine/world.h"
#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/index_request.h"
#include "services/dynamodb/schema_json.h"
#include "services/dynamodb/throughput_change.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace orrery::dynamodb {

TableUpdate::TableUpdate(ControlPlane& control, ManagedTable& table)
    : control_(control), table_(table), billing_(table.definition().billing) {
    control.settled(table.definition().name);
}

void TableUpdate::check_switch_to_provisioned(const Json* throughput,
                                              const Json* index_updates) const {
    if (throughput == nullptr) {
        throw invalid_values(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
            "PROVISIONED");
    }
    for (const IndexDefinition& index : table_.definition().indexes) {
        bool given = index.kind == IndexKind::local;
        for (const Json& update : index_updates == nullptr ? Json::array() : *index_updates) {
            const auto found = update.find("Update");
            given = given || (found != update.end() && found->at("IndexName") == index.name &&
                              found->contains("ProvisionedThroughput"));
        }
        if (!given) {
            // [terraform-provider-aws issues that quote it]
            throw invalid_values("ProvisionedThroughput must be specified for index: " +
                                 index.name);
        }
    }
}

void TableUpdate::billing(const std::string* mode,
                          const Json* throughput,
                          const Json* index_updates) {
    const TableDefinition& definition = table_.definition();
    if (mode != nullptr) {
        billing_ =
            *mode == "PAY_PER_REQUEST" ? BillingMode::pay_per_request : BillingMode::provisioned;
    }
    TableSettings& settings = table_.settings;
    const Instant now = control_.loop().now();
    if (billing_ == BillingMode::pay_per_request) {
        if (throughput != nullptr) {
            throw invalid_values(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                "BillingMode is PAY_PER_REQUEST");
        }
        if (definition.billing == billing_) {
            return;
        }
        check_switch_to_on_demand(settings.switches_to_on_demand, now);
        in_the_end_.emplace_back([&control = control_, &table = table_] {
            table.settings.billing_summary = true;
            table.settings.switches_to_on_demand.push_back(control.loop().now());
            table.table().set_billing(BillingMode::pay_per_request, {});
            for (const IndexDefinition& index : table.definition().indexes) {
                table.table().set_index_throughput(index.name, {});
            }
        });
        return;
    }
    if (definition.billing != billing_) {
        check_switch_to_provisioned(throughput, index_updates);
        settings.billing_summary = true;
    } else if (throughput == nullptr) {
        return;
    }
    const Throughput wanted = read_throughput(*throughput);
    if (definition.billing == billing_) {
        check_throughput_change("table", definition.throughput, wanted, settings.history, now);
    }
    in_the_end_.emplace_back([&control = control_, &table = table_, wanted] {
        if (table.definition().billing == BillingMode::provisioned) {
            remember_throughput_change(table.definition().throughput,
                                       wanted,
                                       table.settings.history,
                                       control.loop().now());
        }
        table.table().set_billing(BillingMode::provisioned, wanted);
        table.settings.on_demand_maximum.reset();  // [recorded in nubo-db/dynoxide's changes]
    });
}

void TableUpdate::stream(const StreamRequest& wanted) {
    const bool enabled = table_.stream() != nullptr;
    const std::string& name = table_.definition().name;
    if (wanted.view && enabled) {
        // [scylladb issue 6939, of real DynamoDB]
        throw validation_error("Table already has an enabled stream: TableName: " + name);
    }
    if (!wanted.view && !enabled) {
        // (wording unverified)
        throw validation_error("Table already has a disabled stream: TableName: " + name);
    }
    at_once_.emplace_back([&control = control_, &table = table_, view = wanted.view] {
        if (view) {
            control.enable_stream(table, *view);
        } else {
            control.disable_stream(table);
        }
        control.find_stream(table.settings.stream_arn)->set_ready(false);
    });
    in_the_end_.emplace_back([&control = control_, &table = table_] {
        if (Stream* stream = control.find_stream(table.settings.stream_arn)) {
            stream->set_ready(true);
        }
    });
}

void TableUpdate::encryption(const Json& specification) {
    in_the_end_.emplace_back([&table = table_, wanted = read_encryption(control_, specification)] {
        table.settings.encryption = wanted;
    });
}

void TableUpdate::table_class(const std::string& name) {
    in_the_end_.emplace_back([&control = control_, &table = table_, name] {
        table.settings.table_class = name;
        table.settings.class_changed_at = control.loop().now();
    });
}

void TableUpdate::deletion_protection(bool wanted) {
    at_once_.emplace_back(
        [&table = table_, wanted] { table.settings.deletion_protection = wanted; });
}

void TableUpdate::on_demand_maximum(const Json& maximum) {
    check_on_demand_maximum(
        maximum,
        billing_,
        " for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED",
        -1);
    Throughput wanted = table_.settings.on_demand_maximum.value_or(Throughput{-1, -1});
    wanted.read = maximum.value("MaxReadRequestUnits", wanted.read);
    wanted.write = maximum.value("MaxWriteRequestUnits", wanted.write);
    const bool none = wanted.read < 0 && wanted.write < 0;
    in_the_end_.emplace_back([&table = table_, wanted, none] {
        table.settings.on_demand_maximum = none ? std::nullopt : std::optional(wanted);
        table.table().set_billing(BillingMode::pay_per_request, on_demand_rates(wanted));
    });
}

void TableUpdate::warm_throughput(Throughput warm) {
    in_the_end_.emplace_back([&table = table_, warm] { table.settings.warm = warm; });
}

void TableUpdate::begin() {
    table_.table().set_status(Status::updating);
    for (const Callback& part : at_once_) {
        part();
    }
    control_.changed(table_);
    control_.changes().begin(
        table_.definition().number,
        creates_index_ ? limits::index_allocation : limits::table_update,
        [&control = control_, &table = table_, parts = std::move(in_the_end_)] {
            table.table().set_status(Status::active);
            for (const Callback& part : parts) {
                part();
            }
            control.changed(table);
            control.world().trace.record(table.source(), "dynamodb.table.updated", {});
        });
}

}  // namespace orrery::dynamodb
