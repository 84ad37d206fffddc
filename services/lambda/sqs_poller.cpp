#include "services/lambda/sqs_poller.h"

#include "engine/world.h"
#include "services/lambda/functions.h"

#include <algorithm>
#include <utility>

namespace orrery::lambda {

namespace {

constexpr std::int64_t most_per_receive = 10;

// AWS does not say how it backs off from a throttled function. [choice]
constexpr Duration first_queue_back_off = 100ms;
constexpr Duration longest_queue_back_off = 10s;

// [docs: with-sqs]
constexpr Duration visibility_margin = 30s;

/// Why a batch is closed.
namespace closed_by {
constexpr std::string_view batch_size = "batch size";
constexpr std::string_view payload_size = "payload size";
constexpr std::string_view batching_window = "batching window";
constexpr std::string_view nothing_more = "nothing more";
}  // namespace closed_by

}  // namespace

SqsPoller::SqsPoller(World& world, Functions& functions, std::unique_ptr<QueueSource> queue)
    : world_(world),
      functions_(functions),
      queue_(std::move(queue)),
      metrics_(world, functions),
      concurrency_(world.loop, [this] { grow(); }) {}

/// The world ends: nothing is told any more.
SqsPoller::~SqsPoller() {
    world_.loop.cancel(slowed_);
    world_.loop.cancel(window_);
    for (const auto& batch : throttled_) {
        world_.loop.cancel(batch->retry);
    }
}

void SqsPoller::start(const MappingSettings& settings) {
    settings_ = settings;
    metrics_.start(settings);
    trace_source_ = functions_.identity().scope() + "lambda/" + settings.function.name;
    running_ = true;
    concurrency_.start(settings, queue_->fifo());
    wait_for_messages();
}

void SqsPoller::stop() {
    running_ = false;
    watch_.reset();
    watching_ = false;
    concurrency_.stop();
    world_.loop.cancel(std::exchange(slowed_, {}));
    put_back("the mapping has stopped");
    for (const auto& batch : std::exchange(throttled_, {})) {
        world_.loop.cancel(batch->retry);
        trace_returned(batch->size(), "the mapping has stopped", batch->hidden_until());
        release(batch);
    }
}

/// Nothing special, unless gathering and invoking could outlast what the queue says. [docs:
/// with-sqs]
Duration SqsPoller::visibility_timeout() const {
    const FunctionVersion* version = functions_.main_version(settings_.function);
    const Duration needed = settings_.batching_window +
                            (version == nullptr ? Duration{} : version->configuration().timeout);
    const Duration configured = queue_->visibility_timeout();
    return settings_.batching_window > 0s && needed > configured ? needed + visibility_margin
                                                                 : configured;
}

/// Invokes as long as there are messages and it may; then waits for whichever is missing.
void SqsPoller::pump() {
    if (!running_) {
        return;
    }
    // A mapping outlives its function, but has nobody to invoke. [LS
    // test_event_source_mapping_lifecycle_delete_function]
    if (functions_.main_version(settings_.function) == nullptr) {
        put_back("there is no such function");
        return;
    }
    while (concurrency_.may_begin()) {
        const auto reason = gather();
        if (!reason) {
            return;
        }
        dispatch(*reason);
    }
    concurrency_.want_more();
}

/// Why the batch is complete; nothing: it is not yet.
std::optional<std::string_view> SqsPoller::gather() {
    forget_visible();
    if (gathering_ == nullptr) {
        gathering_ = spare_batch();
    }
    if (due_) {
        return closed_by::batching_window;
    }
    take_leftovers();
    const bool waits = settings_.batching_window > 0s;
    payload_full_ = false;
    some_filtered_ = false;
    while (leftovers_.empty() && !payload_full_ && gathering_->size() < settings_.batch_size) {
        if (must_slow_down()) {
            break;
        }
        if (!receive()) {
            wait_for_messages();
            break;
        }
        if (!waits && !gathering_->empty() && !some_filtered_) {
            break;  // one receive makes one batch
        }
    }
    if (gathering_->empty()) {
        return std::nullopt;
    }
    if (gathering_->size() >= settings_.batch_size) {
        return closed_by::batch_size;
    }
    if (payload_full_ || !leftovers_.empty()) {
        return closed_by::payload_size;
    }
    if (!waits) {
        return closed_by::nothing_more;
    }
    arm_window();
    return std::nullopt;
}

/// Gives up what waits for its invocation; it reappears when its visibility timeout ends.
void SqsPoller::put_back(std::string_view reason) {
    world_.loop.cancel(std::exchange(window_, {}));
    due_ = false;
    std::size_t records = leftovers_.size();
    Instant visible_at = Instant::max();
    if (gathering_ != nullptr) {
        records += gathering_->size();
        visible_at = gathering_->hidden_until();
        spare_.push_back(std::exchange(gathering_, nullptr));
    }
    for (const Leftover& left : std::exchange(leftovers_, {})) {
        visible_at = std::min(visible_at, left.message.hidden_until);
    }
    if (records > 0) {
        trace_returned(records, reason, visible_at);
    }
}

/// Messages that waited for so long that others can receive them again are not invoked with.
void SqsPoller::forget_visible() {
    const Instant now = world_.loop.now();
    const bool batch_is_old = gathering_ != nullptr && gathering_->hidden_until() <= now;
    if (batch_is_old || std::any_of(leftovers_.begin(), leftovers_.end(), [now](const auto& left) {
            return left.message.hidden_until <= now;
        })) {
        put_back("they waited until they were visible again");
    }
}

void SqsPoller::take_leftovers() {
    while (!leftovers_.empty() && gathering_->size() < settings_.batch_size &&
           gathering_->add(leftovers_.front().message, leftovers_.front().record)) {
        leftovers_.pop_front();
    }
}

/// Whether provisioned pollers call as often as they may; then there is a call when they may again,
/// and more of them if that lasts.
bool SqsPoller::must_slow_down() {
    if (!settings_.provisioned_pollers || watching_) {
        return false;
    }
    const Instant next = rate_.next_call(concurrency_.provisioned_pollers());
    if (next <= world_.loop.now()) {
        return false;
    }
    world_.loop.cancel(slowed_);
    slowed_ = world_.loop.at(next, [this] {
        slowed_ = {};
        pump();
    });
    concurrency_.want_more();
    return true;
}

/// Receives once into the batch being gathered. Whether there was anything.
bool SqsPoller::receive() {
    if (watching_) {
        return false;  // the queue will say when there is something
    }
    const Duration visibility = visibility_timeout();
    const auto room = static_cast<std::int64_t>(settings_.batch_size - gathering_->size());
    const auto messages = queue_->receive(
        static_cast<int>(std::min(room, most_per_receive)),
        visibility == queue_->visibility_timeout() ? std::nullopt : std::optional(visibility));
    if (settings_.provisioned_pollers) {
        std::int64_t bytes = 0;
        for (const QueueMessage& message : messages) {
            bytes += static_cast<std::int64_t>(message.body_bytes);
        }
        rate_.called(bytes, concurrency_.provisioned_pollers(), world_.loop.now());
    }
    metrics_.count(EventCount::polled, messages.size());
    take(messages, visibility);
    return !messages.empty();
}

/// What the filters do not admit is deleted; batches count the others only. [docs:
/// with-sqs-filtering]
void SqsPoller::take(const std::vector<QueueMessage>& messages, Duration visibility) {
    const Instant hidden_until = world_.loop.now() + visibility;
    std::vector<std::uint64_t> too_many;
    std::vector<std::uint64_t> not_admitted;
    for (const QueueMessage& message : messages) {
        Received received{message.handle, {}, hidden_until, std::string(message.trace_header)};
        if (settings_.report_item_failures) {
            received.message_id = message.message_id;
        }
        scratch_.clear();
        queue_->append_record(message.handle, scratch_);
        if (!settings_.filter.admits(scratch_)) {
            not_admitted.push_back(message.handle);
            continue;
        }
        if (too_many.empty() && leftovers_.empty() && gathering_->add(received, scratch_)) {
            continue;
        }
        if (queue_->fifo()) {
            // A group is never in two batches at a time. [docs: with-sqs]
            too_many.push_back(message.handle);
        } else {
            leftovers_.push_back({std::move(received), scratch_});
        }
    }
    if (!settings_.filter.empty() && !messages.empty()) {
        metrics_.count(EventCount::filtered_out, not_admitted.size());
    }
    if (!not_admitted.empty()) {
        some_filtered_ = true;
        queue_->remove(not_admitted);
        world_.trace.record(trace_source_,
                            "lambda.records.filtered",
                            {{"admitted", messages.size() - not_admitted.size()},
                             {"filtered", not_admitted.size()},
                             {"mapping", settings_.uuid}});
    }
    if (!too_many.empty()) {
        payload_full_ = true;
        trace_returned(too_many.size(), closed_by::payload_size, world_.loop.now());
        queue_->give_back(too_many);
    }
}

void SqsPoller::wait_for_messages() {
    if (watching_) {
        return;
    }
    watching_ = true;
    concurrency_.backlog_is_gone(gathering_ != nullptr && !gathering_->empty());
    watch_ = queue_->watch([this] {
        concurrency_.messages_came();
        // The watch is still running this very callback; it goes when the next one has fired.
        spent_watch_ = std::move(watch_);
        watching_ = false;
        pump();
    });
}

/// A window begins when the last invocation was finished, or with its first message if that comes
/// after it would have ended, or while others are invoked. [docs: invocation-eventsourcemapping;
/// the rest is a choice]
void SqsPoller::arm_window() {
    if (window_) {
        return;
    }
    const Instant now = world_.loop.now();
    const bool follows = idle_since_ && *idle_since_ + settings_.batching_window > now;
    window_ = world_.loop.at((follows ? *idle_since_ : now) + settings_.batching_window, [this] {
        window_ = {};
        due_ = true;
        pump();
    });
}

/// One more at a time, if there are messages that it would take.
void SqsPoller::grow() {
    const bool enough = concurrency_.may_begin() && !slowed_;
    if (!enough && !watching_) {
        concurrency_.grow();
        pump();
    }
}

std::shared_ptr<Batch> SqsPoller::spare_batch() {
    std::shared_ptr<Batch> batch;
    if (spare_.empty()) {
        batch = std::make_shared<Batch>();
    } else {
        batch = std::move(spare_.back());
        spare_.pop_back();
    }
    batch->clear();
    return batch;
}

void SqsPoller::dispatch(std::string_view reason) {
    world_.loop.cancel(std::exchange(window_, {}));
    due_ = false;
    const std::shared_ptr<Batch> batch = std::move(gathering_);
    batch->close();
    concurrency_.batch_begins();
    idle_since_.reset();
    world_.trace.record(
        trace_source_,
        "lambda.batch.closed",
        {{"mapping", settings_.uuid}, {"reason", reason}, {"records", batch->size()}});
    attempt(batch);
}

void SqsPoller::attempt(const std::shared_ptr<Batch>& batch) {
    const std::optional<Target> target = functions_.find_target(settings_.function);
    if (!target) {
        metrics_.count(EventCount::failed_invoke, batch->size());
        trace_returned(batch->size(), "there is no such function", batch->hidden_until());
        release(batch);
        return;
    }
    batch->call()->finished = [self = shared_from_this(), batch](Call& call) {
        self->finished(batch, call.outcome);
    };
    metrics_.count(EventCount::invoked, batch->size());
    const Admission admission = functions_.invoke(*target, batch->call());
    if (admission == Admission::accepted) {
        return;
    }
    batch->call()->finished = {};
    metrics_.count(EventCount::failed_invoke, batch->size());
    if (admission == Admission::recursive) {
        // Its messages come back when their visibility timeouts end, until the queue's redrive
        // policy moves them. [docs: invocation-recursion]
        trace_returned(batch->size(), "the function runs in a loop", batch->hidden_until());
        release(batch);
    } else {
        throttled(batch);
    }
}

/// Tries again until the messages are visible to others. [docs: services-sqs-errorhandling]
void SqsPoller::throttled(const std::shared_ptr<Batch>& batch) {
    batch->back_off = batch->back_off == Duration{}
                          ? first_queue_back_off
                          : std::min(batch->back_off * 2, longest_queue_back_off);
    throttled_.push_back(batch);
    const Instant next = world_.loop.now() + batch->back_off;
    const bool give_up = next >= batch->hidden_until();
    if (!give_up) {
        world_.trace.record(trace_source_,
                            "lambda.batch.retrying",
                            {{"after", batch->back_off},
                             {"mapping", settings_.uuid},
                             {"reason", "throttled"},
                             {"records", batch->size()}});
    }
    batch->retry = world_.loop.at(std::min(next, batch->hidden_until()), [this, batch, give_up] {
        std::erase(throttled_, batch);
        if (give_up) {
            trace_returned(batch->size(), "throttled", batch->hidden_until());
            release(batch);
            pump();
        } else {
            attempt(batch);
        }
    });
}

void SqsPoller::finished(const std::shared_ptr<Batch>& batch, const Outcome& outcome) {
    settle(*batch, outcome);
    release(batch);
    if (concurrency_.idle()) {
        idle_since_ = world_.loop.now();
    }
    pump();
}

/// Deletes what was processed. Whatever else happened, the messages just reappear when their time
/// has come.
void SqsPoller::settle(const Batch& batch, const Outcome& outcome) {
    if (outcome.kind != Outcome::Kind::success) {
        metrics_.count(EventCount::failed_invoke, batch.size());
        trace_returned(batch.size(), "the function failed", batch.hidden_until());
        // Errors shrink the pollers, unless the function says which messages failed. [docs:
        // services-sqs-errorhandling]
        if (!settings_.report_item_failures) {
            concurrency_.shrink();
        }
        return;
    }
    if (!settings_.report_item_failures || batch.message_ids().size() != batch.size()) {
        remove(batch.handles());
        return;
    }
    const auto failed = failed_items(outcome.payload, batch.message_ids());
    if (!failed) {
        metrics_.count(EventCount::failed_invoke, batch.size());
        trace_returned(
            batch.size(), "the answer is no list of the batch's messages", batch.hidden_until());
        return;
    }
    std::vector<std::uint64_t> processed;
    for (std::size_t index = 0; index < batch.size(); ++index) {
        if (!std::binary_search(failed->begin(), failed->end(), index)) {
            processed.push_back(batch.handles()[index]);
        }
    }
    if (!failed->empty()) {
        metrics_.count(EventCount::failed_invoke, failed->size());
        trace_returned(failed->size(), "reported as failed", batch.hidden_until());
    }
    if (!processed.empty()) {
        remove(processed);
    }
}

void SqsPoller::remove(const std::vector<std::uint64_t>& processed) {
    queue_->remove(processed);
    metrics_.count(EventCount::deleted, processed.size());
}

void SqsPoller::release(const std::shared_ptr<Batch>& batch) {
    concurrency_.batch_ends();
    spare_.push_back(batch);
}

/// Messages stay in the queue.
void SqsPoller::trace_returned(std::size_t records,
                               std::string_view reason,
                               Instant visible_at) const {
    world_.trace.record(trace_source_,
                        "lambda.batch.returned",
                        {{"mapping", settings_.uuid},
                         {"reason", reason},
                         {"records", records},
                         {"visible_at", visible_at}});
}

}  // namespace orrery::lambda
