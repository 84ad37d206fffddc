/// Scheduled events, ordered by (instant, sequence number); each can be cancelled. It knows no
/// clock.
#pragma once

#include "engine/time.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace orrery {

using Callback = std::function<void()>;

/// Whether an event keeps a run going. A run is idle when only background events (an empty poll's
/// end, an expiry that nobody waits for) are left.
enum class Weight : std::uint8_t { foreground, background };

/// Names a scheduled event; stays valid (and harmless to cancel) after the event has fired.
struct EventId {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;  // 0 names no event

    explicit operator bool() const { return generation != 0; }
    friend bool operator==(EventId, EventId) = default;
};

class Timeline {
public:
    EventId schedule(Instant at, Callback callback, Weight weight = Weight::foreground);
    /// Returns whether the event was still to come.
    bool cancel(EventId id);
    /// Takes an event off before its time; empty if it is not to come any more.
    Callback take(EventId id);
    /// Drops every event.
    void clear();

    bool empty() const { return live_ == 0; }
    std::size_t size() const { return live_; }
    /// Events of foreground weight still to come.
    std::size_t foreground() const { return foreground_; }
    /// The instant of the next event; nothing if there is none.
    std::optional<Instant> next() const;
    /// Takes the next event off the timeline. There must be one.
    std::pair<Instant, Callback> pop();

private:
    struct Entry {
        std::int64_t at;
        std::uint64_t sequence;
        EventId id;

        bool before(const Entry& other) const {
            return at != other.at ? at < other.at : sequence < other.sequence;
        }
    };
    struct Slot {
        Callback callback;
        std::uint32_t generation = 1;
        bool live = false;
        Weight weight = Weight::foreground;
    };

    void sift_up(std::size_t index);
    void sift_down(std::size_t index);
    void remove_top();
    void drop_cancelled();
    void compact();
    bool is_live(const Entry& entry) const {
        return slots_[entry.id.slot].live &&
               slots_[entry.id.slot].generation == entry.id.generation;
    }
    void release(std::uint32_t index);

    std::vector<Entry> heap_;  // 4-ary: half the depth of a binary one, children in one cache line
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_;
    std::uint64_t sequence_ = 0;
    std::size_t live_ = 0;
    std::size_t foreground_ = 0;
};

}  // namespace orrery
