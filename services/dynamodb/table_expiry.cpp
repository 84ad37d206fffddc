// When a table's items expire: an index of those that have a time to live, by that time.

#include "engine/world.h"
#include "services/dynamodb/key_bytes.h"
#include "services/dynamodb/place_key.h"
#include "services/dynamodb/stored_value.h"
#include "services/dynamodb/table.h"

#include <cstdlib>

namespace orrery::dynamodb {

namespace {

// What expired longer ago is never deleted. [docs: time-to-live-ttl-before-you-start]
constexpr Duration five_years = std::chrono::hours(24) * 365 * 5;

std::string seconds_key(const std::string& prefix, Instant at) {
    std::string key = prefix;
    Number::parse(std::to_string(epoch_seconds(at))).append_key(key);
    return key;
}

}  // namespace

std::string Table::expiry_key(const Item& item) const {
    const auto found = item.find(*expiry_attribute_);
    if (found == item.end() || found->second.type() != AttributeType::number) {
        return {};
    }
    std::string key = tree_prefix(definition_.number, expiry_tree);
    append_key_bytes(key, found->second);
    return key + key_of(item);
}

void Table::write_expiry(const ItemWrite& write, std::int64_t number) {
    const std::string before = write.before_item ? expiry_key(*write.before_item) : "";
    const std::string after = write.after ? expiry_key(*write.after) : "";
    if (before == after) {
        return;
    }
    if (!before.empty()) {
        storage_.erase_place(before);
    }
    if (!after.empty()) {
        storage_.add_place(after, number);
    }
}

void Table::set_expiry_attribute(std::optional<std::string> name) {
    if (name == expiry_attribute_) {
        return;
    }
    if (expiry_attribute_) {
        storage_.erase_places(keys_below(tree_prefix(definition_.number, expiry_tree)));
    }
    expiry_attribute_ = std::move(name);
    changed();
    if (!expiry_attribute_) {
        return;
    }
    storage_.each(keys_below(prefix_),
                  Direction::forward,
                  [&](std::string_view, std::int64_t number, std::string_view value) {
                      const std::string key = expiry_key(decode_item(StoredValue(value).item));
                      if (!key.empty()) {
                          storage_.add_place(key, number);
                      }
                      return true;
                  });
}

std::vector<Item> Table::expired(Instant now, std::size_t most) const {
    std::vector<Item> items;
    if (!expiry_attribute_ || most == 0) {
        return items;
    }
    const std::string prefix = tree_prefix(definition_.number, expiry_tree);
    each_in({seconds_key(prefix, now - five_years), after_all(seconds_key(prefix, now))},
            Direction::forward,
            [&](std::size_t, std::string_view bytes) {
                items.push_back(decode_item(bytes));
                return items.size() < most;
            });
    return items;
}

std::optional<Instant> Table::next_expiry() const {
    std::optional<Instant> next;
    if (!expiry_attribute_) {
        return next;
    }
    const std::string prefix = tree_prefix(definition_.number, expiry_tree);
    each_in({seconds_key(prefix, world_.loop.now() - five_years),
             after_all(seconds_key(prefix, end_of_time))},
            Direction::forward,
            [&](std::size_t, std::string_view bytes) {
                const Item item = decode_item(bytes);
                const Number* at = item.find(*expiry_attribute_)->second.as<Number>();
                // A fraction of a second counts as a whole one.
                const double seconds = std::strtod(at->text().c_str(), nullptr);
                const auto whole = static_cast<std::int64_t>(seconds);
                next = Instant(
                    std::chrono::seconds(whole + (static_cast<double>(whole) < seconds ? 1 : 0)));
                return false;
            });
    return next;
}

bool Table::expire(const Item& item) {
    std::string key = key_of(item);
    std::optional<StoredItem> before = find(key);
    if (!before || before->value != StoredValue::of(before->size, item)) {
        return false;
    }
    apply(plan(std::move(key), std::move(before), item, std::nullopt), Writer::time_to_live);
    return true;
}

}  // namespace orrery::dynamodb
