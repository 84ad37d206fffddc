/// StreamBatch: records of a shard on their way to a function in one invocation, and the event that
/// carries them.
#pragma once

#include "services/lambda/call.h"
#include "services/lambda/pending_record.h"
#include "services/lambda/stream_mapping.h"
#include "services/lambda/tumbling_window.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

/// What became of a record that was to be added.
enum class Addition : std::uint8_t {
    added,
    too_large,  // the event would be larger than an invocation may be
    gone,       // the stream has trimmed it
};

class StreamBatch {
public:
    /// Both must outlive it.
    StreamBatch(const StreamMapping& mapping, const std::string& shard)
        : mapping_(mapping), shard_(shard), call_(std::make_shared<Call>()) {}

    /// Empties it for the next records, of `window` if there is one; the memory stays.
    void begin(const TumblingWindow* window);
    /// The first record always fits: there is no smaller batch.
    Addition add(const PendingRecord& record);
    /// Makes the event complete.
    void close(const TumblingWindow* window, WindowCall call);

    bool empty() const { return records_.empty(); }
    std::size_t size() const { return records_.size(); }
    const std::vector<PendingRecord>& records() const { return records_; }
    const std::shared_ptr<Call>& call() const { return call_; }

private:
    const StreamMapping& mapping_;
    const std::string& shard_;
    std::shared_ptr<Call> call_;  // its payload is the event
    std::vector<PendingRecord> records_;
    std::string role_;
    std::size_t rest_bytes_ = 0;  // of what the event has after its records
};

/// Which record of `records` a partial answer calls the first failed one: an index, their number if
/// none failed. Nothing if the answer means that the whole batch failed. [docs:
/// services-kinesis-batchfailurereporting; LS test_kinesis_report_batch_item_failures]
std::optional<std::size_t> first_failed(std::string_view response,
                                        const std::vector<PendingRecord>& records,
                                        const StreamSource& source,
                                        std::string_view shard);

}  // namespace orrery::lambda
