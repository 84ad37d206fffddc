/// A standard queue: messages become visible, are received, come back or are deleted, at exact
/// virtual instants.
#pragma once

#include "engine/loop.h"
#include "engine/random.h"
#include "engine/time.h"
#include "services/sqs/message.h"
#include "services/sqs/slot_queue.h"
#include "services/sqs/slot_store.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {
struct World;
}

namespace orrery::sqs {

struct RedrivePolicy {
    std::string target_arn;
    std::uint32_t max_receive_count = 0;
};

/// The attributes that a queue's behaviour depends on.
struct QueueSettings {
    Duration delay{0};
    Duration retention = std::chrono::hours(96);
    Duration receive_wait{0};
    Duration visibility_timeout = std::chrono::seconds(30);
    std::size_t maximum_message_bytes = 1'048'576;
    std::optional<RedrivePolicy> redrive;
};

struct QueueIdentity {
    std::string name;
    std::string arn;
    std::string region;
    std::string sender_id;          // who all messages are from
    std::uint32_t incarnation = 1;  // counts the queues that have had this name
};

struct NewMessage {
    std::string body;
    std::vector<MessageAttribute> attributes;  // sorted by name
    std::optional<Duration> delay;             // instead of the queue's
    std::string trace_header;
    std::string group_id;
};

struct ReceiveRequest {
    std::size_t max = 1;
    std::optional<Duration> visibility;  // instead of the queue's
    std::string consumer;                // for the trace; empty if unknown
};

/// One handing out of a message.
struct Receipt {
    std::uint64_t handle = 0;
    const Message* message = nullptr;  // valid until the message is deleted, moved or expires
};

struct MessageSnapshot {
    std::string message_id;
    std::string body;
    MessageState state = MessageState::visible;
    std::uint32_t receive_count = 0;
    Instant sent_at;
    std::vector<MessageAttribute> attributes;
    std::string dead_letter_source;
};

struct QueueDepth {
    std::size_t visible = 0;
    std::size_t in_flight = 0;
    std::size_t delayed = 0;
    friend bool operator==(const QueueDepth&, const QueueDepth&) = default;
};

enum class VisibilityChange : std::uint8_t { changed, not_in_flight, beyond_limit };

/// A place in a queue's line of waiters; destroying it gives the place up. It may outlive the
/// queue.
class Watch {
public:
    Watch() = default;
    explicit Watch(std::shared_ptr<bool> waiting) : waiting_(std::move(waiting)) {}
    Watch(Watch&&) noexcept = default;
    Watch& operator=(Watch&& other) noexcept;
    ~Watch();

private:
    std::shared_ptr<bool> waiting_;
};

/// Each public member first lets happen what is due by now, so answers do not depend on which event
/// of an instant runs first. Who waits in line is called back from an event of its own, never from
/// inside another's call.
class Queue {
public:
    /// Finds the queue that a redrive policy names, or null.
    using Finder = std::function<Queue*(std::string_view arn)>;
    using PollAnswer = std::function<void(const std::vector<Receipt>&)>;

    Queue(World& world, QueueIdentity identity, QueueSettings settings, Finder find_by_arn);
    ~Queue();
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;

    const QueueIdentity& identity() const { return identity_; }
    const std::string& name() const { return identity_.name; }
    const std::string& arn() const { return identity_.arn; }
    /// What its receipt handles are rendered with.
    std::uint64_t receipt_tag() const { return receipt_tag_; }
    const QueueSettings& settings() const { return settings_; }
    void change_settings(QueueSettings settings);

    /// The message is valid until it is deleted, moved or expires.
    const Message& send(NewMessage&& message);

    /// Takes visible messages now, possibly none.
    std::vector<Receipt> receive(const ReceiveRequest& request);
    /// Calls `answer` once: at once if a message can be taken or `wait` is 0, else as soon as one
    /// can, or with none after `wait`.
    void poll(ReceiveRequest request, Duration wait, PollAnswer answer);
    /// Calls `visible` once, as soon as a message can be received. Who only watches takes nothing.
    /// A watch stays through the queue's closing, for the queue that succeeds it.
    [[nodiscard]] Watch watch(Callback visible);

    /// Deletes the messages whose latest receipts these are; other handles are let pass. Returns
    /// how many it deleted.
    std::size_t remove(const std::vector<std::uint64_t>& handles);
    VisibilityChange change_visibility(std::uint64_t handle, Duration timeout);
    void purge();
    /// Ends the queue's life: messages are gone, polls are answered with nothing.
    void close();
    bool closed() const { return closed_; }
    /// Takes over the watches of the closed queue that had this one's name. Receipts of the old one
    /// never name a message of this one.
    void succeed(Queue& closed);

    /// The message that was handed out as `handle`, if it is still there.
    const Message* find(std::uint64_t handle) const;
    QueueDepth depth() const;
    /// No more may be received until some in flight are deleted or come back.
    bool at_in_flight_quota() const;
    /// In the order of sending.
    std::vector<MessageSnapshot> snapshot() const;

private:
    struct Waiter {
        std::shared_ptr<bool> waiting;
        ReceiveRequest request;
        PollAnswer answer;  // of a poll
        Callback visible;   // of a watch
        EventId end;        // of a poll
    };
    struct Alarm {
        EventId event;
        Instant at;
    };
    using SlotIndex = std::uint32_t;

    void catch_up();
    void expire_old();
    void come_back(SlotIndex index);
    void expire(SlotIndex index);
    void settle();
    void arm_visibility();
    void arm_retention();
    void ring();

    SlotIndex insert(Message&& message);
    void show(SlotIndex index);
    void hide(SlotIndex index, MessageState state, Instant until);
    void leave_state(SlotIndex index);
    void forget(SlotIndex index);

    std::vector<Receipt> take(const ReceiveRequest& request);
    Receipt hand_out(SlotIndex index, Instant until);
    Queue* dead_letter_queue(const Message& message) const;
    void move_to(Queue& target, SlotIndex index);
    void accept_moved(Message&& message, const std::string& from);

    bool can_receive() const { return !visible_.empty() && !at_in_flight_quota(); }
    void join(Waiter waiter);
    void serve();
    void end_poll(const std::shared_ptr<bool>& waiting);

    auto in_this_state() const {
        return [this](const SlotQueue::Entry& entry) {
            return slots_[entry.slot].stamp == entry.stamp;
        };
    }
    auto still_there() const {
        return [this](const SlotQueue::Entry& entry) {
            return slots_[entry.slot].born == entry.stamp;
        };
    }
    const Slot* slot_of(std::uint64_t handle) const;
    Instant now() const;

    World& world_;
    QueueIdentity identity_;
    std::string source_;  // in the trace
    std::uint64_t receipt_tag_;
    QueueSettings settings_;
    Finder find_by_arn_;
    RandomStream random_;
    bool closed_ = false;

    SlotStore slots_;
    SlotQueue visible_;  // by sequence: what receive looks at. A FIFO queue orders by group here.
    SlotQueue hidden_;   // by the instant at which a message becomes visible
    SlotQueue by_age_;   // all messages, by the instant of sending
    std::size_t delayed_ = 0;
    std::int64_t sequence_ = 0;

    // Never later than the first deadline; earlier does no harm. Two, because a run waits for
    // messages to come back and does not wait for them to expire.
    Alarm visibility_alarm_;
    Alarm retention_alarm_;

    std::deque<Waiter> line_;
    EventId serving_;
    std::vector<std::string> traced_ids_;  // kept for its memory
};

}  // namespace orrery::sqs
