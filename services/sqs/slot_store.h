/// Where a queue keeps its messages: slots with stable addresses, reused, each with a stamp that
/// never repeats.
#pragma once

#include "services/sqs/message.h"

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
        ++slot.stamp;
        slot.born = 0;
        free_.push_back(index);
    }

private:
    static constexpr std::uint32_t chunk_slots = 128;
    using Chunk = std::array<Slot, chunk_slots>;

    void grow() {
        const std::uint32_t first = capacity();
        chunks_.push_back(std::make_unique<Chunk>());
        for (std::uint32_t index = first + chunk_slots; index > first; --index) {
            free_.push_back(index - 1);
        }
    }

    std::vector<std::unique_ptr<Chunk>> chunks_;
    std::vector<std::uint32_t> free_;
};

}  // namespace orrery::sqs
