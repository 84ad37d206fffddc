// UpdateTimeToLive and DescribeTimeToLive. [docs: TTL, API_UpdateTimeToLive]
#include "engine/loop.h"
#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/control_operations.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_request.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

namespace orrery::dynamodb {

namespace {

void check_change(const TimeToLive& present,
                  bool enable,
                  const std::string& attribute,
                  Instant now) {
    const bool on = is_on(present.status);
    if (enable && on && attribute != present.attribute) {
        // [go-to-k/cdkd pull request 932, of real DynamoDB]
        throw validation_error(
            "TimeToLive is active on a different AttributeName: current "
            "AttributeName is " +
            present.attribute);
    }
    if (enable == on) {
        // [terraform-provider-aws and cloudposse issues that quote it]
        throw validation_error(enable ? "TimeToLive is already enabled"
                                      : "TimeToLive is already disabled");
    }
    if (present.changed_at && now < *present.changed_at + limits::between_time_to_live_changes) {
        // [docs: API_UpdateTimeToLive: within the hour an error; wording in public issues]
        throw validation_error(
            "Time to live has been modified multiple times within a fixed interval");
    }
}

Json update_time_to_live(Request& request) {
    ControlPlane& control = request.control;
    const std::string name = required_table_name(request.parameters);
    const Json& specification = *request.parameters.optional("TimeToLiveSpecification");
    request.parameters.finish();
    const bool enable = specification.at("Enabled");
    const std::string attribute = specification.at("AttributeName");
    ManagedTable& table = control.existing(name);
    if (!table.table().usable()) {
        control.settled(name);  // throws, in its words
    }
    TimeToLive& present = table.settings.time_to_live;
    check_change(present, enable, attribute, control.loop().now());
    present.status = enable ? FeatureStatus::enabling : FeatureStatus::disabling;
    present.attribute = attribute;
    present.changed_at = control.loop().now();
    control.changed(table);
    control.changes().begin(
        table.definition().number, limits::feature_change, [&control, &table, enable] {
            table.settings.time_to_live.status =
                enable ? FeatureStatus::enabled : FeatureStatus::disabled;
            table.apply_time_to_live();
            control.changed(table);
        });
    return {{"TimeToLiveSpecification", specification}};
}

Json describe_time_to_live(Request& request) {
    const ManagedTable& table = existing_table(request);
    request.parameters.finish();
    const TimeToLive& present = table.settings.time_to_live;
    Json description{{"TimeToLiveStatus", std::string(feature_status(present.status))}};
    if (present.status != FeatureStatus::disabled) {
        description["AttributeName"] = present.attribute;
    }
    return {{"TimeToLiveDescription", std::move(description)}};
}

}  // namespace

void add_time_to_live_operations(const Rows& rows) {
    rows.add("DescribeTimeToLive", describe_time_to_live);
    rows.add("UpdateTimeToLive", update_time_to_live);
}

}  // namespace orrery::dynamodb
