/// What a FIFO queue has handed out under a ReceiveRequestAttemptId, so that a receive whose answer
/// was lost can be repeated.
#pragma once

#include "engine/time.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace orrery::sqs {

class ReceiveAttempts {
public:
    /// [botocore ReceiveMessage]
    static constexpr Duration interval = std::chrono::minutes(5);

    /// A message handed out, and its slot's stamp since: if that is another now, it has been
    /// deleted, has come back, or its visibility has been changed.
    struct Taken {
        std::uint32_t slot = 0;
        std::uint32_t stamp = 0;
    };

    /// What was received under `id` within the interval, or null. May be changed.
    std::vector<Taken>* find(const std::string& id, Instant now) {
        forget_old(now);
        const auto found = attempts_.find(id);
        return found == attempts_.end() ? nullptr : &found->second.taken;
    }

    void put(const std::string& id, std::vector<Taken> taken, Instant now) {
        attempts_.insert_or_assign(id, Attempt{now, std::move(taken)});
        by_time_.emplace_back(now, id);
    }

    void clear() {
        attempts_.clear();
        by_time_.clear();
    }

private:
    struct Attempt {
        Instant at;
        std::vector<Taken> taken;
    };

    void forget_old(Instant now) {
        while (!by_time_.empty() && by_time_.front().first + interval <= now) {
            const auto found = attempts_.find(by_time_.front().second);
            // It may have been put again since.
            if (found != attempts_.end() && found->second.at == by_time_.front().first) {
                attempts_.erase(found);
            }
            by_time_.pop_front();
        }
    }

    std::map<std::string, Attempt> attempts_;
    std::deque<std::pair<Instant, std::string>> by_time_;
};

}  // namespace orrery::sqs
