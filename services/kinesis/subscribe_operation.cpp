// SubscribeToShard. [docs: API_SubscribeToShard]
#include "engine/world.h"
#include "services/kinesis/operations.h"
#include "services/kinesis/reading.h"
#include "services/kinesis/stream_metrics.h"
#include "services/kinesis/subscription.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace orrery::kinesis {

namespace {

/// The one that there is ends, unless it is too young.
void replace_subscription(Stream& stream, Consumer& consumer, const Shard& shard, Instant now) {
    const auto last = consumer.subscriptions.find(shard.index());
    if (last == consumer.subscriptions.end()) {
        return;
    }
    if (now < last->second.at + limits::subscription_pause) {
        if (StreamMetrics* metrics = stream.metrics()) {
            metrics->subscribed(now, consumer.name, false);
        }
        // (wording unverified)
        throw aws::ApiError("ResourceInUseException",
                            "Another active subscription exists for this consumer: " +
                                consumer.name + " on shard " + shard.id() + in_stream(stream));
    }
    if (const std::shared_ptr<Subscription> present = last->second.subscription.lock()) {
        present->end("ResourceInUseException",
                     "Another subscription of consumer " + consumer.name + " on shard " +
                         shard.id() + " has taken over.");  // (wording unverified)
    }
}

void subscribe(Streams& streams, const aws::Call& call, const aws::Reply& reply) {
    aws::Parameters parameters(call.parameters, "SubscribeToShard");
    Request request{streams, parameters};
    const NamedConsumer named = existing_consumer(request);
    const std::string id = parameters.string("ShardId");
    const Json& start = *parameters.optional("StartingPosition");
    parameters.finish();
    Stream& stream = named.stream;
    Consumer& consumer = named.consumer;
    if (consumer.status != ConsumerStatus::active) {
        throw consumer_not_active(stream, consumer);
    }
    Shard* shard = stream.find_shard(id);
    if (!stream.usable() || shard == nullptr) {
        throw no_such_shard(stream, id);
    }
    aws::Parameters starting(start, "SubscribeToShard");
    const Position position = read_position(starting, "Type", "SequenceNumber");
    starting.finish();
    const std::uint64_t next = place_of(position, stream, *shard);
    const Instant now = streams.now();
    replace_subscription(stream, consumer, *shard, now);
    const auto events = std::make_shared<Pipe<Json>>();
    const auto subscription = std::make_shared<Subscription>(
        streams.world(),
        Subscription::Place{
            streams.find(stream.identity().name), consumer.name, shard->index(), next},
        events,
        call.caller.gone);
    consumer.subscriptions[shard->index()] = {now, subscription};
    if (StreamMetrics* metrics = stream.metrics()) {
        metrics->subscribed(now, consumer.name, true);
    }
    streams.world().trace.record(stream.identity().source,
                                 "kinesis.subscription.started",
                                 {{"consumer", consumer.name}, {"shard", shard->id()}});
    subscription->begin();
    reply(aws::ApiResult(Json::object(), {"EventStream", events}));
}

}  // namespace

void add_subscribe_operation(aws::ApiService& api, Streams& streams) {
    api.add_waiting("SubscribeToShard", [&streams](const aws::Call& call, const aws::Reply& reply) {
        subscribe(streams, call, reply);
    });
}

}  // namespace orrery::kinesis
