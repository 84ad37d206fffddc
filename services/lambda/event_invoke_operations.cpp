#include "engine/world.h"
#include "services/aws/error.h"
#include "services/lambda/control_plane.h"
#include "services/lambda/limits.h"
#include "services/lambda/refusal.h"

#include <nlohmann/json.hpp>

#include <array>

namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;
using std::chrono::duration_cast;

Json destination(const std::string& arn) {
    return arn.empty() ? Json::object() : Json{{"Destination", arn}};
}

Json describe(const std::string& arn, const EventInvokeConfig& config) {
    Json answer{{"LastModified", epoch_seconds(config.last_modified)},
                {"FunctionArn", arn},
                {"DestinationConfig",
                 {{"OnSuccess", destination(config.on_success)},
                  {"OnFailure", destination(config.on_failure)}}}};
    if (config.maximum_retry_attempts) {
        answer["MaximumRetryAttempts"] = *config.maximum_retry_attempts;
    }
    if (config.maximum_event_age) {
        answer["MaximumEventAgeInSeconds"] =
            duration_cast<std::chrono::seconds>(*config.maximum_event_age).count();
    }
    return answer;
}

/// Where AWS sends the records of asynchronous invocation. [docs: invocation-async-retain-records]
bool can_be_destination(const std::string& arn, bool for_failures) {
    constexpr std::array<std::string_view, 4> services{"sqs", "sns", "lambda", "events"};
    return arn.empty() || (for_failures && arn.starts_with("arn:aws:s3:")) ||
           std::any_of(services.begin(), services.end(), [&](std::string_view service) {
               return arn.starts_with("arn:aws:" + std::string(service) + ":");
           });
}

void check_kinds(const Json& destinations) {
    const auto arn_of = [&](const char* name) {
        const auto found = destinations.find(name);
        return found == destinations.end() ? "" : found->value("Destination", "");
    };
    const auto shown = [](const char* kind, const std::string& arn) {
        return arn.empty() ? "null" : std::string(kind) + "(destination=" + arn + ")";
    };
    const std::string success = arn_of("OnSuccess");
    const std::string failure = arn_of("OnFailure");
    if (!can_be_destination(success, false) || !can_be_destination(failure, true)) {
        // [LS provider]
        invalid_parameter("The provided destination config DestinationConfig(onSuccess=" +
                          shown("OnSuccess", success) +
                          ", onFailure=" + shown("OnFailure", failure) + ") is invalid.");
    }
}

void check_destination(const ControlPlane& control,
                       const std::string& arn,
                       const std::string& function_arn) {
    if (arn == function_arn || arn.starts_with(function_arn + ":")) {
        // [LS]
        invalid_parameter("You can't specify the function as a destination for itself.");
    }
    check_can_send_to(control, arn);
    if (arn.starts_with("arn:aws:lambda:") &&
        control.functions.find(FunctionReference::parse(arn).name) == nullptr) {
        invalid_parameter("The destination ARN " + arn + " is invalid.");  // [LS]
    }
}

std::string read_destination(const ControlPlane& control,
                             Parameters& members,
                             const char* name,
                             const std::string& present,
                             const std::string& function_arn) {
    const Json* given = members.optional(name);
    if (given == nullptr) {
        return present;
    }
    Parameters one(*given, name);
    const std::string arn = one.optional_string("Destination").value_or("");
    one.finish();
    if (!arn.empty()) {
        check_destination(control, arn, function_arn);
    }
    return arn;
}

/// What Put replaces and Update changes.
void read(Request& request, const Function& function, EventInvokeConfig& config) {
    Parameters& parameters = request.parameters;
    const auto attempts = parameters.optional_integer("MaximumRetryAttempts");
    const auto age = parameters.optional_integer("MaximumEventAgeInSeconds");
    const Json* destinations = parameters.optional("DestinationConfig");
    parameters.finish();
    if (attempts) {
        config.maximum_retry_attempts = limits::retry_attempts.check(*attempts);
    }
    if (age) {
        config.maximum_event_age = std::chrono::seconds(limits::event_age_seconds.check(*age));
    }
    if (destinations != nullptr) {
        Parameters members(*destinations, "DestinationConfig");
        check_kinds(*destinations);
        const std::string arn = request.arn(function);
        config.on_success =
            read_destination(request.control, members, "OnSuccess", config.on_success, arn);
        config.on_failure =
            read_destination(request.control, members, "OnFailure", config.on_failure, arn);
        members.finish();
    }
    config.last_modified = request.now();
}

struct EventInvokeConfigPlace {
    Function& function;
    std::string qualifier;
    std::string arn;  // with the qualifier, always
};

[[noreturn]] void not_found(const std::string& message) {
    throw ApiError("ResourceNotFoundException", message, 404);
}

/// What Get and Delete say of a function, too, that is not there. [LS provider]
[[noreturn]] void has_no_config(const std::string& arn) {
    not_found("The function " + arn + " doesn't have an EventInvokeConfig");
}

constexpr const char* no_such_function = "The function doesn't exist.";  // [LS provider]

/// What comes before the function is looked for. [LS provider]
void check_says_something(Parameters& parameters) {
    if (parameters.optional("MaximumRetryAttempts") == nullptr &&
        parameters.optional("MaximumEventAgeInSeconds") == nullptr &&
        parameters.optional("DestinationConfig") == nullptr) {
        // [LS]
        invalid_parameter(
            "You must specify at least one of error handling or destination setting.");
    }
}

enum class Wants : std::uint8_t { function, config };

EventInvokeConfigPlace event_invoke_config_place(Request& request, Wants wants) {
    FunctionReference reference = request.reference();
    if (reference.qualifier.empty()) {
        reference.qualifier = "$LATEST";
    }
    const std::string arn = reference.arn(request.control.identity());
    if (request.functions().main_version(reference) == nullptr) {
        wants == Wants::function ? not_found(no_such_function) : has_no_config(arn);
    }
    return {*request.functions().find(reference.name), reference.qualifier, arn};
}

EventInvokeConfig& existing_event_invoke_config(const EventInvokeConfigPlace& at) {
    const auto found = at.function.event_invoke_configs.find(at.qualifier);
    if (found == at.function.event_invoke_configs.end()) {
        has_no_config(at.arn);
    }
    return found->second;
}

Json put_event_invoke_config(Request& request) {
    check_says_something(request.parameters);
    const EventInvokeConfigPlace at = event_invoke_config_place(request, Wants::function);
    EventInvokeConfig config;
    read(request, at.function, config);
    return describe(at.arn, at.function.event_invoke_configs[at.qualifier] = config);
}

Json update_event_invoke_config(Request& request) {
    check_says_something(request.parameters);
    const EventInvokeConfigPlace at = event_invoke_config_place(request, Wants::function);
    EventInvokeConfig& config = existing_event_invoke_config(at);
    EventInvokeConfig changed = config;
    read(request, at.function, changed);
    return describe(at.arn, config = changed);
}

Json get_event_invoke_config(Request& request) {
    const EventInvokeConfigPlace at = event_invoke_config_place(request, Wants::config);
    request.parameters.finish();
    return describe(at.arn, existing_event_invoke_config(at));
}

Json remove_event_invoke_config(Request& request) {
    const EventInvokeConfigPlace at = event_invoke_config_place(request, Wants::config);
    request.parameters.finish();
    existing_event_invoke_config(at);
    at.function.event_invoke_configs.erase(at.qualifier);
    return Json::object();
}

Json list_event_invoke_configs(Request& request) {
    const Function* function = request.functions().find(request.reference().name);
    if (function == nullptr) {
        not_found(no_such_function);
    }
    const Page page(request, "FunctionEventInvokeConfigs");
    request.parameters.finish();
    std::vector<std::pair<std::string, Json>> items;
    for (const auto& [qualifier, config] : function->event_invoke_configs) {
        items.emplace_back(qualifier, describe(request.arn(*function, qualifier), config));
    }
    return page.answer(std::move(items));
}

}  // namespace

void add_event_invoke_operations(const Rows& rows) {
    rows.add("DeleteFunctionEventInvokeConfig", remove_event_invoke_config);
    rows.add("GetFunctionEventInvokeConfig", get_event_invoke_config);
    rows.add("ListFunctionEventInvokeConfigs", list_event_invoke_configs);
    rows.add("PutFunctionEventInvokeConfig", put_event_invoke_config);
    rows.add("UpdateFunctionEventInvokeConfig", update_event_invoke_config);
}

}  // namespace orrery::lambda
