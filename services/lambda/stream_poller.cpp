#include "services/lambda/stream_poller.h"

#include "engine/world.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace orrery::lambda {

namespace {

/// A checkpoint in a shard of which no record has been read: "@" and nanoseconds since the epoch.
std::string instant_checkpoint(Instant instant) {
    return "@" + std::to_string(instant.time_since_epoch().count());
}

Instant checkpoint_instant(std::string_view text) {
    std::int64_t nanoseconds = 0;
    std::from_chars(text.data() + 1, text.data() + text.size(), nanoseconds);
    return Instant(Duration(nanoseconds));
}

}  // namespace

StreamPoller::StreamPoller(World& world,
                           Functions& functions,
                           SendOnFailure send_on_failure,
                           std::unique_ptr<StreamSource> source)
    : mapping_{world, functions, std::move(send_on_failure), std::move(source), {}} {}

StreamPoller::~StreamPoller() {
    mapping_.world.loop.cancel(look_);
}

void StreamPoller::on_progress(std::function<void()> progressed) {
    mapping_.progressed = std::move(progressed);
}

void StreamPoller::restore(const Checkpoints& checkpoints, std::string_view last_result) {
    restored_ = checkpoints;
    if (!last_result.empty()) {
        mapping_.last_result = last_result;
    }
}

void StreamPoller::start(const MappingSettings& settings) {
    stop();
    mapping_.settings = settings;
    mapping_.metrics.start(settings);
    running_ = true;
    look_at_shards();
}

void StreamPoller::stop() {
    running_ = false;
    watch_.reset();
    mapping_.world.loop.cancel(std::exchange(look_, {}));
    for (const auto& [id, reader] : readers_) {
        reader->stop();
    }
}

Checkpoints StreamPoller::checkpoints() const {
    Checkpoints all = restored_;
    for (const auto& [id, reader] : readers_) {
        std::string checkpoint = reader->checkpoint();
        if (!checkpoint.empty()) {
            all[id] = std::move(checkpoint);
        }
    }
    return all;
}

/// Reads those shards that there are now.
void StreamPoller::look_at_shards() {
    watch_ = mapping_.source->watch_shards([this] {
        // Not at once: the watch is running this very callback.
        look_ = mapping_.world.loop.post([this] {
            look_ = {};
            look_at_shards();
        });
    });
    if (!mapping_.source->exists()) {
        forget_shards();
        return;
    }
    const std::vector<StreamShard> shards = mapping_.source->shards();
    std::erase_if(readers_, [&](const auto& reader) {
        return std::none_of(shards.begin(), shards.end(), [&](const StreamShard& shard) {
            return shard.id == reader.first;
        });
    });
    for (const StreamShard& shard : shards) {
        if (!readers_.contains(shard.id)) {
            readers_.emplace(
                shard.id,
                std::make_unique<ShardReader>(
                    mapping_, shard, beginning_of(shard), [this] { start_readers(); }));
        }
    }
    positioned_ = true;
    restored_.clear();
    start_readers();
}

/// A stream that is made again under its ARN has other records: it is read from its beginning.
/// [choice]
void StreamPoller::forget_shards() {
    readers_.clear();
    restored_.clear();
    positioned_ = true;
}

/// The mapping's starting position is for the shards that are there when it starts; later ones are
/// read from their beginning. [docs: with-kinesis]
ShardBeginning StreamPoller::beginning_of(const StreamShard& shard) {
    StreamSource& source = *mapping_.source;
    const Instant now = mapping_.world.loop.now();
    const auto restored = restored_.find(shard.id);
    if (restored != restored_.end()) {
        const std::string& text = restored->second;
        return {
            text.starts_with('@')
                ? source.begin(shard.id, StartingPosition::at_timestamp, checkpoint_instant(text))
                : source.after(shard.id, text),
            text};
    }
    const bool first = !positioned_ && restored_.empty();
    const StartingPosition position =
        first ? mapping_.settings.starting_position : StartingPosition::trim_horizon;
    ShardBeginning beginning{source.begin(shard.id, position, mapping_.settings.starting_timestamp),
                             {}};
    if (position == StartingPosition::latest) {
        beginning.checkpoint = instant_checkpoint(now);
    } else if (position == StartingPosition::at_timestamp) {
        beginning.checkpoint = instant_checkpoint(mapping_.settings.starting_timestamp);
    }
    return beginning;
}

/// Children are read once all of their parents have been processed. [docs: with-kinesis]
void StreamPoller::start_readers() {
    for (const auto& [id, reader] : readers_) {
        if (running_ && !reader->running() && !reader->finished() &&
            parents_finished(reader->shard())) {
            reader->start();
        }
    }
}

/// A parent that is gone is no obstacle: all of its records have expired.
bool StreamPoller::parents_finished(const StreamShard& shard) const {
    return std::all_of(shard.parents.begin(), shard.parents.end(), [this](const auto& parent) {
        const auto found = readers_.find(parent);
        return found == readers_.end() || found->second->finished();
    });
}

}  // namespace orrery::lambda
