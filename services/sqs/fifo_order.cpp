#include "services/sqs/fifo_order.h"

#include "engine/ensure.h"

#include <algorithm>

namespace orrery::sqs {

std::uint32_t FifoOrder::group_called(const std::string& name) {
    const auto [place, added] = names_.try_emplace(name, none);
    if (!added) {
        return place->second;
    }
    if (free_groups_.empty()) {
        free_groups_.push_back(static_cast<std::uint32_t>(groups_.size()));
        groups_.emplace_back();
    }
    const std::uint32_t group = free_groups_.back();
    free_groups_.pop_back();
    groups_[group] = {};
    groups_[group].name = place;
    groups_[group].place = ++places_;
    place->second = group;
    return group;
}

void FifoOrder::join(std::uint32_t slot, Instant /*now*/) {
    if (slot >= links_.size()) {
        links_.resize(slot + 1);
    }
    const Message& message = slots_[slot].message;
    ENSURE(message.extras != nullptr);
    const std::uint32_t group = group_called(message.extras->group_id);
    Group& joined = groups_[group];
    Link& link = links_[slot];
    link = {};
    link.group = group;
    link.before = joined.last;
    (joined.last == none ? joined.first : links_[joined.last].after) = slot;
    joined.last = slot;
    link_by_age(slot);
}

void FifoOrder::leave(std::uint32_t slot) {
    const Link link = links_[slot];
    ENSURE(!link.visible);
    Group& group = groups_[link.group];
    (link.before == none ? group.first : links_[link.before].after) = link.after;
    (link.after == none ? group.last : links_[link.after].before) = link.before;
    if (run_ == slot) {
        run_ = link.after;
    }
    unlink_by_age(slot);
    links_[slot] = {};
    update(link.group);
    if (group.first == none) {
        names_.erase(group.name);
        free_groups_.push_back(link.group);
    }
}

void FifoOrder::link_by_age(std::uint32_t slot) {
    Link& link = links_[slot];
    link.older = newest_;
    (newest_ == none ? oldest_ : links_[newest_].newer) = slot;
    newest_ = slot;
    if (searched_now_ < searched_) {
        link.searched = true;
        ++searched_now_;
    } else if (first_unsearched_ == none) {
        first_unsearched_ = slot;
    }
}

void FifoOrder::unlink_by_age(std::uint32_t slot) {
    const Link& link = links_[slot];
    (link.older == none ? oldest_ : links_[link.older].newer) = link.newer;
    (link.newer == none ? newest_ : links_[link.newer].older) = link.older;
    if (first_unsearched_ == slot) {
        first_unsearched_ = link.newer;
    }
    if (!link.searched) {
        return;
    }
    --searched_now_;
    if (first_unsearched_ != none) {
        Link& entering = links_[first_unsearched_];
        entering.searched = true;
        ++searched_now_;
        first_unsearched_ = entering.newer;
        update(entering.group);
    }
}

/// A group is ready if its first message can be taken.
void FifoOrder::update(std::uint32_t index) {
    Group& group = groups_[index];
    const bool ready =
        group.first != none && links_[group.first].visible && links_[group.first].searched;
    if (ready == group.ready) {
        return;
    }
    group.ready = ready;
    if (ready) {
        ready_.emplace(group.place, index);
    } else {
        ready_.erase({group.place, index});
    }
}

void FifoOrder::show(std::uint32_t slot) {
    Link& link = links_[slot];
    link.visible = true;
    ++groups_[link.group].visible;
    update(link.group);
}

void FifoOrder::hide(std::uint32_t slot) {
    Link& link = links_[slot];
    link.visible = false;
    --groups_[link.group].visible;
    update(link.group);
}

void FifoOrder::hand_out(std::uint32_t slot) {
    // A group of which nothing is left to take goes to the end of the line; else it keeps its
    // place. [LS test_fifo_group_visibility_extends_with_change_message_visibility]
    Group& group = groups_[links_[slot].group];
    if (group.visible == 0) {
        group.place = ++places_;
    }
}

void FifoOrder::take_back(std::uint32_t /*slot*/, Instant /*now*/) {}

void FifoOrder::begin(Instant /*now*/) {
    run_ = none;
}

std::optional<std::uint32_t> FifoOrder::next() {
    std::uint32_t slot = run_;
    if (slot == none || !links_[slot].visible) {
        if (ready_.empty()) {
            return std::nullopt;
        }
        slot = groups_[ready_.begin()->second].first;
    }
    run_ = links_[slot].after;
    return slot;
}

void FifoOrder::clear() {
    links_.clear();
    groups_.clear();
    free_groups_.clear();
    names_.clear();
    ready_.clear();
    oldest_ = newest_ = first_unsearched_ = run_ = none;
    searched_now_ = 0;
}

std::int64_t FifoOrder::line_place(std::uint32_t slot) const {
    return groups_[links_[slot].group].place;
}

void FifoOrder::set_line_place(std::uint32_t slot, std::int64_t place) {
    Group& group = groups_[links_[slot].group];
    ENSURE(!group.ready);
    // Of its messages' records, the youngest is right.
    group.place = group.restored ? std::max(group.place, place) : place;
    group.restored = true;
    places_ = std::max(places_, place);
}

}  // namespace orrery::sqs
