#include "services/sqs/standard_order.h"

namespace orrery::sqs {

void StandardOrder::join(std::uint32_t slot, Instant now) {
    const Message& message = slots_[slot].message;
    if (message.extras == nullptr || message.extras->group_id.empty()) {
        return;
    }
    if (tenants_ == nullptr) {
        tenants_ = std::make_unique<Tenants>();
    }
    tenants_->join(slot, message.extras->group_id, now);
}

void StandardOrder::leave(std::uint32_t slot) {
    if (grouped(slot)) {
        tenants_->leave(slot);
    }
}

void StandardOrder::show(std::uint32_t slot) {
    if (grouped(slot)) {
        tenants_->show({slots_[slot].sequence, slot});
    } else {
        ungrouped_.push(slots_[slot].sequence, slot, slots_[slot].stamp);
    }
}

void StandardOrder::hide(std::uint32_t slot) {
    if (grouped(slot)) {
        tenants_->hide({slots_[slot].sequence, slot});
    } else {
        ungrouped_.forget(in_this_state());
    }
}

void StandardOrder::hand_out(std::uint32_t slot) {
    ++in_flight_;
    if (grouped(slot)) {
        tenants_->hand_out(slot);
    }
}

void StandardOrder::take_back(std::uint32_t slot, Instant now) {
    --in_flight_;
    if (tenants_ == nullptr) {
        return;
    }
    const Duration spent = now - slots_[slot].message.received_at;
    if (tenants_->has(slot)) {
        tenants_->take_back(slot, spent, now);
    } else {
        tenants_->count_other(spent, now);
    }
}

void StandardOrder::begin(Instant now) {
    if (tenants_ != nullptr) {
        tenants_->judge(in_flight_, now);
    }
}

std::optional<std::uint32_t> StandardOrder::next() {
    const SlotQueue::Entry* ungrouped = ungrouped_.front(in_this_state());
    const auto quiet = tenants_ == nullptr ? std::nullopt : tenants_->first_quiet();
    if (ungrouped != nullptr && (!quiet || ungrouped->key < quiet->sequence)) {
        return ungrouped->slot;
    }
    if (quiet) {
        return quiet->slot;
    }
    const auto noisy = tenants_ == nullptr ? std::nullopt : tenants_->first_noisy();
    return noisy ? std::optional(noisy->slot) : std::nullopt;
}

void StandardOrder::clear() {
    ungrouped_.clear();
    tenants_.reset();
    in_flight_ = 0;
}

}  // namespace orrery::sqs
