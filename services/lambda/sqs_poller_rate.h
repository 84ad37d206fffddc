/// SqsPollerRate: how often provisioned pollers may call their queue, and how much they may take.
#pragma once

#include "engine/time.h"

#include <algorithm>
#include <cstdint>

namespace orrery::lambda {

/// Each poller makes ten calls a second and takes 1 MB a second. [docs: services-sqs-scaling] Here
/// each is a bucket that holds a second's worth and fills evenly; a batch of messages is never cut,
/// and what it is too large for is made up for by waiting. [choice]
class SqsPollerRate {
public:
    /// When there may be another call, by so many pollers; not later than now if there may be one.
    Instant next_call(std::int64_t pollers) const {
        return std::max(calls_full_at_ + cost(1, calls_per_second, pollers) - 1s,
                        bytes_full_at_ + Duration(1) - 1s);
    }
    void called(std::int64_t bytes, std::int64_t pollers, Instant now) {
        calls_full_at_ = std::max(calls_full_at_, now) + cost(1, calls_per_second, pollers);
        bytes_full_at_ = std::max(bytes_full_at_, now) + cost(bytes, bytes_per_second, pollers);
    }

private:
    static constexpr std::int64_t calls_per_second = 10;
    static constexpr std::int64_t bytes_per_second = 1024 * 1024;

    static Duration cost(std::int64_t amount, std::int64_t per_second, std::int64_t pollers) {
        constexpr std::int64_t second = 1'000'000'000;
        return Duration(amount * second / (per_second * pollers));
    }

    // When they are full, if nobody calls any more.
    Instant calls_full_at_;
    Instant bytes_full_at_;
};

}  // namespace orrery::lambda
