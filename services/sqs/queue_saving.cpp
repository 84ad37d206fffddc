// A queue's state on disk: records are written as they change, and read back into a new queue.

#include "engine/ensure.h"
#include "engine/error.h"
#include "engine/store.h"
#include "engine/world.h"
#include "services/sqs/queue.h"

#include <algorithm>
#include <utility>

namespace orrery::sqs {

void Queue::save(Store& store) {
    if (!std::exchange(changed_, false)) {
        return;
    }
    const std::string prefix = saved_prefix(arn(), identity_.incarnation);
    for (const SlotIndex index : std::exchange(changed_slots_, {})) {
        // A closed queue's slots may be its successor's by now.
        if (closed_ || slots_[index].born == 0) {
            store.erase(message_table, prefix + slot_key(index));
        } else {
            store.put(message_table,
                      prefix + slot_key(index),
                      to_record(slots_[index], order_->line_place(index)));
        }
        if (!closed_) {
            slots_[index].changed = false;
        }
    }
    for (const DeduplicationHistory::Key& key : std::exchange(changed_history_, {})) {
        const auto found = history_.all().find(key);
        if (found == history_.all().end()) {
            store.erase(history_table, prefix + history_key(key));
        } else {
            store.put(history_table, prefix + history_key(key), to_record(found->second));
        }
    }
    if (closed_) {
        store.erase(state_table, prefix);
    } else {
        store.put(state_table, prefix, to_record(SavedState{sequence_, slots_.highest_stamp()}));
    }
}

void Queue::restore(const SavedRecord& record) {
    if (restoring_ == nullptr) {
        ENSURE(sequence_ == 0 && by_age_.size() == 0);
        restoring_ = std::make_unique<Restoring>();
        saving_ = false;
    }
    if (record.table == state_table) {
        const SavedState state = state_from(record.value);
        sequence_ = state.sequence;
        slots_.begin(state.highest_stamp);
    } else if (record.table == message_table) {
        const SlotIndex index = slot_from(record.key);
        Slot& slot = slots_.occupy(index);
        restoring_->messages.emplace_back(index, read_record(record.value, slot));
        const MessageExtras* extras = slot.message.extras.get();
        if (settings_.fifo && (extras == nullptr || extras->group_id.empty())) {
            throw UsageError("the state on disk is damaged: a message of " + arn() +
                             " has no message group");
        }
    } else {
        ENSURE(record.table == history_table);
        restoring_->history.emplace_back(history_from(record.key), accepted_from(record.value));
    }
}

void Queue::restored() {
    if (restoring_ == nullptr) {
        return;
    }
    slots_.end();
    restore_messages(restoring_->messages);
    auto& history = restoring_->history;
    std::stable_sort(history.begin(), history.end(), [](const auto& left, const auto& right) {
        return left.second.at < right.second.at;
    });
    for (auto& [key, accepted] : history) {
        history_.add(std::move(key), accepted);
    }
    // The numbers that were drawn before must not come again.
    random_ = world_.random.stream(source_ + "/" + std::to_string(identity_.incarnation) +
                                   "/after " + std::to_string(sequence_));
    restoring_.reset();
    saving_ = world_.store != nullptr;
    settle();
}

void Queue::restore_messages(std::vector<std::pair<SlotIndex, std::int64_t>>& messages) {
    std::sort(messages.begin(), messages.end(), [this](const auto& left, const auto& right) {
        return slots_[left.first].sequence < slots_[right.first].sequence;
    });
    for (const auto& [index, line_place] : messages) {
        const Slot& slot = slots_[index];
        sequence_ = std::max(sequence_, slot.sequence);
        enlist(index);
        if (slot.state != MessageState::visible) {
            hide(index, slot.state, slot.until);
        }
    }
    for (const auto& [index, line_place] : messages) {
        order_->set_line_place(index, line_place);
    }
    for (const auto& [index, line_place] : messages) {
        if (slots_[index].state == MessageState::visible) {
            show(index);
        }
    }
}

}  // namespace orrery::sqs
