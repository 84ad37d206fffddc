/// How often in a second something may happen, counted for each key apart, in virtual time.
#pragma once

#include "engine/time.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace orrery::sqs {

/// A bucket for each key that holds one second's worth and fills evenly.
class Throughput {
public:
    explicit Throughput(std::int64_t per_second)
        : interval_(Duration(std::chrono::seconds(1)).count() / per_second) {}

    /// Counts one more for `key`, or says that it is one too many.
    bool admit(std::string_view key, Instant now) {
        auto found = full_at_.find(key);
        if (found == full_at_.end()) {
            sweep(now);
            found = full_at_.emplace(key, now).first;
        }
        const Instant next = std::max(found->second, now) + interval_;
        if (next > now + std::chrono::seconds(1)) {
            return false;
        }
        found->second = next;
        return true;
    }

private:
    /// Full buckets are as good as none.
    void sweep(Instant now) {
        if (full_at_.size() >= worth_sweeping_) {
            std::erase_if(full_at_, [now](const auto& bucket) { return bucket.second <= now; });
            worth_sweeping_ = std::max<std::size_t>(1024, 2 * full_at_.size());
        }
    }

    Duration interval_;
    std::map<std::string, Instant, std::less<>> full_at_;
    std::size_t worth_sweeping_ = 1024;
};

}  // namespace orrery::sqs
