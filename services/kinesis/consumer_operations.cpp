// Consumers that read by enhanced fan-out. [docs: API_RegisterStreamConsumer and its like]
#include "engine/world.h"
#include "services/kinesis/operations.h"
#include "services/kinesis/page_token.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::kinesis {

namespace {

using aws::ApiError;

Json consumer_json(const Consumer& consumer) {
    return {{"ConsumerName", consumer.name},
            {"ConsumerARN", consumer.arn},
            {"ConsumerStatus", status_text(consumer.status)},
            {"ConsumerCreationTimestamp", timestamp(consumer.created_at)}};
}

/// Calls `complete` with the consumer after a while, if it is still there.
void change(Streams& streams,
            const Consumer& consumer,
            void (*complete)(Stream& stream, Consumer& consumer)) {
    streams.changes().begin(limits::consumer_change, [&streams, arn = consumer.arn, complete] {
        const Streams::Resource resource = streams.find_resource(arn);
        if (resource.consumer != nullptr) {
            complete(*resource.stream, *resource.consumer);
            resource.stream->changed();
        }
    });
}

void check_room(const Streams& streams, const Stream& stream) {
    const bool advantage = stream.settings.on_demand && streams.account().committed(streams.now());
    const std::size_t most = advantage ? limits::advantage_consumers : limits::consumers;
    // (wordings unverified)
    if (stream.consumers.size() >= most) {
        throw limit_exceeded("This request would exceed the limit of " + std::to_string(most) +
                             " consumers of stream " + stream.identity().name + ".");
    }
    const auto creating =
        std::count_if(stream.consumers.begin(), stream.consumers.end(), [](const auto& consumer) {
            return consumer.second.status == ConsumerStatus::creating;
        });
    if (static_cast<std::size_t>(creating) >= limits::consumers_being_created) {
        throw limit_exceeded("There are " + std::to_string(creating) +
                             " consumers in state CREATING already.");
    }
}

Json register_consumer(Request& request) {
    Streams& streams = request.streams;
    Stream& stream = active_stream(request);
    const std::string name = request.parameters.string("ConsumerName");
    const Json* tags = request.parameters.optional("Tags");
    request.parameters.finish();
    if (stream.consumers.contains(name)) {
        // (wording unverified)
        throw ApiError("ResourceInUseException",
                       "Consumer " + name + " under stream " + stream.identity().name +
                           " already exists for account " + stream.identity().account + ".");
    }
    check_room(streams, stream);
    Consumer consumer;
    consumer.name = name;
    consumer.created_at = streams.now();
    consumer.arn = stream.identity().arn + "/consumer/" + name + ":" +
                   std::to_string(epoch_seconds(consumer.created_at));
    if (tags != nullptr) {
        add_tags(*tags, consumer.tags);
    }
    const Consumer& added = stream.consumers.emplace(name, std::move(consumer)).first->second;
    stream.changed();
    streams.world().trace.record(
        stream.identity().source, "kinesis.consumer.registered", {{"consumer", name}});
    change(streams, added, [](Stream&, Consumer& made) { made.status = ConsumerStatus::active; });
    return {{"Consumer", consumer_json(added)}};
}

Json deregister_consumer(Request& request) {
    Streams& streams = request.streams;
    const NamedConsumer named = existing_consumer(request);
    request.parameters.finish();
    Consumer& consumer = named.consumer;
    if (consumer.status != ConsumerStatus::active) {
        throw consumer_not_active(named.stream, consumer);
    }
    consumer.status = ConsumerStatus::deleting;
    named.stream.changed();
    streams.world().trace.record(named.stream.identity().source,
                                 "kinesis.consumer.deregistered",
                                 {{"consumer", consumer.name}});
    change(streams, consumer, [](Stream& stream, Consumer& gone) {
        stream.remove_consumer(std::string(gone.name));
    });
    return Json::object();
}

Json describe_consumer(Request& request) {
    const NamedConsumer named = existing_consumer(request);
    request.parameters.finish();
    Json json = consumer_json(named.consumer);
    json["StreamARN"] = named.stream.identity().arn;
    return {{"ConsumerDescription", std::move(json)}};
}

Json list_consumers(Request& request) {
    constexpr std::int64_t most = 100;  // whatever MaxResults says [botocore]
    Stream& stream = existing_stream(request);
    const auto limit = static_cast<std::size_t>(
        std::min(request.parameters.optional_integer("MaxResults").value_or(most), most));
    const std::string* token = request.parameters.optional_text("NextToken");
    const Json* created = request.parameters.optional("StreamCreationTimestamp");
    request.parameters.finish();
    if (created != nullptr &&
        epoch_seconds(instant_of(*created)) != epoch_seconds(stream.identity().created_at)) {
        throw no_such_stream(request.streams.identity(), stream.identity().name);
    }
    const std::string after =
        token == nullptr ? ""
                         : read_token(*token, request.streams.now()).at("after").get<std::string>();
    auto next = stream.consumers.upper_bound(after);
    Json list = Json::array();
    for (; next != stream.consumers.end() && list.size() < limit; ++next) {
        list.push_back(consumer_json(next->second));
    }
    Json answer = Json::object();
    if (next != stream.consumers.end()) {
        answer["NextToken"] =
            token_text({{"after", list.back()["ConsumerName"]}}, request.streams.now());
    }
    answer["Consumers"] = std::move(list);
    return answer;
}

}  // namespace

NamedConsumer existing_consumer(Request& request) {
    Streams& streams = request.streams;
    const std::string* arn = request.parameters.optional_text("ConsumerARN");
    const std::string* name = request.parameters.optional_text("ConsumerName");
    const std::string* stream_arn = request.parameters.optional_text("StreamARN");
    if (arn == nullptr && (name == nullptr || stream_arn == nullptr)) {
        // (wording unverified)
        throw invalid_argument("Either ConsumerARN, or StreamARN and ConsumerName must be given.");
    }
    Streams::Resource resource;
    if (arn != nullptr) {
        resource = streams.find_resource(*arn);
    } else {
        Stream& stream = existing_stream(request);
        resource.stream = streams.find(stream.identity().name);
        const auto found = stream.consumers.find(*name);
        resource.consumer = found == stream.consumers.end() ? nullptr : &found->second;
    }
    if (resource.consumer == nullptr) {
        // (wording unverified)
        throw ApiError("ResourceNotFoundException",
                       "Consumer " + (arn != nullptr ? *arn : *name) + " under account " +
                           streams.identity().account + " not found.");
    }
    if ((name != nullptr && *name != resource.consumer->name) ||
        (stream_arn != nullptr && *stream_arn != resource.stream->identity().arn)) {
        // (wording unverified)
        throw invalid_argument(
            "ConsumerARN, ConsumerName and StreamARN do not name the same consumer.");
    }
    return {*resource.stream, *resource.consumer};
}

ApiError consumer_not_active(const Stream& stream, const Consumer& consumer) {
    // [awslabs/kinesis-hot-shard-advisor issue 37]
    return {"ResourceInUseException",
            "Consumer " + consumer.name + " with creation timestamp " +
                std::to_string(epoch_seconds(consumer.created_at)) +
                " under stream: " + stream.identity().name + " , account " +
                stream.identity().account + " is not in ACTIVE status."};
}

void add_consumer_operations(const Rows& rows) {
    rows.add("DeregisterStreamConsumer", deregister_consumer);
    rows.add("DescribeStreamConsumer", describe_consumer);
    rows.add("ListStreamConsumers", list_consumers);
    rows.add("RegisterStreamConsumer", register_consumer);
}

}  // namespace orrery::kinesis
