// The API of DynamoDB Streams. [docs: API_Operations_Amazon_DynamoDB_Streams]
#include "engine/world.h"
#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/control_operations.h"
#include "services/dynamodb/schema_json.h"
#include "services/dynamodb/shard_iterator.h"
#include "services/dynamodb/stream_record_json.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_monitor.h"
#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::dynamodb {

namespace {

using aws::ApiError;

Stream& existing_stream(ControlPlane& control, const std::string& arn) {
    Stream* stream = control.find_stream(arn);
    if (stream == nullptr) {
        // [LS]
        throw ApiError("ResourceNotFoundException",
                       "Requested resource not found: Stream: " + arn + " not found");
    }
    return *stream;
}

const Shard& existing_shard(Stream& stream, const std::string& id) {
    const Shard* shard = stream.find_shard(id);
    if (shard == nullptr) {
        // (wording unverified)
        throw ApiError("ResourceNotFoundException",
                       "Requested resource not found: Shard does not exist");
    }
    return *shard;
}

/// Limit: as many as there may be unless it says less.
std::size_t page_size(aws::Parameters& parameters, std::size_t most) {
    const auto wanted = parameters.optional_integer("Limit");
    if (wanted && static_cast<std::size_t>(*wanted) > most) {
        throw validation_error("1 validation error detected: Value '" + std::to_string(*wanted) +
                               "' at 'limit' failed to satisfy constraint: Member must have value "
                               "less than or equal to " +
                               std::to_string(most));
    }
    return wanted ? static_cast<std::size_t>(*wanted) : most;
}

Json list_streams(Request& request) {
    const std::string table = request.parameters.optional_string("TableName").value_or("");
    const std::string after =
        request.parameters.optional_string("ExclusiveStartStreamArn").value_or("");
    const std::size_t limit = page_size(request.parameters, limits::streams_page);
    request.parameters.finish();
    Json answer{{"Streams", Json::array()}};
    Json& streams = answer["Streams"];
    const auto& all = request.control.streams();
    for (auto each = all.upper_bound(after); each != all.end(); ++each) {
        const StreamIdentity& identity = each->second->identity();
        if (!table.empty() && table != identity.table_name) {
            continue;
        }
        if (streams.size() == limit) {
            answer["LastEvaluatedStreamArn"] = streams.back()["StreamArn"];
            break;
        }
        streams.push_back({{"StreamArn", identity.arn},
                           {"StreamLabel", identity.label},
                           {"TableName", identity.table_name}});
    }
    return answer;
}

std::string stream_status(const Stream& stream) {
    if (stream.closed()) {
        return stream.ready() ? "DISABLED" : "DISABLING";
    }
    return stream.ready() ? "ENABLED" : "ENABLING";
}

Json shard_json(const Shard& shard) {
    Json range{{"StartingSequenceNumber", sequence_text(shard.first)}};
    if (shard.last) {
        range["EndingSequenceNumber"] = sequence_text(*shard.last);
    }
    Json json{{"ShardId", shard.id}, {"SequenceNumberRange", std::move(range)}};
    if (!shard.parent.empty()) {
        json["ParentShardId"] = shard.parent;
    }
    return json;
}

Json describe_stream(Request& request) {
    aws::Parameters& parameters = request.parameters;
    Stream& stream = existing_stream(request.control, parameters.string("StreamArn"));
    const std::string after = parameters.optional_string("ExclusiveStartShardId").value_or("");
    const std::size_t limit = page_size(parameters, limits::streams_page);
    const Json* filter = parameters.optional("ShardFilter");
    parameters.finish();
    const std::string parent = filter == nullptr ? "" : filter->value("ShardId", "");
    const StreamIdentity& identity = stream.identity();
    Json description{{"StreamArn", identity.arn},
                     {"StreamLabel", identity.label},
                     {"StreamStatus", stream_status(stream)},
                     {"StreamViewType", std::string(view_name(identity.view))},
                     {"CreationRequestDateTime", time_json(identity.created_at)},
                     {"TableName", identity.table_name},
                     {"KeySchema", key_schema_json(identity.keys)},
                     {"Shards", Json::array()}};
    Json& shards = description["Shards"];
    bool begun = after.empty();
    for (const Shard& shard : stream.shards()) {
        if (begun && (filter == nullptr || shard.parent == parent)) {
            if (shards.size() == limit) {
                description["LastEvaluatedShardId"] = shards.back()["ShardId"];
                break;
            }
            shards.push_back(shard_json(shard));
        }
        begun = begun || shard.id == after;
    }
    return {{"StreamDescription", std::move(description)}};
}

/// Where an iterator of a type that names a sequence number begins.
StreamPosition position_at(Stream& stream,
                           const Shard& shard,
                           const std::string& type,
                           const std::string* text) {
    if (text == nullptr) {
        // (wording unverified)
        throw validation_error("SequenceNumber must be specified for ShardIteratorType " + type);
    }
    const auto sequence = parse_sequence(*text);
    if (!sequence || *sequence < shard.first ||
        *sequence > shard.last.value_or(stream.latest(shard).next - 1)) {
        // (wording unverified)
        throw validation_error("Invalid SequenceNumber");
    }
    const StreamPosition position{shard.id,
                                  type == "AT_SEQUENCE_NUMBER" ? *sequence : *sequence + 1};
    if (stream.read(position, 0, 0).trimmed) {
        throw trimmed_data();
    }
    return position;
}

Json get_shard_iterator(Request& request) {
    aws::Parameters& parameters = request.parameters;
    Stream& stream = existing_stream(request.control, parameters.string("StreamArn"));
    const Shard& shard = existing_shard(stream, parameters.string("ShardId"));
    const std::string type = parameters.string("ShardIteratorType");
    const std::string* sequence = parameters.optional_text("SequenceNumber");
    parameters.finish();
    const StreamPosition position = type == "TRIM_HORIZON" ? stream.oldest(shard)
                                    : type == "LATEST"     ? stream.latest(shard)
                                                       : position_at(stream, shard, type, sequence);
    return {{"ShardIterator",
             iterator_text({stream.identity().arn, position, request.control.loop().now()})}};
}

Json get_records(Request& request) {
    const ShardIterator iterator = parse_iterator(request.parameters.string("ShardIterator"));
    const std::size_t limit = page_size(request.parameters, limits::records);
    request.parameters.finish();
    ControlPlane& control = request.control;
    Stream& stream = existing_stream(control, iterator.stream_arn);
    if (control.loop().now() > iterator.created_at + limits::iterator_life) {
        throw expired_iterator(iterator.created_at, control.loop().now());
    }
    if (stream.find_shard(iterator.position.shard) == nullptr) {
        throw trimmed_data();
    }
    const StreamBatch batch = stream.read(iterator.position, limit, limits::records_bytes);
    if (batch.trimmed) {
        throw trimmed_data();
    }
    Json answer{{"Records", Json::array()}};
    std::size_t bytes = 0;
    for (const StreamRecord* record : batch.records) {
        bytes += record->size;
        answer["Records"].push_back(
            stream_record_json(*record, stream.identity().view, control.identity().region));
    }
    if (ManagedTable* table = control.find(stream.identity().table_name)) {
        table->table().monitor().returned_records(
            stream.identity().label, batch.records.size(), bytes);
    }
    if (!batch.ended) {
        answer["NextShardIterator"] =
            iterator_text({iterator.stream_arn, batch.next, control.loop().now()});
    }
    return answer;
}

}  // namespace

void add_stream_operations(const Rows& rows) {
    rows.add("DescribeStream", describe_stream);
    rows.add("GetRecords", get_records);
    rows.add("GetShardIterator", get_shard_iterator);
    rows.add("ListStreams", list_streams);
}

}  // namespace orrery::dynamodb
