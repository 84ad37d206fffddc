#include "services/lambda/batch_delivery.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/lambda/functions.h"

#include <algorithm>
#include <utility>

namespace orrery::lambda {

namespace {

// AWS says no more than that the delays grow exponentially. These make 8 invocations of a function
// that fails at once within a MaximumRecordAge of 60 s. [LS
// test_kinesis_maximum_record_age_exceeded]
constexpr Duration first_retry_delay = 250ms;
constexpr Duration longest_retry_delay = 1min;

// AWS does not say how it backs off from a throttled function. [choice]
constexpr Duration first_throttle_back_off = 100ms;
constexpr Duration longest_throttle_back_off = 10s;

void trace_window_closed(const StreamMapping& mapping,
                         const std::string& shard,
                         const TumblingWindow& window,
                         std::string_view reason) {
    mapping.world.trace.record(mapping.trace_source(),
                               "lambda.window.closed",
                               {{"end", window.end()},
                                {"mapping", mapping.settings.uuid},
                                {"reason", reason},
                                {"records", window.records()},
                                {"shard", shard},
                                {"start", window.start()}});
}

constexpr std::string_view call_failed = "PROBLEM: Function call failed";

Duration retry_delay(std::size_t failures) {
    Duration delay = first_retry_delay;
    for (std::size_t i = 1; i < failures && delay < longest_retry_delay; ++i) {
        delay *= 2;
    }
    return std::min(delay, longest_retry_delay);
}

}  // namespace

BatchDelivery::BatchDelivery(StreamMapping& mapping,
                             const std::string& shard,
                             std::function<void()> done)
    : mapping_(mapping), shard_(shard), done_(std::move(done)), batch_(mapping, shard) {}

BatchDelivery::~BatchDelivery() {
    mapping_.world.loop.cancel(retry_);
}

void BatchDelivery::deliver(TumblingWindow* window) {
    begin(window, WindowCall::records);
    records_ = batch_.records();
    batch_.close(window_, kind_);
    rendered_ = true;
    attempt();
}

void BatchDelivery::deliver_end(TumblingWindow& window, std::string_view reason) {
    begin(&window, WindowCall::final);
    trace_window_closed(mapping_, shard_, window, reason);
    attempt();
}

void BatchDelivery::begin(TumblingWindow* window, WindowCall call) {
    ENSURE(!busy_ && !stopped_);
    busy_ = true;
    window_ = window;
    take({});
    kind_ = call;
}

void BatchDelivery::stop() {
    stopped_ = true;
    mapping_.world.loop.cancel(std::exchange(retry_, {}));
}

const PendingRecord* BatchDelivery::first_unfinished() const {
    if (!records_.empty()) {
        return &records_.front();
    }
    return rest_.empty() ? nullptr : &rest_.back().front();
}

void BatchDelivery::attempt() {
    if (!prepare()) {
        done_with_current();
        return;
    }
    const std::optional<Target> target = mapping_.functions.find_target(mapping_.settings.function);
    if (!target) {
        mapping_.set_result(call_failed);
        mapping_.metrics.count(EventCount::failed_invoke, records_.size());
        refused("the function is gone");
        return;
    }
    mapping_.metrics.count(EventCount::invoked, records_.size());
    const std::shared_ptr<Call>& call = batch_.call();
    call->finished = [weak = weak_from_this()](const Call& ended) {
        if (const auto self = weak.lock()) {
            self->finished(ended);
        }
    };
    if (mapping_.functions.invoke(*target, call) != Admission::accepted) {
        call->finished = {};
        mapping_.metrics.count(EventCount::failed_invoke, records_.size());
        refused("throttled");
        return;
    }
    if (!records_.empty()) {
        const Instant now = mapping_.world.loop.now();
        mapping_.functions.metrics().stream_batch_sent(
            now,
            InvokedAs::by(target->arn, target->version->name()),
            now - records_.back().arrived);
    }
    invoking_ = true;
    ++invocations_;
    back_off_ = {};
    if (window_ != nullptr) {
        window_->set_invoked();
    }
}

/// Makes the event of what is left of the records. False if nothing is.
bool BatchDelivery::prepare() {
    const Instant now = mapping_.world.loop.now();
    if (kind_ != WindowCall::records) {
        // The age of a window's end counts from its first attempt. [choice]
        first_attempt_ = std::min(first_attempt_, now);
        if (too_old(first_attempt_)) {
            give_up(0, GivenUp::age_exceeded, false);
            return false;
        }
    } else {
        drop_old();
    }
    if (!rendered_) {
        render();
    }
    return kind_ != WindowCall::records || !records_.empty();
}

bool BatchDelivery::too_old(Instant since) const {
    const auto& most = mapping_.settings.maximum_record_age;
    return most && mapping_.world.loop.now() - since > *most;
}

/// Record by record: younger ones still run. [LS
/// test_kinesis_maximum_record_age_exceeded_discard_records]
void BatchDelivery::drop_old() {
    const auto young = std::find_if(records_.begin(), records_.end(), [this](const auto& record) {
        return !too_old(record.arrived);
    });
    if (const auto old = static_cast<std::size_t>(young - records_.begin()); old > 0) {
        give_up(old, GivenUp::age_exceeded, false);
        records_.erase(records_.begin(), young);
        rendered_ = false;
    }
}

/// What the stream has trimmed by now was retried until it expired.
void BatchDelivery::render() {
    std::vector<PendingRecord> left;
    std::size_t gone = 0;
    batch_.begin(window_);
    for (std::size_t i = 0; i < records_.size(); ++i) {
        const Addition addition = batch_.add(records_[i]);
        if (addition == Addition::too_large) {
            // The state has grown since they were gathered.
            left.assign(records_.begin() + static_cast<std::ptrdiff_t>(i), records_.end());
            break;
        }
        gone += addition == Addition::gone ? 1U : 0U;  // the oldest ones
    }
    if (gone > 0) {
        give_up(gone, GivenUp::expired, false);
    }
    if (!left.empty()) {
        rest_.push_back(std::move(left));
    }
    records_ = batch_.records();
    batch_.close(window_, kind_);
    rendered_ = true;
}

/// What happens before the function runs uses up no attempt. [docs: kinesis-on-failure-destination]
void BatchDelivery::refused(std::string_view reason) {
    back_off_ = back_off_ == Duration{} ? first_throttle_back_off
                                        : std::min(back_off_ * 2, longest_throttle_back_off);
    retry(back_off_, reason);
}

void BatchDelivery::finished(const Call& call) {
    invoking_ = false;
    const Outcome& outcome = call.outcome;
    if (outcome.kind == Outcome::Kind::success && !stopped_ && !delivered_twice_ &&
        mapping_.world.faults.fires(
            "lambda.mapping.duplicate_batch",
            {{"function", mapping_.settings.function.name}, {"shard", shard_}})) {
        delivered_twice_ = true;
        attempt();
        return;
    }
    switch (judge(outcome)) {
        case Verdict::success:
            mapping_.set_result("OK");
            done_with_current();
            break;
        case Verdict::partial: partly_done(); break;
        case Verdict::failure: failed(outcome.kind != Outcome::Kind::success); break;
    }
}

BatchDelivery::Verdict BatchDelivery::judge(const Outcome& outcome) {
    passed_ = records_.size();
    if (outcome.kind != Outcome::Kind::success) {
        return Verdict::failure;
    }
    if (kind_ != WindowCall::records) {
        return Verdict::success;  // what it returns is ignored
    }
    std::optional<std::string_view> state;
    if (window_ != nullptr) {
        state = returned_state(outcome.payload);
        if (!state) {
            return Verdict::failure;
        }
    }
    if (mapping_.settings.report_item_failures) {
        const auto first = first_failed(outcome.payload, records_, *mapping_.source, shard_);
        passed_ = first.value_or(passed_);
        if (!first || passed_ == 0) {
            return Verdict::failure;
        }
    }
    // The state goes with the checkpoint: it is kept if that moves. [choice]
    if (state) {
        window_->set_state(*state);
    }
    return passed_ == records_.size() ? Verdict::success : Verdict::partial;
}

/// The first of them are done with; the attempts count anew for the others. [LS
/// test_kinesis_report_batch_item_failures]
void BatchDelivery::partly_done() {
    mapping_.metrics.count(EventCount::failed_invoke, records_.size() - passed_);
    mapping_.set_result(call_failed);
    mapping_.world.trace.record(mapping_.trace_source(),
                                "lambda.batch.partly_done",
                                {{"done", passed_},
                                 {"left", records_.size() - passed_},
                                 {"mapping", mapping_.settings.uuid},
                                 {"shard", shard_}});
    take({records_.begin() + static_cast<std::ptrdiff_t>(passed_), records_.end()});
    mapping_.progressed();
    if (stopped_) {
        done_();
    } else if (window_ != nullptr && window_->overflowing()) {
        rest_.push_back(std::move(records_));
        done_with_current();
    } else {
        retry(first_retry_delay, "reported as failed");
    }
}

void BatchDelivery::failed(bool function_error) {
    mapping_.metrics.count(EventCount::failed_invoke, records_.size());
    mapping_.set_result(call_failed);
    ++failures_;
    if (stopped_) {
        done_();
        return;
    }
    // Splitting does not use up the attempts. [docs: kinesis-on-failure-destination]
    if (mapping_.settings.bisect && records_.size() > 1) {
        bisect();
        return;
    }
    const auto& most = mapping_.settings.maximum_retry_attempts;
    if (most && failures_ > static_cast<std::size_t>(*most)) {
        give_up(records_.size(), GivenUp::retries_exhausted, function_error);
        done_with_current();
        return;
    }
    retry(retry_delay(failures_),
          function_error                      ? "function error"
          : passed_ == 0 && !records_.empty() ? "reported as failed"
                                              : "not a valid answer");
}

/// The first half is the smaller one where they differ. [choice]
void BatchDelivery::bisect() {
    const auto middle = records_.begin() + static_cast<std::ptrdiff_t>(records_.size() / 2);
    std::vector<PendingRecord> second(middle, records_.end());
    mapping_.world.trace.record(mapping_.trace_source(),
                                "lambda.batch.bisected",
                                {{"first", records_.size() - second.size()},
                                 {"mapping", mapping_.settings.uuid},
                                 {"second", second.size()},
                                 {"shard", shard_}});
    take({records_.begin(), middle});
    rest_.push_back(std::move(second));
    retry(first_retry_delay, "bisected");
}

void BatchDelivery::retry(Duration delay, std::string_view reason) {
    mapping_.world.trace.record(mapping_.trace_source(),
                                "lambda.batch.retrying",
                                {{"after", delay},
                                 {"failures", failures_},
                                 {"mapping", mapping_.settings.uuid},
                                 {"reason", reason},
                                 {"records", records_.size()},
                                 {"shard", shard_}});
    retry_ = mapping_.world.loop.after(delay, [this] {
        retry_ = {};
        rendered_ = false;
        attempt();
    });
}

/// The first `count` records; at a window's end its state.
void BatchDelivery::give_up(std::size_t count, GivenUp condition, bool function_error) {
    const bool end = kind_ != WindowCall::records;
    const PendingRecord& first = end ? window_->first() : records_.front();
    const PendingRecord& last = end ? window_->last() : records_[count - 1];
    const StreamSource& source = *mapping_.source;
    const Call& call = *batch_.call();
    OnFailureRecord record;
    record.condition = condition;
    record.request_id =
        invocations_ > 0 ? call.invocation.request_id : mapping_.functions.random().uuid();
    record.function_arn = mapping_.settings.function_arn;
    // 1 also for what was never invoked. [LS test_kinesis_maximum_record_age_exceeded]
    record.invocations = std::max<std::size_t>(invocations_, 1);
    record.executed_version = call.executed_version;
    record.function_error = function_error;
    record.now = mapping_.world.loop.now();
    record.kind = source.kind();
    record.stream_arn = source.arn();
    record.shard = shard_;
    record.first_sequence_number = source.sequence_number(shard_, first.number);
    record.last_sequence_number = source.sequence_number(shard_, last.number);
    record.first_arrived = first.arrived;
    record.last_arrived = last.arrived;
    record.records = end ? window_->records() : count;
    mapping_.world.trace.record(mapping_.trace_source(),
                                end ? "lambda.window.dropped" : "lambda.batch.dropped",
                                {{"condition", condition_name(condition)},
                                 {"first", record.first_sequence_number},
                                 {"invocations", record.invocations},
                                 {"last", record.last_sequence_number},
                                 {"mapping", mapping_.settings.uuid},
                                 {"records", record.records},
                                 {"shard", shard_}});
    if (!mapping_.settings.on_failure.empty()) {
        send_on(record, count);
    } else if (condition != GivenUp::expired) {  // [docs: monitoring-metrics-types]
        mapping_.metrics.count(EventCount::dropped, record.records);
    }
}

void BatchDelivery::send_on(const OnFailureRecord& record, std::size_t count) {
    const std::string& arn = mapping_.settings.on_failure;
    const std::string& uuid = mapping_.settings.uuid;
    EventMessage message;
    std::string event;
    if (arn.starts_with("arn:aws:s3:::")) {
        // A bucket gets the records themselves too. [docs: kinesis-on-failure-destination]
        StreamBatch given_up(mapping_, shard_);
        given_up.begin(window_);
        std::for_each_n(
            records_.begin(), count, [&](const PendingRecord& each) { given_up.add(each); });
        given_up.close(window_, kind_);
        event = std::move(given_up.call()->invocation.payload);
        message.object_name =
            on_failure_object_name(record, uuid, mapping_.functions.random().uuid());
    }
    message.body = on_failure_document(record, event);
    if (const auto problem = mapping_.send_on_failure(arn, std::move(message))) {
        mapping_.metrics.count(EventCount::dropped, record.records);
        mapping_.functions.metrics().destination_delivery_failure(
            record.now, InvokedAs::by(record.function_arn, record.executed_version));
        mapping_.world.trace.record(
            mapping_.trace_source(),
            "lambda.batch.not_sent",
            {{"mapping", uuid}, {"problem", *problem}, {"shard", shard_}, {"to", arn}});
    } else {
        mapping_.metrics.count(EventCount::sent_on, record.records);
        mapping_.world.trace.record(mapping_.trace_source(),
                                    "lambda.batch.sent_on",
                                    {{"mapping", uuid}, {"shard", shard_}, {"to", arn}});
    }
}

void BatchDelivery::done_with_current() {
    const bool end = kind_ != WindowCall::records;
    records_.clear();
    if (end) {
        window_->reset();
    }
    mapping_.progressed();
    if (stopped_) {
        done_();
    } else if (!end && window_ != nullptr && window_->overflowing()) {
        take({});
        kind_ = WindowCall::early;
        trace_window_closed(mapping_, shard_, *window_, "its state is too large");
        attempt();
    } else if (!rest_.empty()) {
        take(std::move(rest_.back()));
        rest_.pop_back();
        attempt();
    } else {
        busy_ = false;
        done_();
    }
}

/// What is attempted next, for the first time.
void BatchDelivery::take(std::vector<PendingRecord> records) {
    records_ = std::move(records);
    kind_ = WindowCall::records;
    rendered_ = false;
    failures_ = 0;
    invocations_ = 0;
    delivered_twice_ = false;
    first_attempt_ = Instant::max();
}

}  // namespace orrery::lambda
