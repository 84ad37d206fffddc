#include "services/kinesis/subscription.h"

#include "engine/world.h"
#include "services/kinesis/operations.h"
#include "services/kinesis/reading.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace orrery::kinesis {

namespace {

/// An event comes at least so often, with records or without. (unverified)
constexpr Duration silence = std::chrono::seconds(5);

}  // namespace

Subscription::Subscription(World& world,
                           Place place,
                           std::shared_ptr<Pipe<Json>> events,
                           std::shared_ptr<const bool> gone)
    : world_(world), place_(std::move(place)), events_(std::move(events)), gone_(std::move(gone)) {}

std::function<void()> Subscription::calling(void (Subscription::*member)()) {
    return [weak = weak_from_this(), member] {
        if (const auto self = weak.lock()) {
            (self.get()->*member)();
        }
    };
}

void Subscription::begin() {
    end_ = world_.loop.after(
        limits::subscription_life,
        [self = shared_from_this()] { self->end(); },
        Weight::background);
    world_.loop.at(world_.loop.now(), calling(&Subscription::push));
    restart_heartbeat();
}

void Subscription::end(const std::string& code, const std::string& message) {
    if (std::exchange(ended_, true)) {
        return;
    }
    const std::shared_ptr<Subscription> self = shared_from_this();  // the last may be an event's
    watch_ = Watch();
    for (const EventId event : {end_, heartbeat_, retry_}) {
        world_.loop.cancel(event);
    }
    world_.trace.record(
        place_.stream->identity().source,
        "kinesis.subscription.ended",
        {{"consumer", place_.consumer}, {"shard", shard_id(place_.shard)}, {"error", code}});
    if (!code.empty()) {
        events_->write({{code, {{"message", message}}}});
    }
    events_->end();
}

void Subscription::push() {
    if (ended_) {
        return;
    }
    if (gone_ != nullptr && *gone_) {
        end();
        return;
    }
    Stream& stream = *place_.stream;
    const auto consumer = stream.consumers.find(place_.consumer);
    Shard* shard = stream.find_shard(shard_id(place_.shard));
    if (stream.gone() || consumer == stream.consumers.end() || shard == nullptr) {
        // (wording unverified)
        end("ResourceNotFoundException",
            "The stream, consumer or shard of the subscription does not exist any more.");
        return;
    }
    if (push_records(consumer->second, *shard)) {
        wait(*shard);
    }
}

bool Subscription::push_records(Consumer& consumer, Shard& shard) {
    const Reading reading =
        read_for(consumer, *place_.stream, shard, place_.next, limits::records_per_read);
    if (reading.throttled_until) {
        retry_ = world_.loop.at(*reading.throttled_until, calling(&Subscription::push));
        return false;
    }
    place_.next = reading.next;
    if (reading.records.next > reading.records.first || reading.records.ended) {
        write(shard, reading.records);
    }
    if (reading.records.ended) {
        end();
        return false;
    }
    return true;
}

void Subscription::wait(Shard& shard) {
    watch_ = place_.stream->watch(shard, place_.next, calling(&Subscription::push));
}

void Subscription::write(const Shard& shard, const ShardRead& read) {
    Json event{{"Records", record_list(shard, read)}, {"MillisBehindLatest", read.millis_behind}};
    if (read.ended) {
        event["ChildShards"] = child_shards(*place_.stream, shard);
    } else {
        // The last record that has been read, or the shard's beginning.
        event["ContinuationSequenceNumber"] = sequence_number_text(
            read.next == 1 ? shard.first_number() : shard.number(read.next - 1));
    }
    events_->write({{"SubscribeToShardEvent", std::move(event)}});
    restart_heartbeat();
}

void Subscription::restart_heartbeat() {
    world_.loop.cancel(heartbeat_);
    heartbeat_ = world_.loop.after(silence, calling(&Subscription::heartbeat), Weight::background);
}

void Subscription::heartbeat() {
    Stream& stream = *place_.stream;
    Shard* shard = stream.find_shard(shard_id(place_.shard));
    if (ended_ || shard == nullptr) {
        return;
    }
    ShardRead nothing = stream.read(*shard, place_.next, 0);
    nothing.ended = false;
    write(*shard, nothing);
}

}  // namespace orrery::kinesis
