#include "services/lambda/saved_event.h"

#include "engine/error.h"
#include "engine/json.h"
#include "services/aws/encoding.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

std::int64_t nanoseconds(Instant instant) {
    return instant.time_since_epoch().count();
}

Instant instant_member(const Json& record, const char* name) {
    return Instant(Duration(record.at(name).get<std::int64_t>()));
}

/// Payloads may be any bytes.
std::string bytes_in(const Json& record, const char* name) {
    return aws::decode_base64(record.at(name).get_ref<const std::string&>()).value();
}

}  // namespace

std::string saved_event_key(const std::string& scope, std::uint64_t number) {
    constexpr std::size_t digits = 20;
    std::string text = std::to_string(number);
    text.insert(0, digits - text.size(), '0');
    return scope + text;
}

std::string write_saved_event(const AsyncEvent& event, Instant next) {
    Json record{{"number", event.number},
                {"name", event.function.name},
                {"qualifier", event.function.qualifier},
                {"request_id", event.request_id},
                {"payload", aws::base64(event.payload)},
                {"trace_header", event.trace_header},
                {"accepted", nanoseconds(event.accepted)},
                {"invocations", event.invocations},
                {"failures", event.failures},
                {"back_off", event.back_off.count()},
                {"last_trace_header", event.last_trace_header},
                {"next", nanoseconds(next)}};
    if (event.last) {
        record["last"] = {{"kind", static_cast<int>(event.last->outcome.kind)},
                          {"payload", aws::base64(event.last->outcome.payload)},
                          {"error_type", event.last->outcome.error_type},
                          {"version", event.last->version}};
    }
    return record.dump();
}

SavedEvent read_saved_event(std::string_view text) {
    try {
        const Json record = Json::parse(text);
        SavedEvent saved;
        AsyncEvent& event = saved.event;
        event.number = record.at("number").get<std::uint64_t>();
        event.function = {record.at("name").get<std::string>(),
                          record.at("qualifier").get<std::string>()};
        event.request_id = record.at("request_id").get<std::string>();
        event.payload = bytes_in(record, "payload");
        event.trace_header = record.at("trace_header").get<std::string>();
        event.accepted = instant_member(record, "accepted");
        event.invocations = record.at("invocations").get<std::uint32_t>();
        event.failures = record.at("failures").get<std::uint32_t>();
        event.back_off = Duration(record.at("back_off").get<std::int64_t>());
        event.last_trace_header = record.at("last_trace_header").get<std::string>();
        saved.next = instant_member(record, "next");
        if (const auto last = record.find("last"); last != record.end()) {
            AttemptResult result;
            result.outcome.kind = static_cast<Outcome::Kind>(last->at("kind").get<int>());
            result.outcome.payload = bytes_in(*last, "payload");
            result.outcome.error_type = last->at("error_type").get<std::string>();
            result.version = last->at("version").get<std::string>();
            event.last = std::move(result);
        }
        return saved;
    } catch (const std::exception&) {
        throw UsageError("the state directory is damaged: an event of Lambda cannot be read");
    }
}

}  // namespace orrery::lambda
