#include "services/lambda/batch.h"

#include "engine/json.h"
#include "services/lambda/limits.h"
#include "services/lambda/trace_header.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::lambda {

namespace {

constexpr std::string_view payload_begin = R"({"Records":[)";
constexpr std::string_view payload_end = "]}";

}  // namespace

void Batch::clear() {
    call_->invocation.payload.assign(payload_begin);
    call_->trace_header.clear();
    handles_.clear();
    message_ids_.clear();
    hidden_until_ = Instant::max();
    back_off = {};
}

bool Batch::add(Received message, std::string_view record) {
    std::string& payload = call_->invocation.payload;
    if (!empty() &&
        payload.size() + 1 + record.size() + payload_end.size() > limits::request_bytes) {
        return false;
    }
    if (!empty()) {
        payload.push_back(',');
    }
    payload.append(record);
    handles_.push_back(message.handle);
    if (!message.message_id.empty()) {
        message_ids_.push_back(std::move(message.message_id));
    }
    hidden_until_ = std::min(hidden_until_, message.hidden_until);
    // The batch goes on with the chain of requests that is the longest. [choice]
    if (trace_header::longest_loop(message.trace_header) >
        trace_header::longest_loop(call_->trace_header)) {
        call_->trace_header = std::move(message.trace_header);
    }
    return true;
}

void Batch::close() {
    call_->invocation.payload.append(payload_end);
    call_->batch_size = size();
}

std::optional<std::vector<std::size_t>> failed_items(std::string_view response,
                                                     const std::vector<std::string>& message_ids) {
    std::vector<std::size_t> failed;
    if (response.empty() || response == "null" || response == "{}") {
        return failed;
    }
    const Json answer = Json::parse(response, nullptr, false);
    if (answer.is_null() || answer == "" || answer == Json::array()) {
        return failed;
    }
    if (!answer.is_object()) {
        return std::nullopt;
    }
    const auto list = answer.find("batchItemFailures");
    if (list == answer.end() || list->is_null()) {
        return failed;
    }
    if (!list->is_array()) {
        return std::nullopt;
    }
    for (const Json& item : *list) {
        const auto id = item.is_object() ? item.find("itemIdentifier") : item.end();
        if (id == item.end() || !id->is_string()) {
            return std::nullopt;
        }
        const auto place =
            std::find(message_ids.begin(), message_ids.end(), id->get<std::string>());
        if (place == message_ids.end()) {
            return std::nullopt;
        }
        failed.push_back(static_cast<std::size_t>(place - message_ids.begin()));
    }
    std::sort(failed.begin(), failed.end());
    failed.erase(std::unique(failed.begin(), failed.end()), failed.end());
    return failed;
}

}  // namespace orrery::lambda
