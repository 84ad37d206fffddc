#include "services/dynamodb/expiry_sweep.h"

#include "engine/world.h"
#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/table.h"
#include "services/dynamodb/table_monitor.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace orrery::dynamodb {

namespace {

/// Seconds since 1970, cut to whole ones; nothing for what is no time (texts, dates in
/// milliseconds far away).
std::optional<Instant> expiry_of(const AttributeValue& value) {
    const Number* number = value.as<Number>();
    if (number == nullptr) {
        return std::nullopt;
    }
    const std::string text = number->text();
    std::int64_t seconds = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const std::chrono::seconds latest =
        std::chrono::duration_cast<std::chrono::seconds>(end_of_time.time_since_epoch());
    if (parsed.ec != std::errc() || seconds < 0 || seconds > latest.count()) {
        return std::nullopt;
    }
    return Instant(std::chrono::seconds(seconds));
}

}  // namespace

ExpirySweep::ExpirySweep(World& world, Table& table, std::string source)
    : world_(world), table_(table), source_(std::move(source)) {}

ExpirySweep::~ExpirySweep() {
    world_.loop.cancel(event_);
}

void ExpirySweep::begin(const std::string& attribute) {
    attribute_ = attribute;
    table_.set_expiry_attribute(attribute);
    if (const auto next = table_.next_expiry()) {
        schedule(*next);
    }
}

void ExpirySweep::end() {
    attribute_.clear();
    table_.set_expiry_attribute(std::nullopt);
    world_.loop.cancel(std::exchange(event_, {}));
}

void ExpirySweep::item_written(const Item& item) {
    if (attribute_.empty()) {
        return;
    }
    if (const auto found = item.find(attribute_); found != item.end()) {
        if (const auto expiry = expiry_of(found->second)) {
            schedule(*expiry);
        }
    }
}

/// At the end of a minute: one event for all that expire in it.
void ExpirySweep::schedule(Instant expiry) {
    const Instant due = std::chrono::ceil<std::chrono::minutes>(
        std::max(expiry, world_.loop.now()) + limits::time_to_live_delay);
    if (due > end_of_time || (event_ && due_ <= due)) {
        return;
    }
    world_.loop.cancel(event_);
    due_ = due;
    event_ = world_.loop.at(
        due, [this] { sweep(); }, Weight::background);
}

void ExpirySweep::sweep() {
    constexpr std::size_t at_once = 1000;
    event_ = {};
    std::int64_t expired = 0;
    for (;;) {
        const std::vector<Item> items =
            table_.expired(world_.loop.now() - limits::time_to_live_delay, at_once);
        for (const Item& item : items) {
            expired += table_.expire(item) ? 1 : 0;
        }
        if (items.size() < at_once) {
            break;
        }
    }
    if (expired > 0) {
        table_.monitor().expired_items(static_cast<std::size_t>(expired));
        world_.trace.record(source_, "dynamodb.items.expired", {{"items", expired}});
    }
    if (const auto next = table_.next_expiry()) {
        schedule(*next);
    }
}

}  // namespace orrery::dynamodb
