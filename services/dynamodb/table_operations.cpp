// CreateTable, DescribeTable, DeleteTable, ListTables, and what CloudFormation waits for.
#include "engine/world.h"
#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/control_operations.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_request.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

namespace orrery::dynamodb {

namespace {

using aws::ApiError;

void read_features(Request& request, TableSettings& settings) {
    aws::Parameters& parameters = request.parameters;
    settings.table_class = parameters.optional_string("TableClass").value_or("");
    settings.deletion_protection =
        parameters.optional_boolean("DeletionProtectionEnabled").value_or(false);
    if (const Json* specification = parameters.optional("SSESpecification")) {
        settings.encryption = read_encryption(request.control, *specification);
    }
    if (const Json* tags = parameters.optional("Tags")) {
        add_tags(*tags, settings.tags);
    }
    for (const char* of_global_tables :
         {"GlobalTableSourceArn", "GlobalTableSettingsReplicationMode"}) {
        refuse(parameters, of_global_tables);
    }
}

Json create_table(Request& request) {
    ControlPlane& control = request.control;
    TableRequest wanted = read_table(request.parameters);
    read_features(request, wanted.settings);
    // [recorded in nubo-db/dynoxide's changes, 0.11.2]
    const auto stream =
        read_stream_specification(request.parameters,
                                  "Table is being created with a stream disabled, UpdateViewType "
                                  "should not be specified");
    const std::string* policy = request.parameters.optional_text("ResourcePolicy");
    if (policy != nullptr) {
        check_policy(*policy);
    }
    request.parameters.finish();
    if (control.find(wanted.definition.name) != nullptr) {
        // [LS]
        throw ApiError("ResourceInUseException", "Table already exists: " + wanted.definition.name);
    }
    ManagedTable& table = control.create(std::move(wanted.definition), std::move(wanted.settings));
    const TableDefinition& definition = table.definition();
    for (const IndexDefinition& index : definition.indexes) {
        table.table().set_index_status(index.name, Status::creating);
    }
    if (policy != nullptr) {
        table.settings.policies[definition.arn] = {*policy, policy_revision(control)};
    }
    if (stream && stream->view) {
        control.enable_stream(table, *stream->view).set_ready(false);
    }
    control.world().trace.record(table.source(), "dynamodb.table.created", {});
    control.changes().begin(definition.number, limits::table_creation, [&control, &table] {
        for (const IndexDefinition& index : table.definition().indexes) {
            table.table().set_index_status(index.name, Status::active);
        }
        table.table().set_status(Status::active);
        if (table.stream() != nullptr) {
            table.stream()->set_ready(true);
        }
        control.changed(table);
        control.world().trace.record(table.source(), "dynamodb.table.active", {});
    });
    return {{"TableDescription", table_description(control, table, Detail::of_changes)}};
}

Json describe_table(Request& request) {
    const ManagedTable& table = existing_table(request);
    request.parameters.finish();
    return {{"Table", table_description(request.control, table, Detail::full)}};
}

Json delete_table(Request& request) {
    ControlPlane& control = request.control;
    const std::string name = required_table_name(request.parameters);
    request.parameters.finish();
    ManagedTable& table = control.existing(name);
    if (table.table().status() == Status::deleting) {
        // No error. [docs: API_DeleteTable]
        return {{"TableDescription", deleted_description(control, table)}};
    }
    control.settled(name);
    if (table.settings.deletion_protection) {
        // [dynoxide issue 46, of real DynamoDB]
        throw validation_error(
            "Resource cannot be deleted as it is currently protected against deletion. Disable "
            "deletion protection first.");
    }
    table.table().set_status(Status::deleting);
    control.changes().drop(table.definition().number);
    control.world().trace.record(table.source(), "dynamodb.table.deleted", {});
    control.changed(table);
    control.changes().begin(table.definition().number, limits::table_deletion, [&control, &table] {
        control.erase(table.definition().name);
    });
    return {{"TableDescription", deleted_description(control, table)}};
}

Json list_tables(Request& request) {
    const std::string after =
        request.parameters.optional_string("ExclusiveStartTableName").value_or("");
    const auto limit =
        static_cast<std::size_t>(request.parameters.optional_integer("Limit").value_or(100));
    request.parameters.finish();
    const auto& tables = request.control.tables();
    Json answer{{"TableNames", Json::array()}};
    Json& names = answer["TableNames"];
    for (auto table = tables.upper_bound(after); table != tables.end(); ++table) {
        if (names.size() == limit) {
            answer["LastEvaluatedTableName"] = names.back();
            break;
        }
        names.push_back(table->first);
    }
    return answer;
}

/// Not an operation of AWS's: CloudFormation waits until its tables are active, and a template's
/// deployment takes no time here.
Json finish_changes(Request& request) {
    request.parameters.finish();
    request.control.changes().finish();
    return Json::object();
}

}  // namespace

void add_table_operations(const Rows& rows) {
    rows.add("CreateTable", create_table);
    rows.add("DeleteTable", delete_table);
    rows.add("DescribeTable", describe_table);
    rows.add("FinishChanges", finish_changes);
    rows.add("ListTables", list_tables);
}

}  // namespace orrery::dynamodb
