/// A queue, standard or FIFO: messages become visible, are received, come back or are deleted, at
/// exact virtual instants.
#pragma once

#include "engine/loop.h"
#include "engine/random.h"
#include "engine/time.h"
#include "services/sqs/deduplication.h"
#include "services/sqs/message.h"
#include "services/sqs/receive_attempts.h"
#include "services/sqs/receive_order.h"
#include "services/sqs/saved_message.h"
#include "services/sqs/slot_queue.h"
#include "services/sqs/slot_store.h"
#include "services/sqs/throughput.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery {
class Store;
struct World;
namespace aws {
class MetricWriter;
}
}  // namespace orrery

namespace orrery::sqs {

class QueueMetrics;

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

    // FIFO queues. Whether a queue is one never changes.
    bool fifo = false;
    /// DeduplicationScope messageGroup: a deduplication id counts within its group only.
    bool deduplicate_by_group = false;
    /// FifoThroughputLimit perMessageGroupId.
    bool limit_throughput_by_group = false;
};

struct QueueIdentity {
    std::string name;
    std::string arn;
    std::string region;
    std::string sender_id;          // who all messages are from
    std::uint32_t incarnation = 1;  // counts the queues that have had this name
    std::string scope{};            // aws::Identity::scope(): before names in trace and randomness
};

struct NewMessage {
    std::string body;
    std::vector<MessageAttribute> attributes;  // sorted by name
    std::optional<Duration> delay;             // instead of the queue's
    std::string trace_header;
    std::string group_id;
    std::string deduplication_id;  // FIFO: always set (content-based ids are made by the operation)
};

/// What a sender is told.
struct Sent {
    MessageId id;
    std::string sequence_number;  // FIFO; else empty
    bool duplicate = false;       // nothing was added: these are the first one's id and number
};

struct ReceiveRequest {
    std::size_t max = 1;
    std::optional<Duration> visibility;  // instead of the queue's
    std::string consumer{};              // for the trace; empty if unknown
    std::string attempt_id{};            // FIFO: ReceiveRequestAttemptId; empty if none
    std::shared_ptr<const bool> gone{};  // true once nobody waits for the answer; may be null
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

enum class VisibilityChange : std::uint8_t { changed, not_in_flight, gone, beyond_limit };

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

    /// `metrics` is told what happens; null: nobody is.
    Queue(World& world,
          QueueIdentity identity,
          QueueSettings settings,
          Finder find_by_arn,
          aws::MetricWriter* metrics = nullptr);
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

    Sent send(NewMessage&& message);

    /// Counts a call of the operation `action` ("SendMessage") against the FIFO throughput limits;
    /// false if it is to be answered with RequestThrottled, by these or by the fault sqs.throttle.
    /// `group` is the message group of a send, if it has one; of a batch, the first entry's.
    bool admits(std::string_view action, std::string_view group = {});

    /// Takes visible messages now, possibly none.
    std::vector<Receipt> receive(const ReceiveRequest& request);
    /// Calls `answer` once: at once if a message can be taken or `wait` is 0, else as soon as one
    /// can, or with none after `wait`.
    void poll(ReceiveRequest request, Duration wait, PollAnswer answer);
    /// Calls `visible` once, as soon as a message can be received. Who only watches takes nothing.
    /// A watch stays through the queue's closing, for the queue that succeeds it.
    [[nodiscard]] Watch watch(Callback visible);

    /// FIFO: whether the message is still there but this receipt's time is over, so that it deletes
    /// nothing and DeleteMessage is an error. Always false for standard queues.
    bool has_expired(std::uint64_t handle);
    /// Deletes the messages whose latest receipts these are; other handles, and a FIFO queue's
    /// expired ones, are let pass. Returns how many it deleted.
    std::size_t remove(const std::vector<std::uint64_t>& handles);
    VisibilityChange change_visibility(std::uint64_t handle, Duration timeout);
    void purge();

    /// What message move tasks do: the message that a receive would take first, or null if none is
    /// visible. Valid until the queue is called again.
    const Message* first_visible();
    /// Takes that message away and sends it to `destination` as a new one. [docs:
    /// sqs-configure-dead-letter-queue-redrive]
    void redrive_first(Queue& destination);

    /// Answers every poll that waits with nothing, from events of this instant.
    void end_polls();
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
    /// The same without copies. `until` is when a message that is not visible becomes it.
    using Visitor = std::function<void(const Message&, MessageState, Instant until)>;
    void visit(const Visitor& visitor) const;
    /// Tells CloudWatch what is due by now, before its metrics are read.
    void sample_metrics();

    /// The state on disk: writes what has changed since the last time; all of it is erased once the
    /// queue is closed. There must be a store.
    void save(Store& store);
    /// Reads a record that save() has written, that of state_table first; restored() ends it.
    /// Throws UsageError if the record is damaged. The queue must be new.
    void restore(const SavedRecord& record);
    void restored();

private:
    struct Waiter {
        std::shared_ptr<bool> waiting;
        ReceiveRequest request;
        PollAnswer answer;  // of a poll
        Callback visible;   // of a watch
        EventId end;        // of a poll

        bool abandoned() const { return !*waiting || (request.gone != nullptr && *request.gone); }
    };
    struct Alarm {
        EventId event;
        Instant at;
    };
    using SlotIndex = std::uint32_t;
    /// What restore() has read so far; messages with their line_place.
    struct Restoring {
        std::vector<std::pair<SlotIndex, std::int64_t>> messages;
        std::vector<std::pair<DeduplicationHistory::Key, DeduplicationHistory::Accepted>> history;
    };

    void catch_up();
    void tell_contents();
    void expire_old();
    void come_back(SlotIndex index);
    void expire(SlotIndex index);
    void settle();
    void arm_visibility();
    void arm_retention();
    void ring();

    SlotIndex insert(Message&& message);
    void enlist(SlotIndex index);
    void show(SlotIndex index);
    void hide(SlotIndex index, MessageState state, Instant until);
    void postpone(SlotIndex index, Instant until);
    void leave_state(SlotIndex index);
    void forget(SlotIndex index);
    void mark_changed(SlotIndex index);
    void mark_changed(const DeduplicationHistory::Key& key);

    std::optional<Sent> find_duplicate(const NewMessage& message);
    void trace_sent(const Message& message, std::size_t bytes, Duration delay);
    std::vector<Receipt> take(const ReceiveRequest& request);
    std::optional<std::vector<Receipt>> repeat(const ReceiveRequest& request);
    Receipt hand_out(SlotIndex index, Instant until);
    void remember(const std::string& attempt_id, const std::vector<Receipt>& receipts);
    void trace_received(const std::vector<Receipt>& receipts, const std::string& consumer);
    bool misorders();
    void count_empty_receive();
    Queue* dead_letter_queue(const Message& message) const;
    void move_to(Queue& target, SlotIndex index);
    void accept_moved(Message&& message, const std::string& from);

    bool can_receive() const { return !order_->empty() && !at_in_flight_quota(); }
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
    void restore_messages(std::vector<std::pair<SlotIndex, std::int64_t>>& messages);
    Instant now() const;

    World& world_;
    QueueIdentity identity_;
    std::string source_;  // in the trace
    std::uint64_t receipt_tag_;
    QueueSettings settings_;
    Finder find_by_arn_;
    RandomStream random_;
    bool closed_ = false;
    std::unique_ptr<QueueMetrics> metrics_;  // may be null
    Instant contents_due_ = Instant::max();  // when CloudWatch is next to be told of them

    SlotStore slots_;
    std::unique_ptr<ReceiveOrder> order_;
    SlotQueue hidden_;  // by the instant at which a message becomes visible
    SlotQueue by_age_;  // all messages, by the instant of sending
    std::size_t delayed_ = 0;
    std::int64_t sequence_ = 0;

    // FIFO queues only.
    DeduplicationHistory history_;
    ReceiveAttempts attempts_;
    Throughput throughput_{300};  // [docs: quotas-fifo; with high throughput, of each group]

    // What the next save() has to write. Nothing is noted if there is no store.
    bool saving_;
    bool changed_ = false;
    std::vector<SlotIndex> changed_slots_;
    std::vector<DeduplicationHistory::Key> changed_history_;
    std::unique_ptr<Restoring> restoring_;

    // Never later than the first deadline; earlier does no harm. Two, because a run waits for
    // messages to come back and does not wait for them to expire.
    Alarm visibility_alarm_;
    Alarm retention_alarm_;

    std::deque<Waiter> line_;
    EventId serving_;
    std::vector<std::string> traced_ids_;  // kept for its memory
    std::vector<std::string> traced_groups_;
};

}  // namespace orrery::sqs
