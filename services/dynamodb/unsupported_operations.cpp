// What needs other Regions, S3 or Kinesis: asked whether there is any, there is none; the rest is
// refused by name.
#include "services/dynamodb/control_operations.h"
#include "services/dynamodb/table_request.h"

#include <nlohmann/json.hpp>

namespace orrery::dynamodb {

namespace {

using aws::ApiError;

template <const char* operation>
Json refused(Request& /*request*/) {
    throw not_supported(operation);
}

/// An empty list, whatever it is filtered by.
template <const char* member>
Json none(Request& /*request*/) {
    return {{member, Json::array()}};
}

Json describe_export(Request& request) {
    throw ApiError("ExportNotFoundException",
                   "Export not found: " + request.parameters.string("ExportArn"));
}

Json describe_import(Request& request) {
    throw ApiError("ImportNotFoundException",
                   "Import not found: " + request.parameters.string("ImportArn"));
}

Json describe_global_table(Request& request) {
    throw ApiError("GlobalTableNotFoundException",
                   "Global table not found: Global table with name: '" +
                       request.parameters.string("GlobalTableName") + "' does not exist.");
}

Json describe_kinesis_streaming_destination(Request& request) {
    const ManagedTable& table = existing_table(request);
    request.parameters.finish();
    return {{"TableName", table.definition().name},
            {"KinesisDataStreamDestinations", Json::array()}};
}

Json describe_table_replica_auto_scaling(Request& request) {
    const ManagedTable& table = existing_table(request);
    request.parameters.finish();
    return {{"TableAutoScalingDescription",
             {{"TableName", table.definition().name},
              {"TableStatus", "ACTIVE"},
              {"Replicas", Json::array()}}}};
}

constexpr char create_global_table[] = "CreateGlobalTable";
constexpr char disable_kinesis[] = "DisableKinesisStreamingDestination";
constexpr char enable_kinesis[] = "EnableKinesisStreamingDestination";
constexpr char update_kinesis[] = "UpdateKinesisStreamingDestination";
constexpr char export_table[] = "ExportTableToPointInTime";
constexpr char import_table[] = "ImportTable";
constexpr char update_global_table[] = "UpdateGlobalTable";
constexpr char update_global_settings[] = "UpdateGlobalTableSettings";
constexpr char update_auto_scaling[] = "UpdateTableReplicaAutoScaling";
constexpr char exports[] = "ExportSummaries";
constexpr char imports[] = "ImportSummaryList";
constexpr char global_tables[] = "GlobalTables";

}  // namespace

void add_unsupported_operations(const Rows& rows) {
    rows.add("CreateGlobalTable", refused<create_global_table>);
    rows.add("DescribeExport", describe_export);
    rows.add("DescribeGlobalTable", describe_global_table);
    rows.add("DescribeGlobalTableSettings", describe_global_table);
    rows.add("DescribeImport", describe_import);
    rows.add("DescribeKinesisStreamingDestination", describe_kinesis_streaming_destination);
    rows.add("DescribeTableReplicaAutoScaling", describe_table_replica_auto_scaling);
    rows.add("DisableKinesisStreamingDestination", refused<disable_kinesis>);
    rows.add("EnableKinesisStreamingDestination", refused<enable_kinesis>);
    rows.add("ExportTableToPointInTime", refused<export_table>);
    rows.add("ImportTable", refused<import_table>);
    rows.add("ListExports", none<exports>);
    rows.add("ListGlobalTables", none<global_tables>);
    rows.add("ListImports", none<imports>);
    rows.add("UpdateGlobalTable", refused<update_global_table>);
    rows.add("UpdateGlobalTableSettings", refused<update_global_settings>);
    rows.add("UpdateKinesisStreamingDestination", refused<update_kinesis>);
    rows.add("UpdateTableReplicaAutoScaling", refused<update_auto_scaling>);
}

}  // namespace orrery::dynamodb
