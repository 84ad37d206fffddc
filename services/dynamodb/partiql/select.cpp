#include "services/dynamodb/partiql/select.h"

#include "engine/error.h"
#include "services/aws/encoding.h"
#include "services/dynamodb/key_checks.h"
#include "services/dynamodb/page.h"
#include "services/dynamodb/partiql/plan.h"
#include "services/dynamodb/read_range.h"
#include "services/dynamodb/read_request.h"
#include "services/dynamodb/table_monitor.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::dynamodb::partiql {

namespace {

constexpr std::size_t digest_digits = 32;

std::string statement_digest(const std::string& request_text) {
    return aws::sha256_hex(request_text).substr(0, digest_digits);
}

/// A digest of the request, then the key after which it goes on.
std::string write_token(const std::string& request_text, const Item& last_key) {
    return aws::base64(statement_digest(request_text) + encode_item(last_key));
}

Item read_token(const std::string& token, const std::string& request_text) {
    const auto bytes = aws::decode_base64(token);
    if (!bytes || bytes->size() < digest_digits) {
        throw validation_error("Invalid NextToken");
    }
    if (!bytes->starts_with(statement_digest(request_text))) {
        throw validation_error("NextToken does not match request");
    }
    try {
        return decode_item(std::string_view(*bytes).substr(digest_digits));
    } catch (const UsageError&) {
        throw validation_error("Invalid NextToken");
    }
}

Table::Source source_of(const Table& table, const Statement& statement) {
    if (!statement.index) {
        return std::nullopt;
    }
    const Table::Source source = table.find_index(*statement.index);
    if (!source || table.index_status(*statement.index) == Status::deleting) {
        throw validation_error("The table does not have the specified index: " + *statement.index);
    }
    if (table.index_status(*statement.index) == Status::creating) {
        throw validation_error("Cannot read from backfilling global secondary index: " +
                               *statement.index);
    }
    return source;
}

void choose_source(const Table& table, const Statement& statement, PageRequest& page) {
    page.source = source_of(table, statement);
    if (!page.source) {
        return;
    }
    const IndexDefinition& index = table.definition().indexes[*page.source];
    const bool all_there = std::all_of(
        statement.projection.begin(), statement.projection.end(), [&](const Path& path) {
            return table.projects(*page.source, path.attribute);
        });
    if (index.kind == IndexKind::local) {
        page.whole_items = !all_there;
    } else if (page.consistency == Consistency::strong) {
        throw validation_error(
            "Strongly consistent read is not supported on Global Secondary Indexes");
    }
}

/// Makes the ranges begin after the item with this key: partitions before it are done.
void start_after(std::vector<Storage::Range>& ranges,
                 const std::vector<KeyCondition::Bounds>& bounds,
                 const Table& table,
                 const Item& start,
                 const PageRequest& page) {
    const std::vector<KeyAttribute>& hash = table.keys_of(page.source).hash;
    const auto is_there = [&](const KeyCondition::Bounds& each) {
        for (std::size_t place = 0; place < hash.size(); ++place) {
            const auto value = start.find(hash[place].name);
            if (value == start.end() || value->second != each.hash[place]) {
                return false;
            }
        }
        return true;
    };
    const auto found = std::find_if(bounds.begin(), bounds.end(), is_there);
    if (found == bounds.end()) {
        throw validation_error("Invalid NextToken");
    }
    ranges.erase(ranges.begin(), ranges.begin() + (found - bounds.begin()));
    if (!page.source && table.definition().keys.range.empty()) {
        ranges.erase(ranges.begin());  // it had one item
    } else {
        start_query_after(ranges.front(), table, page.source, start, *found, page.direction);
    }
}

/// Whether it is of some partition keys.
bool set_ranges(Table& table,
                const Statement& statement,
                const SelectPage& wanted,
                PageRequest& page) {
    Ranges ranges = find_ranges(statement, table.keys_of(page.source));
    page.filter = std::move(ranges.filter);
    page.direction = ranges.descending ? Direction::backward : Direction::forward;
    const std::optional<Item> start =
        wanted.next_token ? std::optional(read_token(*wanted.next_token, wanted.request_text))
                          : std::nullopt;
    if (ranges.bounds.empty()) {
        page.ranges = {scan_range(table, page.source, {})};
        if (start) {
            start_scan_after(page.ranges.front(), table, page.source, *start, {});
        }
        return false;
    }
    for (const KeyCondition::Bounds& bounds : ranges.bounds) {
        page.ranges.push_back(query_range(table, page.source, bounds));
    }
    if (start) {
        start_after(page.ranges, ranges.bounds, table, *start, page);
    }
    return true;
}

void trace(Table& table, const Statement& statement, std::string_view kind, const Page& page) {
    if (statement.index) {
        table.monitor().trace(
            kind,
            {{"index", *statement.index}, {"returned", page.count}, {"scanned", page.scanned}});
    } else {
        table.monitor().trace(kind, {{"returned", page.count}, {"scanned", page.scanned}});
    }
}

/// Null if there is nothing.
const Json* find_in(const Json& item, const Path& path) {
    const auto attribute = item.find(path.attribute);
    const Json* value = attribute != item.end() ? &*attribute : nullptr;
    for (const auto& piece : path.inner) {
        const auto* name = std::get_if<std::string>(&piece);
        const auto content = value->find(name != nullptr ? "M" : "L");
        if (content == value->end()) {
            return nullptr;
        }
        if (name != nullptr) {
            const auto member = content->find(*name);
            value = member != content->end() ? &*member : nullptr;
        } else {
            const std::size_t index = std::get<std::size_t>(piece);
            value = index < content->size() ? &(*content)[index] : nullptr;
        }
        if (value == nullptr) {
            return nullptr;
        }
    }
    return value;
}

/// The last name in it; an element of a list is named by its place among the columns, as PartiQL
/// names what has no name.
std::string column_name(const Path& path, std::size_t place) {
    if (path.inner.empty()) {
        return path.attribute;
    }
    const auto* name = std::get_if<std::string>(&path.inner.back());
    return name != nullptr ? *name : "_" + std::to_string(place + 1);
}

}  // namespace

Json project(Json item, const std::vector<Path>& projection) {
    if (projection.empty()) {
        return item;
    }
    Json projected = Json::object();
    for (std::size_t place = 0; place < projection.size(); ++place) {
        const Path& path = projection[place];
        if (item.contains(path.attribute)) {
            if (const Json* value = find_in(item, path)) {
                projected[column_name(path, place)] = *value;
            }
        }
    }
    return projected;
}

Json select_page(DataCall& call, const Statement& statement, const SelectPage& wanted) {
    Table& table = call.table(statement.table);
    PageRequest request;
    request.consistency = wanted.consistency;
    request.limit = wanted.limit;
    choose_source(table, statement, request);
    const bool bounded = set_ranges(table, statement, wanted, request);
    if (!call.admits(table, Access::read, request.source)) {
        throw call.throttled();
    }
    Page page = read_page(table, request);
    call.charge(table, Access::read, page.consumption);
    trace(table, statement, bounded ? "dynamodb.items.queried" : "dynamodb.items.scanned", page);
    table.monitor().returned_items(call.action, page.count);
    Json answer{{"Items", Json::array()}};
    for (Json& item : page.items) {
        answer["Items"].push_back(project(std::move(item), statement.projection));
    }
    if (page.last_key) {
        answer["NextToken"] = write_token(wanted.request_text, *page.last_key);
        answer["LastEvaluatedKey"] = write_item(*page.last_key);
    }
    if (call.return_capacity() != ReturnCapacity::none) {
        answer["ConsumedCapacity"] =
            consumed_capacity_json(table, page.consumption, call.return_capacity());
    }
    return answer;
}

Json select_item(DataCall& call, const Statement& statement, Consistency consistency) {
    Table& table = call.table(statement.table);
    const auto item = find_whole_key(statement, table.definition().keys);
    if (!item || statement.index) {
        throw validation_error(
            "Select statements within BatchExecuteStatement must specify the primary key in the "
            "where clause.");
    }
    check_key(table, item->key);
    if (!call.admits(table, Access::read, std::nullopt)) {
        throw call.throttled();
    }
    ReadRequest request;
    request.consistency = consistency;
    ReadItem read = read_stored(table, request, item->key);
    Consumption consumption;
    consumption.table = read_units(read.size, consistency);
    call.charge(table, Access::read, consumption);
    Json answer{{"Items", Json::array()}};
    const bool holds =
        !read.item.is_null() && (!item->rest || Condition(*item->rest).holds(read_item(read.item)));
    if (holds) {
        answer["Items"].push_back(project(std::move(read.item), statement.projection));
    }
    if (call.return_capacity() != ReturnCapacity::none) {
        answer["ConsumedCapacity"] =
            consumed_capacity_json(table, consumption, call.return_capacity());
    }
    return answer;
}

}  // namespace orrery::dynamodb::partiql
