/// Where a queue keeps its messages: slots with stable addresses, reused, each with a stamp that
/// never repeats.
#pragma once

#include "services/sqs/message.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace orrery::sqs {

enum class MessageState : std::uint8_t { visible, in_flight, delayed };

struct Slot {
    Message message;
    std::int64_t sequence = 0;  // the order of arrival
    std::uint32_t stamp = 0;  // counts the changes of state of all messages that this slot has held
    std::uint32_t born = 0;   // the stamp when its message arrived; 0 if it holds none
    std::uint32_t receipt = 0;  // the stamp when its message was last received
    MessageState state = MessageState::visible;
    bool changed = false;  // since it was last saved
    Instant until;         // when it becomes visible, if it is not
};

class SlotStore {
public:
    Slot& operator[](std::uint32_t index) {
        return (*chunks_[index / chunk_slots])[index % chunk_slots];
    }
    const Slot& operator[](std::uint32_t index) const {
        return (*chunks_[index / chunk_slots])[index % chunk_slots];
    }
    std::uint32_t capacity() const {
        return static_cast<std::uint32_t>(chunks_.size()) * chunk_slots;
    }

    std::uint32_t acquire() {
        if (free_.empty()) {
            grow();
        }
        const std::uint32_t index = free_.back();
        free_.pop_back();
        Slot& slot = (*this)[index];
        slot.born = ++slot.stamp;
        slot.receipt = 0;
        return index;
    }

    void release(std::uint32_t index) {
        Slot& slot = (*this)[index];
        slot.message = Message{};
        highest_stamp_ = std::max(highest_stamp_, ++slot.stamp);
        slot.born = 0;
        free_.push_back(index);
    }

    /// No released slot has a higher one.
    std::uint32_t highest_stamp() const { return highest_stamp_; }

    /// For a store that continues a saved one: first begin(), then occupy() for each slot that held
    /// a message, then end().
    void begin(std::uint32_t highest_stamp) { first_stamp_ = highest_stamp_ = highest_stamp; }
    Slot& occupy(std::uint32_t index) {
        while (index >= capacity()) {
            grow();
        }
        return (*this)[index];
    }
    void end() {
        free_.clear();
        for (std::uint32_t index = capacity(); index > 0; --index) {
            if ((*this)[index - 1].born == 0) {
                free_.push_back(index - 1);
            }
        }
    }

private:
    static constexpr std::uint32_t chunk_slots = 128;
    using Chunk = std::array<Slot, chunk_slots>;

    void grow() {
        const std::uint32_t first = capacity();
        chunks_.push_back(std::make_unique<Chunk>());
        for (Slot& slot : *chunks_.back()) {
            slot.stamp = first_stamp_;
        }
        for (std::uint32_t index = first + chunk_slots; index > first; --index) {
            free_.push_back(index - 1);
        }
    }

    std::vector<std::unique_ptr<Chunk>> chunks_;
    std::vector<std::uint32_t> free_;
    std::uint32_t highest_stamp_ = 0;
    std::uint32_t first_stamp_ = 0;
};

}  // namespace orrery::sqs
