#include "services/lambda/tumbling_window.h"

#include "engine/trace.h"
#include "services/lambda/json_text.h"

namespace orrery::lambda {

namespace {

/// "2020-12-09T07:04:00Z": whole seconds. [docs: services-kinesis-windows]
std::string seconds_text(Instant instant) {
    return iso8601(instant).substr(0, 19) + "Z";
}

}  // namespace

TumblingWindow::TumblingWindow(Instant instant, Duration size)
    : start_(Instant(instant.time_since_epoch() - instant.time_since_epoch() % size)),
      end_(start_ + size),
      members_(R"(,"window":{"start":")" + seconds_text(start_) + R"(","end":")" +
               seconds_text(end_) + R"("},"state":)") {}

void TumblingWindow::add(const PendingRecord& record) {
    if (records_ == 0) {
        first_ = record;
    }
    last_ = record;
    ++records_;
}

void TumblingWindow::reset() {
    state_ = "{}";
    records_ = 0;
    invoked_ = false;
}

void TumblingWindow::append_members(std::string& event,
                                    std::string_view shard,
                                    std::string_view stream_arn,
                                    WindowCall call) const {
    event.append(members_).append(state_);
    event.append(R"(,"shardId":)");
    append_json_string(event, shard);
    event.append(R"(,"eventSourceARN":)");
    append_json_string(event, stream_arn);
    // One that ends early is final too: its state is handed over. (unverified)
    event.append(R"(,"isFinalInvokeForWindow":)");
    event.append(call == WindowCall::records ? "false" : "true");
    event.append(R"(,"isWindowTerminatedEarly":)");
    event.append(call == WindowCall::early ? "true" : "false");
}

std::optional<std::string_view> returned_state(std::string_view response) {
    const auto answer = json_value(response);
    if (!answer || !is_object(*answer)) {
        return std::nullopt;
    }
    std::optional<std::string_view> state;
    for (JsonParts members(*answer); members.next();) {
        if (members.key() == R"("state")") {
            state = members.value();
        }
    }
    return state && is_object(*state) ? state : std::nullopt;
}

}  // namespace orrery::lambda
