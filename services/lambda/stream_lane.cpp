#include "services/lambda/stream_lane.h"

#include "engine/world.h"

#include <utility>

namespace orrery::lambda {

namespace {

// Why a batch is complete, as the trace says it.
constexpr std::string_view batch_size = "batch size";
constexpr std::string_view payload_size = "payload size";
constexpr std::string_view batching_window = "batching window";
constexpr std::string_view window_end = "end of the tumbling window";
constexpr std::string_view shard_end = "end of the shard";
constexpr std::string_view nothing_more = "nothing more";

}  // namespace

StreamLane::StreamLane(StreamMapping& mapping, const std::string& shard, Stir stir)
    : mapping_(mapping),
      shard_(shard),
      stir_(std::move(stir)),
      delivery_(std::make_shared<BatchDelivery>(mapping, shard, [this] {
          if (closing_window_ && !delivery_->busy()) {
              closing_window_ = false;
              window_.reset();
          }
          stir_(Wish::read);
      })) {}

StreamLane::~StreamLane() {
    mapping_.world.loop.cancel(batching_);
    mapping_.world.loop.cancel(window_end_);
}

void StreamLane::stop() {
    mapping_.world.loop.cancel(std::exchange(batching_, {}));
    mapping_.world.loop.cancel(std::exchange(window_end_, {}));
    delivery_->stop();
}

bool StreamLane::empty() const {
    return idle() && queue_.empty() && !gathering_ && !window_;
}

const PendingRecord* StreamLane::first_unfinished() const {
    if (window_ && window_->records() > 0) {
        return &window_->first();  // its state is not kept for another start
    }
    if (const PendingRecord* delivered = delivery_->first_unfinished()) {
        return delivered;
    }
    if (gathering_) {
        return &delivery_->batch().records().front();
    }
    return queue_.empty() ? nullptr : &queue_.front();
}

void StreamLane::advance(Supply supply) {
    while (idle() && step(supply)) {
    }
}

/// Whether something was delivered.
bool StreamLane::step(Supply supply) {
    std::optional<std::string_view> reason = fill();
    if (!idle()) {
        return true;  // with the end of a window
    }
    if (!gathering_) {
        if (window_over(supply)) {
            return end_window(supply == Supply::ended ? shard_end : "time has passed its end");
        }
        return false;
    }
    if (!reason) {
        reason = complete(supply);
    }
    if (!reason) {
        arm_batching_window();
        return false;
    }
    deliver(*reason);
    return true;
}

/// Moves records from the queue into the batch. Why that is complete, if it is.
std::optional<std::string_view> StreamLane::fill() {
    StreamBatch& batch = delivery_->batch();
    while (!queue_.empty()) {
        const PendingRecord record = queue_.front();
        if (mapping_.settings.tumbling_window > Duration{} && !enter_window(record)) {
            return gathering_ ? std::optional(window_end) : std::nullopt;
        }
        if (!gathering_) {
            batch.begin(window_ ? &*window_ : nullptr);
        }
        const Addition addition = batch.add(record);
        if (addition == Addition::too_large) {
            return payload_size;
        }
        queue_.pop_front();
        if (addition == Addition::gone) {
            continue;
        }
        gathering_ = true;
        if (window_) {
            window_->add(record);
        }
        if (batch.size() >= mapping_.settings.batch_size) {
            return batch_size;
        }
    }
    return std::nullopt;
}

/// Whether `record` can be added: its window is the present one. If not, that one has to end first.
bool StreamLane::enter_window(const PendingRecord& record) {
    if (window_ && window_->contains(record.arrived)) {
        return true;
    }
    if (gathering_ || (window_ && end_window("a record of another window"))) {
        return false;
    }
    window_.emplace(record.arrived, mapping_.settings.tumbling_window);
    Loop& loop = mapping_.world.loop;
    loop.cancel(window_end_);
    if (window_->end() > loop.now()) {
        window_end_ = loop.at(window_->end(), [this] {
            window_end_ = {};
            stir_(Wish::read);
        });
    }
    return true;
}

/// Why a batch that could take more records takes none.
std::optional<std::string_view> StreamLane::complete(Supply supply) const {
    if (due_) {
        return batching_window;
    }
    if (supply == Supply::ended) {
        return shard_end;
    }
    if (window_over(supply)) {
        return window_end;
    }
    if (mapping_.settings.batching_window == Duration{} && supply != Supply::unknown) {
        return nothing_more;
    }
    return std::nullopt;
}

/// Whether all of the present window's records have been read.
bool StreamLane::window_over(Supply supply) const {
    return window_ && (supply == Supply::ended || (supply == Supply::exhausted &&
                                                   window_->end() <= mapping_.world.loop.now()));
}

/// Whether that takes an invocation: not where the function has seen nothing of the window.
bool StreamLane::end_window(std::string_view reason) {
    mapping_.world.loop.cancel(std::exchange(window_end_, {}));
    if (!window_->invoked()) {
        window_.reset();
        return false;
    }
    closing_window_ = true;
    delivery_->deliver_end(*window_, reason);
    return true;
}

void StreamLane::deliver(std::string_view reason) {
    mapping_.world.loop.cancel(std::exchange(batching_, {}));
    due_ = false;
    gathering_ = false;
    mapping_.world.trace.record(mapping_.trace_source(),
                                "lambda.batch.closed",
                                {{"mapping", mapping_.settings.uuid},
                                 {"reason", reason},
                                 {"records", delivery_->batch().size()},
                                 {"shard", shard_}});
    delivery_->deliver(window_ ? &*window_ : nullptr);
}

/// It begins with the batch's first record. [choice]
void StreamLane::arm_batching_window() {
    if (!batching_ && mapping_.settings.batching_window > Duration{}) {
        batching_ = mapping_.world.loop.after(mapping_.settings.batching_window, [this] {
            batching_ = {};
            due_ = true;
            stir_(Wish::advance);
        });
    }
}

}  // namespace orrery::lambda
