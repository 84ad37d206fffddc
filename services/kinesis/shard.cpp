#include "services/kinesis/shard.h"

#include "engine/error.h"
#include "engine/world.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace orrery::kinesis {

std::size_t decoded_size(std::string_view base64) {
    const std::size_t padding = base64.ends_with("==") ? 2 : base64.ends_with('=') ? 1 : 0;
    return base64.size() / 4 * 3 - padding;
}

Record::Record(Instant arrived, std::string_view key, std::string_view data, bool encrypted)
    : arrived_(arrived),
      key_size_(static_cast<std::uint32_t>(key.size())),
      data_size_(static_cast<std::uint32_t>(data.size()) & 0x7FFF'FFFF),
      encrypted_(encrypted ? 1 : 0),
      bytes_(new char[key.size() + data.size()]) {
    std::memcpy(bytes_.get(), key.data(), key.size());
    std::memcpy(bytes_.get() + key.size(), data.data(), data.size());
}

Watch Waiting::add(std::function<void()> callback) {
    if (waiting_.size() >= worth_sweeping_) {
        std::erase_if(waiting_, [](const auto& each) { return each.expired(); });
        worth_sweeping_ = std::max<std::size_t>(16, 2 * waiting_.size());
    }
    auto waiting = std::make_shared<std::function<void()>>(std::move(callback));
    waiting_.push_back(waiting);
    return Watch(std::move(waiting));
}

void Waiting::call(World& world) {
    for (auto& callback : std::exchange(waiting_, {})) {
        if (callback.expired()) {
            continue;
        }
        world.loop.at(world.loop.now(), [callback = std::move(callback)] {
            if (const auto waiting = callback.lock()) {
                (*waiting)();
            }
        });
    }
}

std::string shard_id(std::uint32_t index) {
    const std::string digits = std::to_string(index);
    return "shardId-" + std::string(12 - digits.size(), '0') + digits;
}

std::optional<std::uint32_t> parse_shard_id(std::string_view id) {
    constexpr std::string_view prefix = "shardId-";
    constexpr std::size_t digits = 12;
    if (!id.starts_with(prefix) || id.size() != prefix.size() + digits) {
        return std::nullopt;
    }
    std::uint64_t index = 0;
    for (const char letter : id.substr(prefix.size())) {
        if (letter < '0' || letter > '9') {
            return std::nullopt;
        }
        index = index * 10 + static_cast<std::uint64_t>(letter - '0');
    }
    return index > UINT32_MAX ? std::nullopt : std::optional(static_cast<std::uint32_t>(index));
}

Shard::Shard(std::uint32_t index, HashRange range, Instant opened_at)
    : index_(index), id_(shard_id(index)), range_(range), opened_at_(opened_at) {}

std::uint64_t Shard::first_since(Instant instant) const {
    const auto found =
        std::partition_point(records_.begin(), records_.end(), [instant](const Record& record) {
            return record.arrived() < instant;
        });
    return first_ + static_cast<std::uint64_t>(found - records_.begin());
}

std::uint64_t Shard::append(Record record) {
    records_.push_back(std::move(record));
    return next() - 1;
}

void Shard::restore_place(std::uint64_t next) {
    first_ = next;
    saved_first = next;
    saved_next = next;
}

/// The last of them ends where the place is.
void Shard::restore_record(std::uint64_t index, Record record) {
    if (records_.empty()) {
        first_ = index;
        saved_first = index;
    } else if (index != next()) {
        throw UsageError("the state on disk is damaged: a Kinesis record of " + id_ +
                         " is missing");
    }
    records_.push_back(std::move(record));
    saved_next = std::max(saved_next, next());
}

SequenceNumber Shard::number(std::uint64_t index) const {
    const Record* record = find(index);
    const Instant at = record == nullptr ? opened_at_ : record->arrived();
    return {epoch_seconds(opened_at_), index_, index, epoch_seconds(at)};
}

SequenceNumber Shard::last_number() const {
    return {epoch_seconds(opened_at_), index_, ending_index, epoch_seconds(*closed_at)};
}

}  // namespace orrery::kinesis
