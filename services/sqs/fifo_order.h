/// The order of a FIFO queue: groups stand in line, and of a group only the leading run of visible
/// messages can be taken.
#pragma once

#include "services/sqs/receive_order.h"
#include "services/sqs/slot_store.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace orrery::sqs {

/// A message in flight or delayed thereby holds back all later ones of its group, in whatever order
/// timeouts end; earlier ones are not held back by it. [LS
/// test_fifo_group_visibility_extends_with_change_message_visibility] Everything is O(1), or
/// O(log n) in the number of groups.
class FifoOrder final : public ReceiveOrder {
public:
    /// [docs: avoid-backlog-with-the-same-message-group-id]
    static constexpr std::size_t searched_backlog = 120'000;

    /// Only groups that have a message among the first `searched` of the queue are found.
    explicit FifoOrder(const SlotStore& slots, std::size_t searched = searched_backlog)
        : slots_(slots), searched_(searched) {}

    void join(std::uint32_t slot, Instant now) override;
    void leave(std::uint32_t slot) override;
    void show(std::uint32_t slot) override;
    void hide(std::uint32_t slot) override;
    void hand_out(std::uint32_t slot) override;
    void take_back(std::uint32_t slot, Instant now) override;

    bool empty() const override { return ready_.empty(); }
    void begin(Instant now) override;
    /// As many of one group as can be taken, then of the next in line. [docs:
    /// FIFO-queues-understanding-logic]
    std::optional<std::uint32_t> next() override;
    void clear() override;

    std::int64_t line_place(std::uint32_t slot) const override;
    void set_line_place(std::uint32_t slot, std::int64_t place) override;

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};
    using Names = std::map<std::string, std::uint32_t, std::less<>>;

    /// A message's neighbours: within its group, and among all by age.
    struct Link {
        std::uint32_t group = none;
        std::uint32_t before = none;
        std::uint32_t after = none;
        std::uint32_t older = none;
        std::uint32_t newer = none;
        bool visible = false;
        bool searched = false;
    };
    struct Group {
        Names::iterator name;
        std::uint32_t first = none;
        std::uint32_t last = none;
        std::uint32_t visible = 0;
        std::int64_t place = 0;  // in line
        bool ready = false;
        bool restored = false;
    };

    std::uint32_t group_called(const std::string& name);
    void link_by_age(std::uint32_t slot);
    void unlink_by_age(std::uint32_t slot);
    void update(std::uint32_t group);

    const SlotStore& slots_;
    std::size_t searched_;
    std::vector<Link> links_;  // by slot
    std::vector<Group> groups_;
    std::vector<std::uint32_t> free_groups_;
    Names names_;
    std::set<std::pair<std::int64_t, std::uint32_t>> ready_;  // groups, by place
    std::int64_t places_ = 0;
    std::uint32_t oldest_ = none;
    std::uint32_t newest_ = none;
    std::uint32_t first_unsearched_ = none;
    std::size_t searched_now_ = 0;
    std::uint32_t run_ = none;  // what follows the message that next() named last
};

}  // namespace orrery::sqs
