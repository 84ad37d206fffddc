#include "services/lambda/sqs_poller_concurrency.h"

#include <algorithm>
#include <utility>

namespace orrery::lambda {

namespace {

// Five batches at once to begin with; up to 300 more a minute, taken here as one every 200 ms,
// while all are busy and messages are left; never above 1250. [docs: services-sqs-scaling]
constexpr std::int64_t initial_concurrency = 5;
constexpr std::int64_t highest_concurrency = 1250;
constexpr Duration usual_growth_interval = 200ms;

// When traffic is low Lambda goes back to five, and can go down to two unless a maximum concurrency
// is set. [docs: services-sqs-scaling] How low, and for how long, it does not say. [choice]
constexpr std::int64_t quiet_concurrency = 2;
constexpr Duration quiet_time = std::chrono::minutes(15);

// Each provisioned poller invokes up to ten times at once; up to 1000 more a minute. [docs:
// services-sqs-scaling]
constexpr std::int64_t concurrency_of_provisioned = 10;
constexpr Duration provisioned_growth_interval = 60ms;

}  // namespace

SqsPollerConcurrency::SqsPollerConcurrency(Loop& loop, std::function<void()> time_to_grow)
    : loop_(loop), time_to_grow_(std::move(time_to_grow)) {}

SqsPollerConcurrency::~SqsPollerConcurrency() {
    loop_.cancel(growth_);
}

void SqsPollerConcurrency::start(const MappingSettings& settings, bool fifo) {
    maximum_concurrency_ = settings.maximum_concurrency;
    provisioned_ = settings.provisioned_pollers;
    fifo_ = fifo;
    allowed_ = std::clamp(allowed_, floor(), ceiling());
}

void SqsPollerConcurrency::stop() {
    loop_.cancel(std::exchange(growth_, {}));
}

void SqsPollerConcurrency::want_more() {
    if (growth_ || allowed_ >= ceiling()) {
        return;
    }
    const Instant next = std::max(loop_.now(), last_growth_) + growth_interval();
    growth_ = loop_.at(next, [this] {
        growth_ = {};
        time_to_grow_();
    });
}

void SqsPollerConcurrency::grow() {
    last_growth_ = loop_.now();
    ++allowed_;
}

/// [docs: services-sqs-errorhandling]
void SqsPollerConcurrency::shrink() {
    allowed_ = std::max(allowed_ - 1, std::min(allowed_, floor()));
}

/// What was grown beyond the present need is given back. [choice]
void SqsPollerConcurrency::backlog_is_gone(bool some_gathered) {
    allowed_ = std::clamp(active_ + (some_gathered ? 1 : 0), floor(), std::max(allowed_, floor()));
    quiet_since_ = loop_.now();
}

void SqsPollerConcurrency::messages_came() {
    if (active_ == 0 && quiet_since_ + quiet_time <= loop_.now()) {
        allowed_ = std::min(allowed_, quiet_floor());
    }
}

std::int64_t SqsPollerConcurrency::provisioned_pollers() const {
    return (allowed_ + concurrency_of_provisioned - 1) / concurrency_of_provisioned;
}

std::int64_t SqsPollerConcurrency::ceiling() const {
    if (provisioned_) {
        return provisioned_->maximum * concurrency_of_provisioned;
    }
    return maximum_concurrency_.value_or(highest_concurrency);
}

/// Of a FIFO queue the message groups alone limit how many there are: it hands out nothing of a
/// group that is being processed. [docs: services-sqs-scaling]
std::int64_t SqsPollerConcurrency::floor() const {
    if (fifo_) {
        return ceiling();
    }
    return provisioned_ ? provisioned_->minimum * concurrency_of_provisioned
                        : std::min(initial_concurrency, ceiling());
}

/// The same where nothing has come for a while.
std::int64_t SqsPollerConcurrency::quiet_floor() const {
    const bool fixed = fifo_ || provisioned_ || maximum_concurrency_;
    return fixed ? floor() : quiet_concurrency;
}

Duration SqsPollerConcurrency::growth_interval() const {
    return provisioned_ ? provisioned_growth_interval : usual_growth_interval;
}

}  // namespace orrery::lambda
