/// The order of a standard queue: the oldest visible message first, except that fair queues prefer
/// quiet tenants.
#pragma once

#include "services/sqs/receive_order.h"
#include "services/sqs/slot_queue.h"
#include "services/sqs/slot_store.h"
#include "services/sqs/tenants.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace orrery::sqs {

class StandardOrder final : public ReceiveOrder {
public:
    explicit StandardOrder(const SlotStore& slots) : slots_(slots) {}

    void join(std::uint32_t slot, Instant now) override;
    void leave(std::uint32_t slot) override;
    void show(std::uint32_t slot) override;
    void hide(std::uint32_t slot) override;
    void hand_out(std::uint32_t slot) override;
    void take_back(std::uint32_t slot, Instant now) override;

    bool empty() const override {
        return ungrouped_.empty() && (tenants_ == nullptr || tenants_->empty());
    }
    void begin(Instant now) override;
    std::optional<std::uint32_t> next() override;
    void clear() override;

private:
    bool grouped(std::uint32_t slot) const { return tenants_ != nullptr && tenants_->has(slot); }
    auto in_this_state() const {
        return [this](const SlotQueue::Entry& entry) {
            return slots_[entry.slot].stamp == entry.stamp;
        };
    }

    const SlotStore& slots_;
    SlotQueue ungrouped_;
    std::unique_ptr<Tenants> tenants_;  // once there has been a message with a group
    std::size_t in_flight_ = 0;
};

}  // namespace orrery::sqs
