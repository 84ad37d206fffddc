#include "services/dynamodb/stream.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/dynamodb/control_limits.h"

#include <algorithm>
#include <utility>

namespace orrery::dynamodb {

namespace {

Item keys_of(const KeySchema& schema, const Item& item) {
    Item keys;
    for (const auto* parts : {&schema.hash, &schema.range}) {
        for (const KeyAttribute& part : *parts) {
            if (const auto found = item.find(part.name); found != item.end()) {
                keys.insert(*found);
            }
        }
    }
    return keys;
}

bool shows_old(StreamView view) {
    return view == StreamView::old_image || view == StreamView::new_and_old_images;
}
bool shows_new(StreamView view) {
    return view == StreamView::new_image || view == StreamView::new_and_old_images;
}

std::string shard_id(Instant opened_at, RandomStream& random) {
    std::string millis = std::to_string(epoch_millis(opened_at));
    return "shardId-" + std::string(20 - millis.size(), '0') + millis + "-" + random.hex(8);
}

}  // namespace

Stream::Stream(World& world, StreamIdentity identity, RandomStream random)
    : world_(world), identity_(std::move(identity)), random_(random) {
    open_shard(identity_.created_at);
}

void Stream::open_shard(Instant at) {
    Shard shard;
    shard.id = shard_id(at, random_);
    shard.parent = shards_.empty() ? "" : shards_.back().id;
    shard.first = ++last_sequence_;
    shard.opened_at = at;
    shards_.push_back(std::move(shard));
    changed_ = true;
    // Its parent is closed, which whoever reads that waits for.
    wake(waiting_for_records_, world_.loop.now());
    wake(waiting_for_shards_, world_.loop.now());
}

/// Shards roll over when somebody looks, as of the instants at which they would have.
void Stream::roll() {
    while (!closed() && shards_.back().opened_at + limits::shard_life <= world_.loop.now()) {
        Shard& open = shards_.back();
        open.last = last_sequence_;
        open.closed_at = open.opened_at + limits::shard_life;
        open_shard(open.closed_at);
    }
    trim();
}

void Stream::trim() {
    const Instant horizon = world_.loop.now() - limits::stream_retention;
    while (!records_.empty() && records_.front().at < horizon) {
        trimmed_through_ = records_.front().sequence;
        records_.pop_front();
        changed_ = true;
    }
    while (shards_.size() > 1 && shards_.front().closed_at < horizon) {
        shards_.pop_front();
        changed_ = true;
    }
}

void Stream::close() {
    if (closed()) {
        return;
    }
    roll();
    shards_.back().last = last_sequence_;
    shards_.back().closed_at = world_.loop.now();
    closed_at_ = world_.loop.now();
    changed_ = true;
    wake(waiting_for_records_, world_.loop.now());
    wake(waiting_for_shards_, world_.loop.now());
}

void Stream::append(const Item* before, const Item* after, Writer writer) {
    ENSURE(!closed() && (before != nullptr || after != nullptr));
    roll();
    StreamRecord record;
    record.sequence = ++last_sequence_;
    record.at = world_.loop.now();
    record.readable_at = record.at;
    if (world_.faults.fires("dynamodb.stream.delay", {{"table", identity_.table_name}})) {
        record.readable_at += 1s;
    }
    if (!records_.empty()) {
        record.readable_at = std::max(record.readable_at, records_.back().readable_at);  // in order
    }
    record.kind = before == nullptr  ? ChangeKind::insert
                  : after == nullptr ? ChangeKind::remove
                                     : ChangeKind::modify;
    record.writer = writer;
    record.event_id = random_.hex(32);
    const Item keys = keys_of(identity_.keys, after == nullptr ? *before : *after);
    record.keys = encode_item(keys);
    record.size = size_of(keys);
    if (before != nullptr && shows_old(identity_.view)) {
        record.before = encode_item(*before);
        record.size += size_of(*before);
    }
    if (after != nullptr && shows_new(identity_.view)) {
        record.after = encode_item(*after);
        record.size += size_of(*after);
    }
    const Instant readable_at = record.readable_at;
    records_.push_back(std::move(record));
    changed_ = true;
    wake(waiting_for_records_, readable_at);
}

const std::deque<Shard>& Stream::shards() {
    roll();
    return shards_;
}

const Shard* Stream::find_shard(std::string_view id) {
    roll();
    const auto found = std::find_if(
        shards_.begin(), shards_.end(), [&](const Shard& shard) { return shard.id == id; });
    return found == shards_.end() ? nullptr : &*found;
}

StreamPosition Stream::oldest(const Shard& shard) const {
    return {shard.id, std::max(shard.first, trimmed_through_ + 1)};
}

StreamPosition Stream::latest(const Shard& shard) const {
    return {shard.id, shard.last.value_or(last_sequence_) + 1};
}

StreamPosition Stream::since(const Shard& shard, Instant instant) const {
    const auto first = std::lower_bound(
        records_.begin(), records_.end(), instant, [](const StreamRecord& record, Instant at) {
            return record.at < at;
        });
    StreamPosition position = latest(shard);
    if (first != records_.end()) {
        position.next = std::min(position.next, std::max(first->sequence, oldest(shard).next));
    }
    return position;
}

StreamBatch Stream::read(const StreamPosition& position, std::size_t records, std::size_t bytes) {
    const Shard* shard = find_shard(position.shard);
    ENSURE(shard != nullptr);
    StreamBatch batch;
    batch.next = position;
    const std::uint64_t last = shard->last.value_or(last_sequence_);
    if (position.next <= std::min(trimmed_through_, last)) {
        batch.trimmed = true;
        return batch;
    }
    std::size_t size = 0;
    auto next = std::lower_bound(
        records_.begin(), records_.end(), position.next, [](const auto& record, auto sequence) {
            return record.sequence < sequence;
        });
    for (; next != records_.end() && next->sequence <= last; ++next) {
        size += next->size;
        if (next->readable_at > world_.loop.now() || batch.records.size() == records ||
            (size > bytes && !batch.records.empty())) {
            return batch;
        }
        batch.records.push_back(&*next);
        batch.next.next = next->sequence + 1;
    }
    batch.ended = shard->last.has_value();
    return batch;
}

StreamWatch Stream::watch(std::function<void()> arrived) {
    auto waiting = std::make_shared<std::function<void()>>(std::move(arrived));
    waiting_for_records_.push_back(waiting);
    const auto delayed = std::upper_bound(
        records_.begin(), records_.end(), world_.loop.now(), [](Instant now, const auto& record) {
            return now < record.readable_at;
        });
    if (delayed != records_.end()) {
        wake(waiting_for_records_, delayed->readable_at);
    }
    return StreamWatch(std::move(waiting));
}

StreamWatch Stream::watch_shards(std::function<void()> changed) {
    auto waiting = std::make_shared<std::function<void()>>(std::move(changed));
    waiting_for_shards_.push_back(waiting);
    return StreamWatch(std::move(waiting));
}

const StreamRecord* Stream::find_record(std::uint64_t sequence) {
    trim();
    const auto found = std::lower_bound(
        records_.begin(), records_.end(), sequence, [](const StreamRecord& record, auto wanted) {
            return record.sequence < wanted;
        });
    return found == records_.end() || found->sequence != sequence ? nullptr : &*found;
}

void Stream::wake(Waiting& waiting_ones, Instant at) {
    for (const auto& waiting : std::exchange(waiting_ones, {})) {
        if (!waiting.expired()) {
            world_.loop.at(at, [waiting] {
                if (const auto arrived = waiting.lock()) {
                    (*arrived)();
                }
            });
        }
    }
}

std::string sequence_text(std::uint64_t sequence) {
    const std::string digits = std::to_string(sequence);
    return "1" + std::string(20 - digits.size(), '0') + digits;
}

std::optional<std::uint64_t> parse_sequence(std::string_view text) {
    if (text.size() != 21 || text.front() != '1') {
        return std::nullopt;
    }
    std::uint64_t sequence = 0;
    for (const char digit : text.substr(1)) {
        if (digit < '0' || digit > '9' || sequence > UINT64_MAX / 10 - 1) {
            return std::nullopt;
        }
        sequence = sequence * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    return sequence;
}

}  // namespace orrery::dynamodb
