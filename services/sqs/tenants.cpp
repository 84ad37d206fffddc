#include "services/sqs/tenants.h"

#include <algorithm>
#include <utility>

namespace orrery::sqs {

namespace {

// [docs: sqs-fair-queues-detailed] All of these are approximate there.
constexpr std::uint32_t least_in_flight = 30;
constexpr std::int64_t noisy_share = 10;  // one tenth
constexpr Duration quiet_after = std::chrono::minutes(5);

std::int64_t minute_of(Instant now) {
    return std::chrono::floor<std::chrono::minutes>(now.time_since_epoch()).count();
}

}  // namespace

void Tenants::RecentTime::add(Duration duration, Instant now) {
    sum_ = nanoseconds(now) + duration.count();
    minute_ = minute_of(now);
}

/// How far back "recent" goes AWS does not say. [choice]
std::int64_t Tenants::RecentTime::nanoseconds(Instant now) const {
    constexpr std::int64_t all_gone = 62;
    return sum_ >> std::min(minute_of(now) - minute_, all_gone);
}

template <typename Change>
void Tenants::change(std::uint32_t index, const Change& how) {
    delist(index);
    how(tenants_[index]);
    enlist(index);
}

void Tenants::enlist(std::uint32_t index) {
    Tenant& tenant = tenants_[index];
    // Its backlog is gone.
    tenant.noisy = tenant.noisy && !tenant.visible.empty();
    if (!tenant.visible.empty()) {
        const Place& first = *tenant.visible.begin();
        if (tenant.noisy) {
            noisy_.emplace(tenant.in_flight, first, index);
            noisy_by_last_sent_.emplace(tenant.last_sent, index);
        } else {
            quiet_.emplace(first, index);
        }
    }
    if (!tenant.noisy && tenant.in_flight >= least_in_flight) {
        quiet_by_in_flight_.emplace(tenant.in_flight, index);
    }
}

void Tenants::delist(std::uint32_t index) {
    const Tenant& tenant = tenants_[index];
    if (!tenant.visible.empty()) {
        const Place& first = *tenant.visible.begin();
        if (tenant.noisy) {
            noisy_.erase({tenant.in_flight, first, index});
            noisy_by_last_sent_.erase({tenant.last_sent, index});
        } else {
            quiet_.erase({first, index});
        }
    }
    if (!tenant.noisy && tenant.in_flight >= least_in_flight) {
        quiet_by_in_flight_.erase({tenant.in_flight, index});
    }
}

void Tenants::join(std::uint32_t slot, const std::string& group, Instant now) {
    const auto [name, added] = names_.try_emplace(group, none);
    if (added) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(tenants_.size()));
            tenants_.emplace_back();
        }
        name->second = free_.back();
        free_.pop_back();
        tenants_[name->second] = {};
        tenants_[name->second].name = name;
    }
    if (slot >= of_slot_.size()) {
        of_slot_.resize(slot + 1, none);
    }
    of_slot_[slot] = name->second;
    change(name->second, [now](Tenant& tenant) {
        ++tenant.messages;
        tenant.last_sent = now;
    });
}

void Tenants::leave(std::uint32_t slot) {
    const std::uint32_t index = of_slot_[slot];
    of_slot_[slot] = none;
    Tenant& tenant = tenants_[index];
    if (--tenant.messages == 0) {
        delist(index);
        busy_tenants_.erase(index);
        names_.erase(tenant.name);
        tenant = {};
        free_.push_back(index);
    }
}

void Tenants::show(Place place) {
    ++visible_;
    change(of_slot_[place.slot], [&](Tenant& tenant) { tenant.visible.insert(place); });
}

void Tenants::hide(Place place) {
    --visible_;
    change(of_slot_[place.slot], [&](Tenant& tenant) { tenant.visible.erase(place); });
}

void Tenants::hand_out(std::uint32_t slot) {
    change(of_slot_[slot], [](Tenant& tenant) { ++tenant.in_flight; });
}

void Tenants::take_back(std::uint32_t slot, Duration spent, Instant now) {
    busy_.add(spent, now);
    const std::uint32_t index = of_slot_[slot];
    change(index, [&](Tenant& tenant) {
        --tenant.in_flight;
        tenant.busy.add(spent, now);
    });
    // Later it can only have less of all, unless it comes here again.
    if (takes_much_time(tenants_[index], now)) {
        busy_tenants_.insert(index);
    }
}

bool Tenants::takes_much_time(const Tenant& tenant, Instant now) const {
    return tenant.busy.nanoseconds(now) > busy_.nanoseconds(now) / noisy_share;
}

bool Tenants::call_noisy(std::uint32_t index, Instant now) {
    const Tenant& tenant = tenants_[index];
    if (tenant.visible.empty() || tenant.last_sent + quiet_after <= now) {
        return false;
    }
    change(index, [](Tenant& changed) { changed.noisy = true; });
    return true;
}

void Tenants::judge(std::size_t in_flight, Instant now) {
    while (!noisy_by_last_sent_.empty() &&
           noisy_by_last_sent_.begin()->first + quiet_after <= now) {
        change(noisy_by_last_sent_.begin()->second, [](Tenant& tenant) { tenant.noisy = false; });
    }
    for (const std::uint32_t index : std::exchange(busy_tenants_, {})) {
        if (takes_much_time(tenants_[index], now)) {
            call_noisy(index, now);
        }
    }
    // From the one with the most: no more than nine can have more than a tenth.
    for (auto most = quiet_by_in_flight_.end(); most != quiet_by_in_flight_.begin();) {
        --most;
        const auto [own, index] = *most;
        if (own * noisy_share <= static_cast<std::int64_t>(in_flight)) {
            break;
        }
        if (call_noisy(index, now)) {
            most = quiet_by_in_flight_.end();
        }
    }
}

std::optional<Tenants::Place> Tenants::first_quiet() const {
    return quiet_.empty() ? std::nullopt : std::optional(quiet_.begin()->first);
}

std::optional<Tenants::Place> Tenants::first_noisy() const {
    return noisy_.empty() ? std::nullopt : std::optional(std::get<Place>(*noisy_.begin()));
}

}  // namespace orrery::sqs
