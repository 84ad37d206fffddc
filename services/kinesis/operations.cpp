#include "services/kinesis/operations.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/aws/json_text.h"
#include "services/aws/plain_parameters.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace orrery::kinesis {

using aws::ApiError;

void Rows::add(const std::string& operation, Json (*function)(Request& request)) const {
    api_.add(operation, [operation, function, streams = &streams_](const Json& given) {
        aws::Parameters parameters(given, operation);
        Request request{*streams, parameters};
        return function(request);
    });
}

void Rows::add_quick(const std::string& operation,
                     std::string (*function)(Streams& streams,
                                             const aws::PlainValue& parameters)) const {
    api_.add_quick(operation, [function, streams = &streams_](const aws::PlainValue& parameters) {
        return function(*streams, parameters);
    });
}

ApiError invalid_argument(const std::string& message) {
    return {"InvalidArgumentException", message};
}
ApiError validation_error(const std::string& message) {
    return {"ValidationException", message};
}
ApiError limit_exceeded(const std::string& message) {
    return {"LimitExceededException", message};
}

ApiError no_such_stream(const aws::Identity& identity, std::string_view name) {
    // [LS; kinesalite]
    return {"ResourceNotFoundException",
            "Stream " + std::string(name) + " under account " + identity.account + " not found."};
}

ApiError not_active(const Stream& stream) {
    // [kinesalite]
    return {"ResourceInUseException",
            "Stream " + stream.identity().name + " under account " + stream.identity().account +
                " not ACTIVE, instead in state " + std::string(status_text(stream.status))};
}

std::string in_stream(const Stream& stream) {
    return " in stream " + stream.identity().name + " under account " + stream.identity().account;
}

std::string rate_exceeded_text(const Stream& stream, const Shard& shard) {
    // [botocore: PutRecords]
    return "Rate exceeded for shard " + shard.id() + in_stream(stream) + ".";
}

ApiError rate_exceeded(const Stream& stream, const Shard& shard) {
    return {"ProvisionedThroughputExceededException", rate_exceeded_text(stream, shard)};
}

std::optional<std::string_view> text_or_nothing(aws::Parameters& parameters,
                                                std::string_view name) {
    const std::string* text = parameters.optional_text(name);
    return text == nullptr ? std::nullopt : std::optional<std::string_view>(*text);
}

StreamReference stream_reference(const aws::PlainValue& parameters) {
    return {parameters.optional_text("StreamName"),
            parameters.optional_text("StreamARN"),
            parameters.optional_text("StreamId")};
}

namespace {

StreamReference named_stream(aws::Parameters& parameters) {
    return {text_or_nothing(parameters, "StreamName"),
            text_or_nothing(parameters, "StreamARN"),
            text_or_nothing(parameters, "StreamId")};
}

Stream& existing_stream(Streams& streams, const StreamReference& reference) {
    const auto& [name, arn, id] = reference;
    if (!arn && !name && !id) {
        // (wording unverified)
        throw invalid_argument("Either StreamARN or StreamName must be specified.");
    }
    const std::shared_ptr<Stream> stream = arn    ? streams.find_by_arn(*arn)
                                           : name ? streams.find(*name)
                                                  : streams.find_by_id(*id);
    if (stream == nullptr) {
        throw no_such_stream(streams.identity(),
                             arn    ? arn->substr(arn->find('/') + 1)
                             : name ? *name
                                    : *id);
    }
    const StreamIdentity& identity = stream->identity();
    if ((name && *name != identity.name) || (id && *id != identity.id)) {
        // (wording unverified)
        throw invalid_argument("StreamARN, StreamName and StreamId do not name the same stream.");
    }
    return *stream;
}

}  // namespace

Stream& existing_stream(Request& request) {
    return existing_stream(request.streams, named_stream(request.parameters));
}

Stream& active_stream(Request& request) {
    Stream& stream = existing_stream(request);
    if (stream.status != StreamStatus::active) {
        throw not_active(stream);
    }
    return stream;
}

Stream& usable_stream(Streams& streams, const StreamReference& reference) {
    Stream& stream = existing_stream(streams, reference);
    if (!stream.usable()) {
        throw no_such_stream(streams.identity(), stream.identity().name);
    }
    return stream;
}

Stream& usable_stream(Request& request) {
    return usable_stream(request.streams, named_stream(request.parameters));
}

Streams::Resource named_resource(Request& request) {
    const std::string arn = request.parameters.string("ResourceARN");
    Streams::Resource resource = request.streams.find_resource(arn);
    const bool consumer = stream_of_consumer(arn).has_value();
    if (resource.stream == nullptr || (consumer && resource.consumer == nullptr)) {
        const std::string name = arn.substr(std::min(arn.find('/'), arn.size() - 1) + 1);
        throw consumer ? ApiError("ResourceNotFoundException",  // (wording unverified)
                                  "Consumer " + arn + " under account " +
                                      request.streams.identity().account + " not found.")
                       : no_such_stream(request.streams.identity(), name);
    }
    return resource;
}

void update(Streams& streams,
            Stream& stream,
            Duration duration,
            std::function<void(Stream&)> complete) {
    stream.status = StreamStatus::updating;
    stream.changed();
    streams.changes().begin(
        duration, [&streams, id = stream.identity().id, complete = std::move(complete)] {
            const std::shared_ptr<Stream> changed = streams.find_by_id(id);
            ENSURE(changed != nullptr);  // what is UPDATING cannot be deleted
            complete(*changed);
            changed->status = StreamStatus::active;
            changed->changed();
            streams.world().trace.record(changed->identity().source, "kinesis.stream.active", {});
        });
}

std::string_view status_text(StreamStatus status) {
    switch (status) {
        case StreamStatus::creating: return "CREATING";
        case StreamStatus::active: return "ACTIVE";
        case StreamStatus::updating: return "UPDATING";
        default: return "DELETING";
    }
}

std::string_view status_text(ConsumerStatus status) {
    return status == ConsumerStatus::creating ? "CREATING"
           : status == ConsumerStatus::active ? "ACTIVE"
                                              : "DELETING";
}

Json timestamp(Instant instant) {
    const std::int64_t millis = epoch_millis(instant);
    return millis % 1000 == 0 ? Json(millis / 1000) : Json(static_cast<double>(millis) / 1000);
}

void append_timestamp(std::string& out, Instant instant) {
    const std::int64_t millis = epoch_millis(instant);
    if (millis < 0) {
        out += aws::write_json(timestamp(instant));
        return;
    }
    out += std::to_string(millis / 1000);
    std::string digits = std::to_string(millis % 1000 + 1000);
    digits.front() = '.';
    out.append(digits, 0, digits.find_last_not_of(".0") + 1);
}

Instant instant_of(const Json& timestamp) {
    constexpr double last = 9e9;  // beyond all that virtual time can be
    const double seconds = std::min(std::max(timestamp.get<double>(), 0.0), last);
    return Instant(std::chrono::milliseconds(std::llround(seconds * 1000)));
}

void add_tags(const Json& map, std::map<std::string, std::string>& tags) {
    std::map<std::string, std::string> all = tags;
    for (const auto& [key, value] : map.items()) {
        all[key] = value;
    }
    if (all.size() > limits::tags) {
        // [kinesalite]
        throw invalid_argument(
            "Failed to add tags to stream because a given stream cannot have "
            "more than " +
            std::to_string(limits::tags) + " tags associated with it.");
    }
    tags = std::move(all);
}

bool another_today(std::deque<Instant>& times, std::size_t most, Instant now) {
    std::erase_if(times, [now](Instant time) { return time + limits::update_window <= now; });
    return times.size() < most;
}

}  // namespace orrery::kinesis
