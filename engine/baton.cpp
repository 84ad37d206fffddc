#include "engine/baton.h"

#include "engine/ensure.h"
#include "engine/loop.h"

#include <algorithm>

namespace orrery {

void Baton::deliver(Party& party, Callback delivery) {
    deliveries_.push_back({&party, std::move(delivery)});
    if (current_ == nullptr) {
        begin_next_turn();
    }
}

void Baton::begin_next_turn() {
    while (current_ == nullptr && !deliveries_.empty()) {
        Delivery next = std::move(deliveries_.front());
        deliveries_.pop_front();
        current_ = next.party;
        const std::uint64_t turn = ++turn_;
        current_->begin_turn();
        next.run();
        // The delivery itself may have ended the party (a write to a process that died).
        if (current_ != nullptr) {
            current_->await_quiet([this, turn] { end_turn(turn); });
        }
    }
}

void Baton::request(Party& party, Key key, Callback taken) {
    if (current_ == nullptr) {
        // Asked outside a turn, by something that wakes by itself (another process, a signal):
        // taken as it comes.
        loop_.post(std::move(taken));
        return;
    }
    requests_.push_back({&party, std::move(key), std::move(taken)});
}

void Baton::end_turn(std::uint64_t turn) {
    if (current_ == nullptr || turn != turn_) {
        return;  // the party was retired meanwhile
    }
    current_ = nullptr;
    std::vector<std::pair<std::string, Callback>> ordered;
    ordered.reserve(requests_.size());
    for (Request& request : requests_) {
        ordered.emplace_back(requests_.size() > 1 ? request.key() : std::string(),
                             std::move(request.taken));
    }
    requests_.clear();
    std::stable_sort(ordered.begin(), ordered.end(), [](const auto& left, const auto& right) {
        return left.first < right.first;
    });
    for (auto& [key, taken] : ordered) {
        loop_.at(loop_.now(), std::move(taken));
    }
    begin_next_turn();
}

void Baton::retire(Party& party) {
    std::erase_if(deliveries_, [&](const Delivery& delivery) { return delivery.party == &party; });
    std::vector<std::shared_ptr<Membership>> leaving;
    std::erase_if(members_, [&](const auto& entry) {
        if (entry.second->party == &party) {
            leaving.push_back(entry.second);
        }
        return entry.second->party == &party;
    });
    for (const auto& membership : leaving) {
        membership->party = nullptr;
        for (Callback& callback : membership->on_retire) {
            callback();
        }
        membership->on_retire.clear();
    }
    if (current_ == &party) {
        end_turn(turn_);
    }
}

void Baton::enrol(const std::string& address, Party& party) {
    auto membership = std::make_shared<Membership>();
    membership->party = &party;
    members_[address] = std::move(membership);
}

std::shared_ptr<Membership> Baton::member_at(const std::string& address) const {
    const auto found = members_.find(address);
    return found == members_.end() ? nullptr : found->second;
}

}  // namespace orrery
