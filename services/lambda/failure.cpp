#include "services/lambda/failure.h"

#include "engine/json.h"
#include "services/lambda/limits.h"
#include "services/lambda/platform_log.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda::failure {

namespace {

Outcome make(Outcome::Kind kind, const std::string& type, const std::string& message) {
    return {kind, Json{{"errorType", type}, {"errorMessage", message}}.dump(), type};
}

std::string member(const Outcome& outcome, const char* name) {
    const Json payload = Json::parse(outcome.payload, nullptr, false);
    if (!payload.is_object()) {
        return {};
    }
    const auto found = payload.find(name);
    return found == payload.end() || !found->is_string() ? std::string()
                                                         : found->get<std::string>();
}

}  // namespace

Outcome timed_out(std::string_view request_id, Duration timeout) {
    return make(Outcome::Kind::exited,
                "Sandbox.Timedout",
                "RequestId: " + std::string(request_id) + " Error: Task timed out after " +
                    platform_log::seconds_text(timeout) + " seconds");
}

Outcome crashed(std::string_view request_id) {
    return make(Outcome::Kind::exited,
                "Runtime.ExitError",
                "RequestId: " + std::string(request_id) +
                    " Error: Runtime exited with error: signal: killed");
}

Outcome response_too_large() {
    return make(Outcome::Kind::error,
                "Function.ResponseSizeTooLarge",
                "Response payload size exceeded maximum allowed payload size (" +
                    std::to_string(limits::response_bytes) + " bytes).");
}

Outcome of_initialisation(Outcome outcome, std::string_view request_id) {
    if (outcome.kind != Outcome::Kind::exited) {
        return outcome;
    }
    const std::string message = message_of(outcome);
    if (message.starts_with("RequestId: ")) {
        return outcome;
    }
    const std::string prefix = "RequestId: " + std::string(request_id) +
                               (message.starts_with("Error: ") ? " " : " Error: ");
    return make(outcome.kind, type_of(outcome), prefix + message);
}

std::string message_of(const Outcome& outcome) {
    return member(outcome, "errorMessage");
}

std::string type_of(const Outcome& outcome) {
    return outcome.error_type.empty() ? member(outcome, "errorType") : outcome.error_type;
}

std::string reported_type_of(const Outcome& outcome) {
    const std::string reported =
        outcome.error_type == "Runtime.Unknown" ? member(outcome, "errorType") : "";
    return reported.empty() ? type_of(outcome) : reported;
}

}  // namespace orrery::lambda::failure
