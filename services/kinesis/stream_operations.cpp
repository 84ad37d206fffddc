// CreateStream, DeleteStream, ListStreams, and what changes a stream's mode. [docs:
// API_CreateStream, API_DeleteStream, API_ListStreams, API_UpdateStreamMode]
#include "engine/world.h"
#include "services/aws/encoding.h"
#include "services/kinesis/operations.h"
#include "services/kinesis/page_token.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::kinesis {

namespace {

/// What CreateStream asks for.
struct WantedStream {
    StreamSettings settings;
    std::size_t shards = limits::on_demand_shards;
};

WantedStream read_wanted(Request& request) {
    WantedStream wanted;
    aws::Parameters& parameters = request.parameters;
    const std::optional<std::int64_t> count = parameters.optional_integer("ShardCount");
    const Json* details = parameters.optional("StreamModeDetails");
    wanted.settings.on_demand =
        details == nullptr ? !count : details->at("StreamMode") == "ON_DEMAND";
    if (wanted.settings.on_demand && count) {
        // (wording unverified)
        throw validation_error("ShardCount cannot be set for a stream in ON_DEMAND mode.");
    }
    if (!wanted.settings.on_demand && !count) {
        // (wording unverified)
        throw validation_error("ShardCount must be set for a stream in PROVISIONED mode.");
    }
    if (count) {
        wanted.shards = static_cast<std::size_t>(*count);
    }
    if (const auto warm = parameters.optional_integer("WarmThroughputMiBps"); warm && *warm > 0) {
        check_warm_throughput(request.streams, wanted.settings.on_demand, *warm);
        wanted.settings.warm_mibps = *warm;
        wanted.shards = warm_shards(*warm);
    }
    wanted.settings.record_kib =
        parameters.optional_integer("MaxRecordSizeInKiB").value_or(limits::default_record_kib);
    if (const Json* tags = parameters.optional("Tags")) {
        add_tags(*tags, wanted.settings.tags);
    }
    return wanted;
}

void check_room(Streams& streams, const WantedStream& wanted) {
    const auto count = [&](auto&& condition) {
        return static_cast<std::size_t>(
            std::count_if(streams.all().begin(), streams.all().end(), [&](const auto& stream) {
                return condition(*stream.second);
            }));
    };
    const std::size_t creating =
        count([](const Stream& stream) { return stream.status == StreamStatus::creating; });
    if (creating >= limits::streams_being_created) {
        // (wording unverified)
        throw limit_exceeded("There are " + std::to_string(creating) +
                             " streams in state CREATING already. Limit: " +
                             std::to_string(limits::streams_being_created) + ".");
    }
    const std::size_t on_demand =
        count([](const Stream& stream) { return stream.settings.on_demand; });
    if (wanted.settings.on_demand && on_demand >= limits::on_demand_streams) {
        // (wording unverified)
        throw limit_exceeded(
            "This request would exceed the on-demand stream limit for the "
            "account " +
            streams.identity().account + " in " + streams.identity().region +
            ". Limit: " + std::to_string(limits::on_demand_streams) + ".");
    }
    check_shard_limit(streams, wanted.shards);
}

Json create_stream(Request& request) {
    Streams& streams = request.streams;
    const std::string name = request.parameters.string("StreamName");
    WantedStream wanted = read_wanted(request);
    request.parameters.finish();
    if (streams.find(name) != nullptr) {
        throw aws::ApiError(
            "ResourceInUseException",
            "Stream " + name + " under account " + streams.identity().account + " already exists.");
    }
    check_room(streams, wanted);
    Stream& stream = streams.create(name, std::move(wanted.settings));
    streams.world().trace.record(
        stream.identity().source,
        "kinesis.stream.created",
        {{"shards", wanted.shards},
         {"mode", stream.settings.on_demand ? "ON_DEMAND" : "PROVISIONED"}});
    streams.changes().begin(
        limits::creation, [&streams, weak = std::weak_ptr(streams.find(name)), wanted] {
            const std::shared_ptr<Stream> made = weak.lock();
            if (made == nullptr) {
                return;
            }
            made->open_first_shards(wanted.shards);
            made->status = StreamStatus::active;
            made->changed();
            streams.world().trace.record(made->identity().source, "kinesis.stream.active", {});
        });
    return Json::object();
}

Json delete_stream(Request& request) {
    Streams& streams = request.streams;
    Stream& stream = existing_stream(request);
    const bool enforced =
        request.parameters.optional_boolean("EnforceConsumerDeletion").value_or(false);
    request.parameters.finish();
    if (stream.status != StreamStatus::active) {
        throw not_active(stream);
    }
    if (!enforced && !stream.consumers.empty()) {
        // (wording unverified)
        throw aws::ApiError("ResourceInUseException",
                            "Stream " + stream.identity().name + " under account " +
                                stream.identity().account +
                                " has registered consumers. Set EnforceConsumerDeletion to "
                                "delete them with it.");
    }
    stream.status = StreamStatus::deleting;
    stream.changed();
    streams.changes().begin(limits::deletion, [&streams, id = stream.identity().id] {
        if (const std::shared_ptr<Stream> gone = streams.find_by_id(id)) {
            streams.world().trace.record(gone->identity().source, "kinesis.stream.deleted", {});
            streams.remove(gone->identity().name);
        }
    });
    return Json::object();
}

Json list_streams(Request& request) {
    constexpr std::int64_t usual = 100;
    Streams& streams = request.streams;
    const auto limit =
        static_cast<std::size_t>(request.parameters.optional_integer("Limit").value_or(usual));
    const std::string* start = request.parameters.optional_text("ExclusiveStartStreamName");
    const std::string* token = request.parameters.optional_text("NextToken");
    request.parameters.finish();
    if (start != nullptr && token != nullptr) {
        // (wording unverified)
        throw invalid_argument("NextToken and ExclusiveStartStreamName cannot both be specified.");
    }
    const std::string after = token != nullptr
                                  ? read_token(*token, streams.now()).at("after").get<std::string>()
                              : start != nullptr ? *start
                                                 : "";
    Json names = Json::array();
    Json summaries = Json::array();
    auto next = streams.all().upper_bound(after);
    for (; next != streams.all().end() && names.size() < limit; ++next) {
        const Stream& stream = *next->second;
        names.push_back(next->first);
        summaries.push_back({{"StreamName", next->first},
                             {"StreamARN", stream.identity().arn},
                             {"StreamStatus", status_text(stream.status)},
                             {"StreamModeDetails", mode_details(stream)},
                             {"StreamCreationTimestamp", timestamp(stream.identity().created_at)}});
    }
    const bool more = next != streams.all().end();
    Json answer{{"HasMoreStreams", more}};
    if (more) {
        answer["NextToken"] = token_text({{"after", names.back()}}, streams.now());
    }
    answer["StreamNames"] = std::move(names);
    answer["StreamSummaries"] = std::move(summaries);
    return answer;
}

}  // namespace

void add_stream_operations(const Rows& rows) {
    rows.add("CreateStream", create_stream);
    rows.add("DeleteStream", delete_stream);
    rows.add("ListStreams", list_streams);
}

}  // namespace orrery::kinesis
