/// What a FIFO queue remembers of the messages it has accepted, so that one sent again is not
/// accepted twice.
#pragma once

#include "engine/time.h"
#include "services/sqs/message.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace orrery::sqs {

class DeduplicationHistory {
public:
    /// From the first acceptance, whatever becomes of the message. [docs:
    /// using-messagededuplicationid-property]
    static constexpr Duration interval = std::chrono::minutes(5);

    enum class Scope : std::uint8_t { queue, group };
    struct Key {
        std::string id;
        std::string group;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Accepted {
        Instant at;
        MessageId message;
        std::int64_t place = 0;  // MessageExtras::fifo_place
    };

    /// Forgets what is over; returns the keys.
    std::vector<Key> forget_old(Instant now);
    /// The message that `key` would repeat, or null. Call forget_old() first.
    const Accepted* find(const Key& key, Scope scope) const;
    /// In the order of time.
    void add(Key key, const Accepted& accepted);
    const std::map<Key, Accepted>& all() const { return accepted_; }

private:
    std::map<Key, Accepted> accepted_;
    std::deque<std::map<Key, Accepted>::iterator> by_time_;
};

}  // namespace orrery::sqs
