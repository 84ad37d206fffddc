#include "services/lambda/sqs_poller.h"

#include "engine/world.h"
#include "services/lambda/functions.h"

#include <algorithm>
#include <utility>

namespace orrery::lambda {

namespace {

constexpr std::int64_t most_per_receive = 10;

// Five batches at once to begin with; up to 300 more a minute, taken here as one every 200 ms,
// while all are busy and messages are left; never above 1250. [docs: services-sqs-scaling]
constexpr std::int64_t initial_concurrency = 5;
constexpr std::int64_t highest_concurrency = 1250;
constexpr Duration growth_interval = 200ms;

// AWS does not say how it backs off from a throttled function. [choice]
constexpr Duration first_throttle_back_off = 100ms;
constexpr Duration longest_throttle_back_off = 10s;

// [docs: with-sqs]
constexpr Duration visibility_margin = 30s;

}  // namespace

SqsPoller::SqsPoller(World& world, Functions& functions, std::unique_ptr<QueueSource> queue)
    : world_(world), functions_(functions), queue_(std::move(queue)) {}

SqsPoller::~SqsPoller() {
    stop();
}

void SqsPoller::start(PollerSettings settings) {
    settings_ = std::move(settings);
    running_ = true;
    allowed_ = std::clamp(allowed_, floor(), ceiling());
    wait_for_messages();
}

void SqsPoller::stop() {
    running_ = false;
    watch_.reset();
    watching_ = false;
    world_.loop.cancel(std::exchange(growth_, {}));
    put_back();
    for (const auto& batch : std::exchange(throttled_, {})) {
        world_.loop.cancel(batch->retry);
        release(batch);
    }
}

std::int64_t SqsPoller::ceiling() const {
    return settings_.maximum_concurrency.value_or(highest_concurrency);
}

std::int64_t SqsPoller::floor() const {
    return std::min(initial_concurrency, ceiling());
}

/// Nothing special, unless gathering and invoking could outlast what the queue says. [docs:
/// with-sqs]
Duration SqsPoller::visibility_timeout() const {
    const FunctionVersion* version = functions_.main_version(settings_.function);
    const Duration needed =
        settings_.window + (version == nullptr ? Duration{} : version->configuration().timeout);
    const Duration configured = queue_->visibility_timeout();
    return settings_.window > 0s && needed > configured ? needed + visibility_margin : configured;
}

/// Invokes as long as there are messages and it may; then waits for whichever is missing.
void SqsPoller::pump() {
    if (!running_) {
        return;
    }
    // A mapping outlives its function, but has nobody to invoke. [LS
    // test_event_source_mapping_lifecycle_delete_function]
    if (functions_.main_version(settings_.function) == nullptr) {
        put_back();
        return;
    }
    while (active_ < allowed_) {
        if (!gather()) {
            return;
        }
        dispatch();
    }
    arm_growth();
}

/// Whether a batch is complete.
bool SqsPoller::gather() {
    forget_visible();
    if (gathering_ == nullptr) {
        gathering_ = spare_batch();
    }
    if (due_) {
        return true;
    }
    take_leftovers();
    while (leftovers_.empty() && gathering_->size() < settings_.batch_size) {
        const bool some = receive();
        if (!some) {
            wait_for_messages();
        }
        if (!some || settings_.window == 0s) {
            break;  // without a window, one receive makes one batch
        }
    }
    if (gathering_->empty()) {
        return false;
    }
    if (settings_.window == 0s || !leftovers_.empty() ||
        gathering_->size() >= settings_.batch_size) {
        return true;
    }
    arm_window();
    return false;
}

/// Gives up what waits for its invocation; it reappears when its visibility timeout ends.
void SqsPoller::put_back() {
    world_.loop.cancel(std::exchange(window_, {}));
    due_ = false;
    if (gathering_ != nullptr) {
        spare_.push_back(std::exchange(gathering_, nullptr));
    }
    leftovers_.clear();
}

/// Messages that waited for so long that others can receive them again are not invoked with.
void SqsPoller::forget_visible() {
    const Instant now = world_.loop.now();
    const bool batch_is_old = gathering_ != nullptr && gathering_->hidden_until() <= now;
    if (batch_is_old || std::any_of(leftovers_.begin(), leftovers_.end(), [now](const auto& left) {
            return left.message.hidden_until <= now;
        })) {
        put_back();
    }
}

void SqsPoller::take_leftovers() {
    while (!leftovers_.empty() && gathering_->size() < settings_.batch_size &&
           gathering_->add(leftovers_.front().message, leftovers_.front().record)) {
        leftovers_.pop_front();
    }
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
    const Instant hidden_until = world_.loop.now() + visibility;
    std::vector<std::uint64_t> too_many;
    for (const QueueMessage& message : messages) {
        Received received{message.handle, {}, hidden_until, std::string(message.trace_header)};
        if (settings_.report_item_failures) {
            received.message_id = message.message_id;
        }
        if (too_many.empty() && leftovers_.empty() && gathering_->add(received, *queue_)) {
            continue;
        }
        if (queue_->fifo()) {
            // A group is never in two batches at a time. [docs: with-sqs]
            too_many.push_back(message.handle);
        } else {
            leftovers_.push_back({std::move(received), {}});
            queue_->append_record(message.handle, leftovers_.back().record);
        }
    }
    queue_->give_back(too_many);
    return !messages.empty();
}

void SqsPoller::wait_for_messages() {
    if (watching_) {
        return;
    }
    watching_ = true;
    // The backlog is gone: what was grown beyond the present need is given back. A batch that is
    // being gathered needs its place when its window ends. [choice]
    const bool some_gathered = gathering_ != nullptr && !gathering_->empty();
    allowed_ = std::clamp(active_ + (some_gathered ? 1 : 0), floor(), std::max(allowed_, floor()));
    watch_ = queue_->watch([this] {
        // The watch is still running this very callback; it goes when the next one has fired.
        spent_watch_ = std::move(watch_);
        watching_ = false;
        pump();
    });
}

void SqsPoller::arm_window() {
    if (!window_) {
        window_ = world_.loop.after(settings_.window, [this] {
            window_ = {};
            due_ = true;
            pump();
        });
    }
}

void SqsPoller::arm_growth() {
    if (!growth_ && allowed_ < ceiling()) {
        const Instant next = std::max(world_.loop.now(), last_growth_) + growth_interval;
        growth_ = world_.loop.at(next, [this] { grow(); });
    }
}

/// One more at a time, if there are messages that it would take.
void SqsPoller::grow() {
    growth_ = {};
    if (active_ < allowed_ || allowed_ >= ceiling() || watching_) {
        return;
    }
    last_growth_ = world_.loop.now();
    ++allowed_;
    pump();
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

void SqsPoller::dispatch() {
    world_.loop.cancel(std::exchange(window_, {}));
    due_ = false;
    const std::shared_ptr<Batch> batch = std::move(gathering_);
    batch->close();
    ++active_;
    attempt(batch);
}

void SqsPoller::attempt(const std::shared_ptr<Batch>& batch) {
    const std::optional<Target> target = functions_.find_target(settings_.function);
    if (!target) {
        release(batch);
        return;
    }
    batch->call()->finished = [self = shared_from_this(), batch](Call& call) {
        self->finished(batch, call.outcome);
    };
    const Admission admission = functions_.invoke(*target, batch->call());
    if (admission == Admission::accepted) {
        return;
    }
    batch->call()->finished = {};
    if (admission == Admission::recursive) {
        // Its messages come back when their visibility timeouts end, until the queue's redrive
        // policy moves them. [docs: invocation-recursion]
        release(batch);
    } else {
        throttled(batch);
    }
}

/// Tries again until the messages are visible to others. [docs: services-sqs-errorhandling]
void SqsPoller::throttled(const std::shared_ptr<Batch>& batch) {
    batch->back_off = batch->back_off == Duration{}
                          ? first_throttle_back_off
                          : std::min(batch->back_off * 2, longest_throttle_back_off);
    throttled_.push_back(batch);
    const Instant next = world_.loop.now() + batch->back_off;
    const bool give_up = next >= batch->hidden_until();
    batch->retry = world_.loop.at(std::min(next, batch->hidden_until()), [this, batch, give_up] {
        std::erase(throttled_, batch);
        if (give_up) {
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
    pump();
}

/// Deletes what was processed. Whatever else happened, the messages just reappear when their time
/// has come.
void SqsPoller::settle(const Batch& batch, const Outcome& outcome) {
    if (outcome.kind != Outcome::Kind::success) {
        // Errors shrink the pollers, unless the function says which messages failed. [docs:
        // services-sqs-errorhandling]
        if (!settings_.report_item_failures) {
            allowed_ = std::max(allowed_ - 1, floor());
        }
        return;
    }
    if (!settings_.report_item_failures || batch.message_ids().size() != batch.size()) {
        queue_->remove(batch.handles());
        return;
    }
    const auto failed = failed_items(outcome.payload, batch.message_ids());
    if (!failed) {
        return;
    }
    std::vector<std::uint64_t> processed;
    for (std::size_t index = 0; index < batch.size(); ++index) {
        if (!std::binary_search(failed->begin(), failed->end(), index)) {
            processed.push_back(batch.handles()[index]);
        }
    }
    if (!processed.empty()) {
        queue_->remove(processed);
    }
}

void SqsPoller::release(const std::shared_ptr<Batch>& batch) {
    --active_;
    spare_.push_back(batch);
}

}  // namespace orrery::lambda
