#include "services/lambda/stream_batch.h"

#include "services/lambda/batch.h"
#include "services/lambda/limits.h"

namespace orrery::lambda {

namespace {
constexpr std::string_view payload_begin = R"({"Records":[)";
}

void StreamBatch::begin(const TumblingWindow* window) {
    records_.clear();
    role_ = mapping_.role();
    std::string& payload = call_->invocation.payload;
    payload.clear();
    if (window != nullptr) {
        window->append_members(payload, shard_, mapping_.source->arn(), WindowCall::records);
    }
    rest_bytes_ = payload.size() + 2;  // and the brackets
    payload.assign(payload_begin);
}

Addition StreamBatch::add(const PendingRecord& record) {
    std::string& payload = call_->invocation.payload;
    const std::size_t before = payload.size();
    if (!empty()) {
        payload.push_back(',');
    }
    Addition addition = Addition::added;
    if (!mapping_.source->append_record(shard_, record.number, role_, payload)) {
        addition = Addition::gone;
    } else if (!empty() && payload.size() + rest_bytes_ > limits::request_bytes) {
        addition = Addition::too_large;
    }
    if (addition == Addition::added) {
        records_.push_back(record);
    } else {
        payload.resize(before);
    }
    return addition;
}

void StreamBatch::close(const TumblingWindow* window, WindowCall call) {
    std::string& payload = call_->invocation.payload;
    payload.push_back(']');
    if (window != nullptr) {
        window->append_members(payload, shard_, mapping_.source->arn(), call);
    }
    payload.push_back('}');
    call_->batch_size = size();
}

std::optional<std::size_t> first_failed(std::string_view response,
                                        const std::vector<PendingRecord>& records,
                                        const StreamSource& source,
                                        std::string_view shard) {
    if (response.empty() || response == "null" || response == "{}") {
        return records.size();
    }
    std::vector<std::string> numbers;
    numbers.reserve(records.size());
    for (const PendingRecord& record : records) {
        numbers.push_back(source.sequence_number(shard, record.number));
    }
    const auto failed = failed_items(response, numbers);
    if (!failed) {
        return std::nullopt;
    }
    return failed->empty() ? records.size() : failed->front();
}

}  // namespace orrery::lambda
