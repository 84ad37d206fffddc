/// BatchDelivery: brings a batch of a shard's records to the function: attempts, retries, halves,
/// until all of them are done with. It reads no stream.
#pragma once

#include "engine/timeline.h"
#include "services/lambda/on_failure_record.h"
#include "services/lambda/stream_batch.h"
#include "services/lambda/stream_mapping.h"
#include "services/lambda/tumbling_window.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

class BatchDelivery : public std::enable_shared_from_this<BatchDelivery> {
public:
    /// `done` is called whenever a delivery has come to its end, or, once it was stopped, when the
    /// invocation under way has. `mapping` and `shard` must outlive this.
    BatchDelivery(StreamMapping& mapping, const std::string& shard, std::function<void()> done);
    ~BatchDelivery();
    BatchDelivery(const BatchDelivery&) = delete;
    BatchDelivery& operator=(const BatchDelivery&) = delete;

    /// What is delivered next; to be filled only while this is not busy.
    StreamBatch& batch() { return batch_; }
    /// Delivers the batch. Its state goes to and comes from `window`, which must outlive the
    /// delivery; null: none.
    void deliver(TumblingWindow* window);
    /// Delivers the end of `window`; `reason` is for the trace.
    void deliver_end(TumblingWindow& window, std::string_view reason);
    /// Attempts nothing any more. What is being invoked is finished and counts.
    void stop();

    /// From the start of a delivery to its end.
    bool busy() const { return busy_; }
    bool invoking() const { return invoking_; }
    /// Null if all records are done with.
    const PendingRecord* first_unfinished() const;

private:
    enum class Verdict : std::uint8_t { success, partial, failure };

    void begin(TumblingWindow* window, WindowCall call);
    void attempt();
    bool prepare();
    bool too_old(Instant since) const;
    void drop_old();
    void render();
    void refused(std::string_view reason);
    void finished(const Call& call);
    Verdict judge(const Outcome& outcome);
    void partly_done();
    void failed(bool function_error);
    void bisect();
    void retry(Duration delay, std::string_view reason);
    void give_up(std::size_t count, GivenUp condition, bool function_error);
    void send_on(const OnFailureRecord& record, std::size_t count);
    void done_with_current();
    void take(std::vector<PendingRecord> records);

    StreamMapping& mapping_;
    const std::string& shard_;
    std::function<void()> done_;
    StreamBatch batch_;
    bool busy_ = false;
    bool invoking_ = false;
    bool stopped_ = false;

    std::vector<PendingRecord> records_;            // of the present invocation and its retries
    std::vector<std::vector<PendingRecord>> rest_;  // what is delivered after them, last one first
    WindowCall kind_ = WindowCall::records;
    TumblingWindow* window_ = nullptr;
    bool rendered_ = false;         // the batch's event is of just these records
    std::size_t failures_ = 0;      // of these records, since there last was progress
    std::size_t invocations_ = 0;   // likewise
    std::size_t passed_ = 0;        // how many of the records a partial answer says are done
    bool delivered_twice_ = false;  // by a fault
    Instant first_attempt_;
    Duration back_off_{};  // before the next attempt, once throttled
    EventId retry_;
};

}  // namespace orrery::lambda
