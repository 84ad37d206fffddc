#include "services/dynamodb/data_call.h"
#include "services/dynamodb/expression_parameters.h"
#include "services/dynamodb/item_operations.h"
#include "services/dynamodb/page.h"
#include "services/dynamodb/read_range.h"
#include "services/dynamodb/table_monitor.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace orrery::dynamodb {

using aws::ApiError;

namespace {

enum class Select : std::uint8_t { all, all_projected, count, specific };

/// What Query and Scan have in common.
struct ReadParameters {
    std::string table;
    const std::string* index = nullptr;
    std::optional<Select> select;
    std::optional<Item> start;
    bool legacy_filter = false;
    PageRequest page;
};

std::optional<Select> read_select(aws::Parameters& parameters) {
    const std::string* text = parameters.optional_text("Select");
    if (text == nullptr) {
        return std::nullopt;
    }
    return *text == "ALL_ATTRIBUTES"             ? Select::all
           : *text == "ALL_PROJECTED_ATTRIBUTES" ? Select::all_projected
           : *text == "COUNT"                    ? Select::count
                                                 : Select::specific;
}

std::optional<Item> read_start(aws::Parameters& parameters) {
    const Json* start = parameters.optional("ExclusiveStartKey");
    if (start == nullptr) {
        return std::nullopt;
    }
    try {
        return read_item(*start);
    } catch (const ApiError& error) {
        throw ApiError(error.code(), "The provided starting key is invalid: " + error.message());
    }
}

ReadParameters read_common(aws::Parameters& parameters) {
    ReadParameters read;
    read.table = parameters.string("TableName");
    read.index = parameters.optional_text("IndexName");
    read.select = read_select(parameters);
    if (const auto limit = parameters.optional_integer("Limit")) {
        read.page.limit = static_cast<std::size_t>(*limit);
    }
    read.page.consistency = parameters.optional_boolean("ConsistentRead").value_or(false)
                                ? Consistency::strong
                                : Consistency::eventual;
    return read;
}

/// The texts: [recorded in nubo-db/dynoxide's changes, 0.11.0 and 0.11.2]
void check_select(const ReadParameters& read,
                  aws::Parameters& parameters,
                  std::string_view introduction) {
    const char* projection = parameters.optional("ProjectionExpression") != nullptr
                                 ? "ProjectionExpression"
                             : parameters.optional("AttributesToGet") != nullptr ? "AttributesToGet"
                                                                                 : nullptr;
    if (!read.select) {
        return;
    }
    if (*read.select == Select::specific) {
        if (projection == nullptr) {
            throw validation_error(
                std::string(introduction) +
                "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
                "SPECIFIC_ATTRIBUTES");
        }
        return;
    }
    if (projection != nullptr) {
        throw validation_error(std::string("Cannot specify the ") + projection +
                               " when choosing to get " +
                               (*read.select == Select::all     ? "ALL_ATTRIBUTES"
                                : *read.select == Select::count ? "only the Count"
                                                                : "ALL_PROJECTED_ATTRIBUTES"));
    }
    if (*read.select == Select::all_projected && read.index == nullptr) {
        throw validation_error(
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
    }
}

Table::Source source_of(const Table& table, const ReadParameters& read) {
    if (read.index == nullptr) {
        return std::nullopt;
    }
    const Table::Source place = table.find_index(*read.index);
    if (!place || table.index_status(*read.index) == Status::deleting) {
        throw validation_error("The table does not have the specified index: " + *read.index);
    }
    if (table.index_status(*read.index) == Status::creating) {
        throw validation_error("Cannot read from backfilling global secondary index: " +
                               *read.index);
    }
    return place;
}

/// Which attributes the projection names that the index has not.
std::vector<std::string> not_projected(const Table& table,
                                       std::size_t index,
                                       const std::optional<ProjectedPaths>& projection) {
    std::vector<std::string> names;
    if (projection) {
        for (const Path& path : projection->paths()) {
            if (!table.projects(index, path.attribute)) {
                names.push_back(path.attribute);
            }
        }
    }
    return names;
}

/// Completes the request for a page with what the table says of its source.
void choose_source(const Table& table, ReadParameters& read) {
    PageRequest& page = read.page;
    page.source = source_of(table, read);
    page.count_only = read.select == Select::count;
    if (!page.source) {
        return;
    }
    const IndexDefinition& index = table.definition().indexes[*page.source];
    const std::vector<std::string> missing = not_projected(table, *page.source, page.projection);
    if (index.kind == IndexKind::local) {
        // What the index has not is fetched from the table. [docs: LSI.Projections]
        page.whole_items = read.select == Select::all || !missing.empty();
        return;
    }
    if (page.consistency == Consistency::strong) {
        throw validation_error("Consistent reads are not supported on global secondary indexes");
    }
    if (read.select == Select::all && index.projection.kind != Projection::Kind::all) {
        throw invalid_values(
            "Select type ALL_ATTRIBUTES is not supported for global secondary index " + index.name +
            " because its projection type is not ALL");
    }
    if (!missing.empty()) {
        std::string names;
        for (const std::string& name : missing) {
            names += (names.empty() ? "" : ", ") + name;
        }
        throw invalid_values("Global secondary index " + index.name + " does not project [" +
                             names + "]");
    }
}

void trace(Table& table, std::string_view kind, const ReadParameters& read, const Page& page) {
    if (read.index == nullptr) {
        table.monitor().trace(kind, {{"returned", page.count}, {"scanned", page.scanned}});
    } else {
        table.monitor().trace(
            kind, {{"index", *read.index}, {"returned", page.count}, {"scanned", page.scanned}});
    }
}

Json answer_page(DataCall& call, Table& table, const ReadParameters& read, std::string_view kind) {
    if (!call.admits(table, Access::read, read.page.source)) {
        throw call.throttled();
    }
    Page page = read_page(table, read.page);
    call.charge(table, Access::read, page.consumption);
    trace(table, kind, read, page);
    table.monitor().returned_items(call.action, page.count);
    Json answer{{"Count", page.count}, {"ScannedCount", page.scanned}};
    if (!read.page.count_only) {
        answer["Items"] = std::move(page.items);
    }
    if (page.last_key) {
        answer["LastEvaluatedKey"] = write_item(*page.last_key);
    }
    if (call.return_capacity() != ReturnCapacity::none) {
        answer["ConsumedCapacity"] =
            consumed_capacity_json(table, page.consumption, call.return_capacity());
    }
    return answer;
}

std::optional<KeyCondition> read_key_condition(aws::Parameters& parameters,
                                               ExpressionInput& input) {
    if (const std::string* text = parameters.optional_text("KeyConditionExpression")) {
        return KeyCondition::parse(*text, input);
    }
    if (const Json* conditions = parameters.optional("KeyConditions")) {
        return KeyCondition::from_key_conditions(*conditions);
    }
    return std::nullopt;
}

void check_filter(const Table& table, const ReadParameters& read) {
    if (!read.page.filter) {
        return;
    }
    const KeySchema& keys = table.keys_of(read.page.source);
    for (const std::string& attribute : read.page.filter->attributes()) {
        if (keys.contains(attribute)) {
            throw validation_error(
                std::string(read.legacy_filter ? "QueryFilter" : "Filter Expression") +
                " can only contain non-primary key attributes: Primary key attribute: " +
                attribute);
        }
    }
}

Json query(DataCall& call) {
    aws::Parameters& parameters = call.parameters;
    call.read_return_capacity();
    ReadParameters read = read_common(parameters);
    const bool forward = parameters.optional_boolean("ScanIndexForward").value_or(true);
    read.page.direction = forward ? Direction::forward : Direction::backward;
    ExpressionInput input = read_expression_input(
        parameters,
        {"AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"},
        {"ProjectionExpression", "FilterExpression", "KeyConditionExpression"});
    read.start = read_start(parameters);
    check_select(read, parameters, "1 validation error detected: ");
    const std::optional<KeyCondition> condition = read_key_condition(parameters, input);
    read.legacy_filter = parameters.optional("QueryFilter") != nullptr;
    read.page.filter = read_filter(parameters, input, "QueryFilter");
    read.page.projection = read_projection(parameters, input);
    if (!condition) {
        throw validation_error(
            "Either the KeyConditions or KeyConditionExpression parameter must "
            "be specified in the request.");
    }
    input.finish();
    parameters.finish();
    Table& table = call.table(read.table);
    choose_source(table, read);
    const KeyCondition::Bounds bounds = condition->bounds(table.keys_of(read.page.source));
    check_filter(table, read);
    read.page.ranges = {query_range(table, read.page.source, bounds)};
    if (read.start) {
        start_query_after(read.page.ranges.front(),
                          table,
                          read.page.source,
                          *read.start,
                          bounds,
                          read.page.direction);
    }
    return answer_page(call, table, read, "dynamodb.items.queried");
}

/// [dyl]
Segment read_segment(aws::Parameters& parameters) {
    const auto number = parameters.optional_integer("Segment");
    const auto total = parameters.optional_integer("TotalSegments");
    if (number && !total) {
        throw validation_error(
            "The TotalSegments parameter is required but was not present in "
            "the request when Segment parameter is present");
    }
    if (total && !number) {
        throw validation_error(
            "The Segment parameter is required but was not present in the "
            "request when parameter TotalSegments is present");
    }
    if (!number) {
        return {};
    }
    if (*number >= *total) {
        throw validation_error(
            "The Segment parameter is zero-based and must be less than "
            "parameter TotalSegments: Segment: " +
            std::to_string(*number) + " is not less than TotalSegments: " + std::to_string(*total));
    }
    return {static_cast<std::uint64_t>(*number), static_cast<std::uint64_t>(*total)};
}

Json scan(DataCall& call) {
    aws::Parameters& parameters = call.parameters;
    call.read_return_capacity();
    ReadParameters read = read_common(parameters);
    ExpressionInput input =
        read_expression_input(parameters,
                              {"AttributesToGet", "ScanFilter", "ConditionalOperator"},
                              {"ProjectionExpression", "FilterExpression"});
    read.start = read_start(parameters);
    check_select(read, parameters, "");
    const Segment segment = read_segment(parameters);
    read.page.filter = read_filter(parameters, input, "ScanFilter");
    read.page.projection = read_projection(parameters, input);
    input.finish();
    parameters.finish();
    Table& table = call.table(read.table);
    choose_source(table, read);
    read.page.ranges = {scan_range(table, read.page.source, segment)};
    if (read.start) {
        start_scan_after(read.page.ranges.front(), table, read.page.source, *read.start, segment);
    }
    return answer_page(call, table, read, "dynamodb.items.scanned");
}

}  // namespace

void add_query_operations(aws::ApiService& api, Tables& tables) {
    add_data_operation(api, tables, "Query", query);
    add_data_operation(api, tables, "Scan", scan);
}

}  // namespace orrery::dynamodb
