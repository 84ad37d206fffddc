/// Fair queues: whose messages a standard queue with message groups prefers. An order only; nothing
/// is held back or dropped.
#pragma once

#include "engine/time.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace orrery::sqs {

/// Each message group is a tenant; messages without a group are not kept here, since each is a
/// tenant of its own and as such quiet. Everything is O(log n). [docs: sqs-fair-queues-detailed]
class Tenants {
public:
    /// A message in its queue's order of arrival.
    struct Place {
        std::int64_t sequence = 0;
        std::uint32_t slot = 0;
        friend auto operator<=>(const Place&, const Place&) = default;
    };

    void join(std::uint32_t slot, const std::string& group, Instant now);
    void leave(std::uint32_t slot);
    bool has(std::uint32_t slot) const { return slot < of_slot_.size() && of_slot_[slot] != none; }

    void show(Place place);
    void hide(Place place);
    void hand_out(std::uint32_t slot);
    /// `spent` is the time that its consumer has had it for.
    void take_back(std::uint32_t slot, Duration spent, Instant now);
    /// Consumers' time with a message that has no group.
    void count_other(Duration spent, Instant now) { busy_.add(spent, now); }

    /// Finds out who is noisy, before a receive; `in_flight` counts the queue's messages.
    void judge(std::size_t in_flight, Instant now);
    bool empty() const { return visible_ == 0; }
    /// The oldest visible message of a quiet tenant.
    std::optional<Place> first_quiet() const;
    /// That of the noisy tenant with the fewest messages in flight.
    std::optional<Place> first_noisy() const;

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};
    using Names = std::map<std::string, std::uint32_t, std::less<>>;

    /// A sum of durations of which older ones count less: half after each minute.
    class RecentTime {
    public:
        void add(Duration duration, Instant now);
        std::int64_t nanoseconds(Instant now) const;

    private:
        std::int64_t sum_ = 0;
        std::int64_t minute_ = 0;
    };

    struct Tenant {
        Names::iterator name;
        std::uint32_t messages = 0;
        std::uint32_t in_flight = 0;
        std::set<Place> visible;
        Instant last_sent;
        RecentTime busy;
        bool noisy = false;
    };

    /// Changes a tenant with the lists that it is in kept right.
    template <typename Change>
    void change(std::uint32_t index, const Change& how);
    void enlist(std::uint32_t index);
    void delist(std::uint32_t index);
    /// False if it has no backlog, or has not sent anything for long.
    bool call_noisy(std::uint32_t index, Instant now);
    bool takes_much_time(const Tenant& tenant, Instant now) const;

    std::vector<std::uint32_t> of_slot_;
    std::vector<Tenant> tenants_;
    std::vector<std::uint32_t> free_;
    Names names_;
    std::size_t visible_ = 0;
    RecentTime busy_;                       // of all
    std::set<std::uint32_t> busy_tenants_;  // who may take much of it, for judge()

    std::set<std::pair<Place, std::uint32_t>> quiet_;                  // with visible ones
    std::set<std::tuple<std::uint32_t, Place, std::uint32_t>> noisy_;  // with visible ones
    std::set<std::pair<Instant, std::uint32_t>> noisy_by_last_sent_;
    std::set<std::pair<std::uint32_t, std::uint32_t>> quiet_by_in_flight_;  // many in flight
};

}  // namespace orrery::sqs
