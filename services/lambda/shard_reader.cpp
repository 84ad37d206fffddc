#include "services/lambda/shard_reader.h"

#include "engine/world.h"

#include <algorithm>
#include <utility>

namespace orrery::lambda {

namespace {

// How much one call of GetRecords gives at most, and how much is read ahead while some lane waits
// for the function. [docs: API_GetRecords; the latter a choice]
constexpr std::size_t records_per_read = 10'000;
constexpr std::size_t read_ahead = 10'000;

/// FNV-1a, 64 bits: AWS keeps its own function to itself. [choice]
std::uint64_t hash_of(std::string_view key) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char letter : key) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
    }
    return hash;
}

}  // namespace

ShardReader::ShardReader(StreamMapping& mapping,
                         StreamShard shard,
                         ShardBeginning beginning,
                         std::function<void()> finished)
    : mapping_(mapping),
      shard_(std::move(shard)),
      beginning_(std::move(beginning)),
      when_finished_(std::move(finished)),
      position_(beginning_.position) {}

ShardReader::~ShardReader() {
    mapping_.world.loop.cancel(poll_);
    mapping_.world.loop.cancel(restart_);
}

void ShardReader::start() {
    if (running_ || finished_) {
        return;
    }
    if (invoking()) {
        draining_ = true;
    } else {
        begin();
    }
}

void ShardReader::stop() {
    running_ = false;
    draining_ = false;
    mapping_.world.loop.cancel(std::exchange(restart_, {}));
    mapping_.world.loop.cancel(std::exchange(poll_, {}));
    watch_.reset();
    for (const auto& lane : lanes_) {
        lane->stop();
    }
}

/// Whatever was read and is not done with is read again: filters, windows and lanes may be others.
void ShardReader::begin() {
    if (const PendingRecord* first = first_unfinished()) {
        position_ = first->number;
        last_read_ = first->previous;
        ended_ = false;
    }
    lanes_.clear();
    for (std::size_t i = 0; i < mapping_.lanes(); ++i) {
        lanes_.push_back(std::make_unique<StreamLane>(
            mapping_, shard_.id, [this](Wish wish) { stirred(wish); }));
    }
    trace("lambda.shard.started");
    running_ = true;
    draining_ = false;
    caught_up_ = false;
    throttled_ = false;
    pump();
}

void ShardReader::trace(std::string_view kind) const {
    mapping_.world.trace.record(
        mapping_.trace_source(), kind, {{"mapping", mapping_.settings.uuid}, {"shard", shard_.id}});
}

void ShardReader::stirred(Wish wish) {
    if (running_) {
        caught_up_ = caught_up_ && wish != Wish::read;
        pump();
    } else if (draining_ && !restart_ && !invoking()) {
        // Not at once: it is a lane that tells.
        restart_ = mapping_.world.loop.post([this] {
            restart_ = {};
            begin();
        });
    }
}

void ShardReader::pump() {
    if (pumping_) {
        stirred_ = true;
        return;
    }
    pumping_ = true;
    do {
        stirred_ = false;
        deliver_and_read();
    } while (stirred_);
    pumping_ = false;
    const bool idle =
        std::all_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->empty(); });
    if (ended_ && idle) {
        running_ = false;
        finished_ = true;
        trace("lambda.shard.finished");
        when_finished_();
    } else if (caught_up_ && !ended_ && some_lane_idle()) {
        wait();
    }
}

void ShardReader::deliver_and_read() {
    for (;;) {
        const Supply now = supply();
        for (const auto& lane : lanes_) {
            lane->advance(now);
        }
        if (!wants_more()) {
            return;
        }
        read();
    }
}

Supply ShardReader::supply() const {
    if (ended_) {
        return Supply::ended;
    }
    if (throttled_) {
        return Supply::throttled;
    }
    return caught_up_ ? Supply::exhausted : Supply::unknown;
}

bool ShardReader::some_lane_idle() const {
    return std::any_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->idle(); });
}

bool ShardReader::wants_more() const {
    if (ended_ || caught_up_ || throttled_ || !some_lane_idle()) {
        return false;
    }
    std::size_t queued = 0;
    for (const auto& lane : lanes_) {
        queued += lane->queued();
    }
    return queued < read_ahead;
}

void ShardReader::read() {
    watch_.reset();
    mapping_.world.loop.cancel(std::exchange(poll_, {}));
    last_poll_ = mapping_.world.loop.now();
    const StreamRead found = mapping_.source->read(shard_.id, position_, records_per_read);
    if (found.throttled_until) {
        throttled_ = true;
        poll_at(*found.throttled_until);
        return;
    }
    if (found.trimmed) {
        trace("lambda.shard.trimmed");
    }
    position_ = found.next;
    ended_ = found.ended;
    caught_up_ = found.records.size() < records_per_read && !found.more;
    mapping_.metrics.count(EventCount::polled, found.records.size());
    distribute(found.records);
}

/// Batches count matching records only; the others are done with at once. [docs:
/// invocation-eventfiltering]
void ShardReader::distribute(const std::vector<StreamRecord>& records) {
    const EventFilter& filter = mapping_.settings.filter;
    const std::string role = filter.empty() ? std::string() : mapping_.role();
    std::size_t filtered = 0;
    for (const StreamRecord& record : records) {
        const PendingRecord pending{record.number, last_read_, record.arrived};
        last_read_ = record.number;
        if (!filter.empty()) {
            scratch_.clear();
            mapping_.source->append_record(shard_.id, record.number, role, scratch_);
            if (!filter.admits(scratch_)) {
                ++filtered;
                continue;
            }
        }
        lane_of(record.key).push(pending);
    }
    if (!filter.empty() && !records.empty()) {
        mapping_.metrics.count(EventCount::filtered_out, filtered);
    }
    if (filtered > 0) {
        mapping_.world.trace.record(mapping_.trace_source(),
                                    "lambda.records.filtered",
                                    {{"admitted", records.size() - filtered},
                                     {"filtered", filtered},
                                     {"mapping", mapping_.settings.uuid},
                                     {"shard", shard_.id}});
        mapping_.progressed();
    }
    // [LS test_kinesis_empty_provided]
    if (filtered == records.size() && mapping_.last_result == StreamMapping::no_records) {
        mapping_.set_result("OK");
    }
}

StreamLane& ShardReader::lane_of(std::string_view key) {
    return *lanes_[lanes_.size() == 1 ? 0 : hash_of(key) % lanes_.size()];
}

/// Polls at the next instant of the grid at which there will be something.
void ShardReader::wait() {
    if (watch_ != nullptr || poll_) {
        return;
    }
    watch_ = mapping_.source->watch(shard_.id, position_, [this] {
        const Duration interval = mapping_.source->poll_interval();
        const Instant now = mapping_.world.loop.now();
        Instant next = now;
        if (interval > Duration{}) {
            const auto polls =
                std::max<std::int64_t>((now - last_poll_ + interval - 1ns) / interval, 1);
            next = last_poll_ + interval * polls;
        }
        poll_at(next);
    });
}

void ShardReader::poll_at(Instant when) {
    poll_ = mapping_.world.loop.at(when, [this] {
        poll_ = {};
        throttled_ = false;
        caught_up_ = false;
        pump();
    });
}

const PendingRecord* ShardReader::first_unfinished() const {
    const PendingRecord* first = nullptr;
    for (const auto& lane : lanes_) {
        const PendingRecord* record = lane->first_unfinished();
        if (record != nullptr && (first == nullptr || record->number < first->number)) {
            first = record;
        }
    }
    return first;
}

/// The lowest record that is not done with decides. (unverified)
std::string ShardReader::checkpoint() const {
    const PendingRecord* first = first_unfinished();
    const std::uint64_t record = first == nullptr ? last_read_ : first->previous;
    return record == no_record ? beginning_.checkpoint
                               : mapping_.source->sequence_number(shard_.id, record);
}

bool ShardReader::invoking() const {
    return std::any_of(
        lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->invoking(); });
}

}  // namespace orrery::lambda
