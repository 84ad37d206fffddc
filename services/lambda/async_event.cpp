#include "services/lambda/async_event.h"

#include "engine/trace.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

/// As it was given, without blanks; what is no JSON (a streamed response) becomes text. It is not
/// made a value, since writing one takes stack by its depth.
void append_json(std::string& out, std::string_view text) {
    if (!nlohmann::json::accept(text)) {
        append_json_string(out, text);
        return;
    }
    bool quoted = false;
    for (std::size_t index = 0; index < text.size(); ++index) {
        const char letter = text[index];
        if (!quoted && (letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t')) {
            continue;
        }
        out.push_back(letter);
        if (letter == '"') {
            quoted = !quoted;
        } else if (quoted && letter == '\\') {
            out.push_back(text[++index]);
        }
    }
}

}  // namespace

std::string_view condition_name(EventCondition condition) {
    switch (condition) {
        case EventCondition::success: return "Success";
        case EventCondition::retries_exhausted: return "RetriesExhausted";
        case EventCondition::event_age_exceeded: return "EventAgeExceeded";
        default: return "ZeroReservedConcurrency";
    }
}

std::string destination_document(const AsyncEvent& event,
                                 EventCondition condition,
                                 std::string_view function_arn,
                                 Instant now) {
    std::string text = R"({"version":"1.0","timestamp":")" + iso8601(now);
    text += R"(","requestContext":{"requestId":)";
    append_json_string(text, event.request_id);
    text += R"(,"functionArn":)";
    append_json_string(text, function_arn);
    text.append(R"(,"condition":")").append(condition_name(condition));
    text += R"(","approximateInvokeCount":)" + std::to_string(event.invocations);
    text += R"(},"requestPayload":)";
    append_json(text, event.payload);
    if (event.last) {
        text += R"(,"responseContext":{"statusCode":200,"executedVersion":)";
        append_json_string(text, event.last->version);
        if (event.last->outcome.kind != Outcome::Kind::success) {
            text += R"(,"functionError":"Unhandled")";
        }
        text += R"(},"responsePayload":)";
        append_json(text, event.last->outcome.payload);
    }
    return text + "}";
}

}  // namespace orrery::lambda
