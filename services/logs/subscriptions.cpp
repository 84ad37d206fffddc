#include "services/logs/subscriptions.h"

#include "engine/world.h"
#include "services/logs/awslogs_payload.h"
#include "services/logs/event_id.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace orrery::logs {

namespace {

// Events of a stream that come within this time arrive together [choice].
constexpr Duration gathering = 1s;
// In base64 it stays below what a function may be invoked with asynchronously.
constexpr std::size_t bytes_per_batch = 96 * 1024;

}  // namespace

Subscriptions::~Subscriptions() {
    for (const auto& [key, batch] : batches_) {
        world_.loop.cancel(batch.delivery);
    }
}

void Subscriptions::observe(const LogGroup& group, const LogEvent& event) {
    for (const auto& [name, filter] : group.subscription_filters) {
        if (!filter.pattern->matches(event.message)) {
            continue;
        }
        const BatchKey key(group.name(), name, event.stream->name);
        Batch& batch = batches_[key];
        batch.destination_arn = filter.destination_arn;
        batch.pattern = filter.pattern;
        batch.events.emplace_back(event.key, event.message);
        batch.bytes += event.message.size();
        if (batch.bytes >= bytes_per_batch) {
            world_.loop.cancel(batch.delivery);
            batch.delivery = world_.loop.post([this, key] { deliver(key); });
            batch.bytes = 0;
        } else if (!batch.delivery) {
            batch.delivery = world_.loop.after(gathering, [this, key] { deliver(key); });
        }
    }
}

void Subscriptions::deliver(const BatchKey& key) {
    const auto node = batches_.extract(key);
    const Batch& batch = node.mapped();
    if (target_ != nullptr) {
        target_->deliver(batch.destination_arn, awslogs_payload(document(key, batch)));
    }
}

std::string Subscriptions::document(const BatchKey& key, const Batch& batch) const {
    const auto& [group, filter, stream] = key;
    Json events = Json::array();
    for (const auto& [position, message] : batch.events) {
        Json event{
            {"id", event_id(position)}, {"timestamp", position.timestamp}, {"message", message}};
        // Of space-delimited patterns, without the '$'.
        for (const auto& [name, value] : batch.pattern->extract(message)) {
            if (!name.starts_with("$.") && !name.starts_with("$[")) {
                event["extractedFields"][name.substr(1)] = value;
            }
        }
        events.push_back(std::move(event));
    }
    return Json{{"messageType", "DATA_MESSAGE"},
                {"owner", identity_.account},
                {"logGroup", group},
                {"logStream", stream},
                {"subscriptionFilters", {filter}},
                {"logEvents", std::move(events)}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace orrery::logs
