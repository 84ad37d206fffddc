#include "engine/timeline.h"

#include "engine/ensure.h"

#include <utility>

namespace orrery {

namespace {
constexpr std::size_t arity = 4;
}

EventId Timeline::schedule(Instant at, Callback callback, Weight weight) {
    std::uint32_t index = 0;
    if (free_.empty()) {
        index = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
    } else {
        index = free_.back();
        free_.pop_back();
    }
    Slot& slot = slots_[index];
    slot.callback = std::move(callback);
    slot.live = true;
    slot.weight = weight;
    const EventId id{index, slot.generation};
    heap_.push_back({at.time_since_epoch().count(), sequence_++, id});
    sift_up(heap_.size() - 1);
    ++live_;
    foreground_ += weight == Weight::foreground ? 1 : 0;
    return id;
}

bool Timeline::cancel(EventId id) {
    if (!id || id.slot >= slots_.size() || slots_[id.slot].generation != id.generation ||
        !slots_[id.slot].live) {
        return false;
    }
    release(id.slot);
    // The heap entry stays until it surfaces; the top is kept live so that next() can be const.
    drop_cancelled();
    constexpr std::size_t tolerated = 1024;
    if (heap_.size() > 2 * live_ + tolerated) {
        compact();
    }
    return true;
}

Callback Timeline::take(EventId id) {
    if (!id || id.slot >= slots_.size() || slots_[id.slot].generation != id.generation ||
        !slots_[id.slot].live) {
        return nullptr;
    }
    Callback callback = std::move(slots_[id.slot].callback);
    cancel(id);
    return callback;
}

void Timeline::clear() {
    // What an event owns may schedule another when it is destroyed: that one is dropped too.
    while (!heap_.empty()) {
        for (const Entry& entry : std::exchange(heap_, {})) {
            if (is_live(entry)) {
                release(entry.id.slot);
            }
        }
    }
}

std::optional<Instant> Timeline::next() const {
    if (heap_.empty()) {
        return std::nullopt;
    }
    return Instant(Duration(heap_.front().at));
}

std::pair<Instant, Callback> Timeline::pop() {
    ENSURE(!heap_.empty());
    const Entry top = heap_.front();
    Callback callback = std::move(slots_[top.id.slot].callback);
    release(top.id.slot);
    remove_top();
    drop_cancelled();
    return {Instant(Duration(top.at)), std::move(callback)};
}

void Timeline::release(std::uint32_t index) {
    Slot& slot = slots_[index];
    // Destroyed last: what it owns may schedule or cancel in its destructor.
    const Callback dropped = std::exchange(slot.callback, nullptr);
    slot.live = false;
    foreground_ -= slot.weight == Weight::foreground ? 1 : 0;
    --live_;
    if (++slot.generation == 0) {
        slot.generation = 1;
    }
    free_.push_back(index);
}

void Timeline::drop_cancelled() {
    while (!heap_.empty() && !is_live(heap_.front())) {
        remove_top();
    }
}

/// Without this, something that plans and cancels far ahead over and over would fill the heap.
void Timeline::compact() {
    std::erase_if(heap_, [this](const Entry& entry) { return !is_live(entry); });
    for (std::size_t index = heap_.size(); index-- > 0;) {
        sift_down(index);
    }
}

void Timeline::remove_top() {
    heap_.front() = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) {
        sift_down(0);
    }
}

void Timeline::sift_up(std::size_t index) {
    const Entry moving = heap_[index];
    while (index > 0) {
        const std::size_t parent = (index - 1) / arity;
        if (!moving.before(heap_[parent])) {
            break;
        }
        heap_[index] = heap_[parent];
        index = parent;
    }
    heap_[index] = moving;
}

void Timeline::sift_down(std::size_t index) {
    const Entry moving = heap_[index];
    const std::size_t size = heap_.size();
    for (std::size_t child = index * arity + 1; child < size; child = index * arity + 1) {
        std::size_t least = child;
        const std::size_t end = std::min(child + arity, size);
        for (std::size_t other = child + 1; other < end; ++other) {
            if (heap_[other].before(heap_[least])) {
                least = other;
            }
        }
        if (!heap_[least].before(moving)) {
            break;
        }
        heap_[index] = heap_[least];
        index = least;
    }
    heap_[index] = moving;
}

}  // namespace orrery
