/// How much a shard takes and gives in a second of virtual time.
#pragma once

#include "engine/time.h"

#include <algorithm>
#include <cstdint>

namespace orrery::kinesis {

/// A bucket that holds one second's worth and fills evenly.
class Bucket {
public:
    explicit Bucket(std::int64_t per_second) : per_second_(per_second) {}

    /// How long the bucket takes to fill again by so much.
    Duration cost(std::int64_t amount) const {
        constexpr std::int64_t second = 1'000'000'000;
        return Duration(amount / per_second_ * second +
                        amount % per_second_ * second / per_second_);
    }
    /// More than a second's worth goes when the bucket is full.
    bool has(std::int64_t amount, Instant now) const {
        return std::max(full_at_, now) + std::min<Duration>(cost(amount), 1s) <= now + 1s;
    }
    void take(std::int64_t amount, Instant now) {
        full_at_ = std::max(full_at_, now) + cost(amount);
    }
    /// When it is full, if nobody takes anything.
    Instant full_at() const { return full_at_; }
    /// When it will have so much, now or later.
    Instant when(std::int64_t amount) const {
        return full_at_ + std::min<Duration>(cost(amount), 1s) - 1s;
    }

private:
    std::int64_t per_second_;
    Instant full_at_;
};

/// What may be read: once a second's worth has been, nothing more until the bucket is full. So an
/// answer of 10 MiB makes the calls of the next five seconds fail. [docs: API_GetRecords]
class ReadBucket {
public:
    explicit ReadBucket(std::int64_t bytes_per_second) : bytes_(bytes_per_second) {}

    bool open(Instant now) const { return now >= closed_until_; }
    Instant closed_until() const { return closed_until_; }
    void take(std::int64_t bytes, Instant now) {
        bytes_.take(bytes, now);
        if (bytes_.full_at() >= now + 1s) {
            closed_until_ = bytes_.full_at();
        }
    }

private:
    Bucket bytes_;
    Instant closed_until_;
};

}  // namespace orrery::kinesis
