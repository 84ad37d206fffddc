/// A priority queue of message slots by an integer key: O(1) for keys that come in ascending order,
/// else O(log n).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace orrery::sqs {

/// Entries are not searched for when their message goes on: they die in place, by their stamp, and
/// are dropped when they surface or outnumber the live ones. `Live` is a predicate over entries;
/// equal keys keep the order of pushing.
class SlotQueue {
public:
    struct Entry {
        std::int64_t key;
        std::uint64_t order;
        std::uint32_t slot;
        std::uint32_t stamp;

        bool before(const Entry& other) const {
            return key != other.key ? key < other.key : order < other.order;
        }
    };

    void push(std::int64_t key, std::uint32_t slot, std::uint32_t stamp) {
        const Entry entry{key, order_++, slot, stamp};
        ++live_;
        if (head_ == ascending_.size() || key >= ascending_.back().key) {
            ascending_.push_back(entry);
        } else {
            late_.push_back(entry);
            std::push_heap(late_.begin(), late_.end(), after);
        }
    }

    /// Live entries.
    std::size_t size() const { return live_; }
    bool empty() const { return live_ == 0; }

    /// The first live entry, or null. Valid until the next call.
    template <typename Live>
    const Entry* front(const Live& live) {
        if (live_ == 0) {
            clear();
            return nullptr;
        }
        while (true) {
            const Entry& first = late_comes_first() ? late_.front() : ascending_[head_];
            if (live(first)) {
                return &first;
            }
            drop();
        }
    }

    /// One entry, somewhere, is no longer live.
    template <typename Live>
    void forget(const Live& live) {
        --live_;
        constexpr std::size_t worth_sweeping = 64;
        const std::size_t dead = ascending_.size() - head_ + late_.size() - live_;
        if (dead > worth_sweeping && dead > live_) {
            sweep(live);
        }
    }

    void clear() {
        ascending_.clear();
        late_.clear();
        head_ = 0;
        live_ = 0;
    }

private:
    static bool after(const Entry& left, const Entry& right) { return right.before(left); }

    bool late_comes_first() const {
        return head_ == ascending_.size() ||
               (!late_.empty() && late_.front().before(ascending_[head_]));
    }

    void drop() {
        if (late_comes_first()) {
            std::pop_heap(late_.begin(), late_.end(), after);
            late_.pop_back();
            return;
        }
        constexpr std::size_t worth_moving = 1024;
        if (++head_ == ascending_.size() ||
            (head_ > worth_moving && head_ > ascending_.size() / 2)) {
            drop_passed();
        }
    }

    void drop_passed() {
        ascending_.erase(ascending_.begin(),
                         ascending_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
    }

    template <typename Live>
    void sweep(const Live& live) {
        const auto dead = [&live](const Entry& entry) { return !live(entry); };
        drop_passed();
        std::erase_if(ascending_, dead);
        std::erase_if(late_, dead);
        std::make_heap(late_.begin(), late_.end(), after);
    }

    std::vector<Entry> ascending_;  // sorted; what lies before head_ is gone
    std::size_t head_ = 0;
    std::vector<Entry> late_;  // a heap of what came out of order
    std::size_t live_ = 0;
    std::uint64_t order_ = 0;
};

}  // namespace orrery::sqs
