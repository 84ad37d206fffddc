/// Which of a queue's visible messages a receive takes next: what standard and FIFO queues differ
/// in.
#pragma once

#include "engine/time.h"

#include <cstdint>
#include <optional>

namespace orrery::sqs {

/// Messages are named by their slots. Who calls keeps the slots' own data up to date first.
class ReceiveOrder {
public:
    ReceiveOrder() = default;
    virtual ~ReceiveOrder() = default;
    ReceiveOrder(const ReceiveOrder&) = delete;
    ReceiveOrder& operator=(const ReceiveOrder&) = delete;

    /// A message arrives, and one day goes for good. It is not visible then.
    virtual void join(std::uint32_t slot, Instant now) = 0;
    virtual void leave(std::uint32_t slot) = 0;
    virtual void show(std::uint32_t slot) = 0;
    virtual void hide(std::uint32_t slot) = 0;
    /// After hide(): it is in flight, until its consumer's time with it is over in whatever way.
    virtual void hand_out(std::uint32_t slot) = 0;
    virtual void take_back(std::uint32_t slot, Instant now) = 0;

    /// Whether a receive that begins now would take nothing.
    virtual bool empty() const = 0;
    /// Starts a receive: next() is what it takes first, and again after that is hidden or gone.
    virtual void begin(Instant now) = 0;
    virtual std::optional<std::uint32_t> next() = 0;
    virtual void clear() = 0;

    /// For the state on disk: where a FIFO queue's group stands in line.
    virtual std::int64_t line_place(std::uint32_t /*slot*/) const { return 0; }
    virtual void set_line_place(std::uint32_t /*slot*/, std::int64_t /*place*/) {}
};

}  // namespace orrery::sqs
