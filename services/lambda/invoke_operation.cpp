#include "engine/json.h"
#include "services/aws/encoding.h"
#include "services/aws/error.h"
#include "services/aws/parameters.h"
#include "services/lambda/functions.h"
#include "services/lambda/limits.h"
#include "services/lambda/operations.h"

#include <nlohmann/json.hpp>
namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;

/// The payload's JSON text. A string is taken to be that text, as SDKs send it; any other value
/// stands for itself.
std::string payload_text(const Json* payload) {
    if (payload == nullptr) {
        return "{}";  // [LS test_invocation_type_request_response]
    }
    if (!payload->is_string()) {
        return payload->dump();
    }
    std::string text = payload->get<std::string>();
    if (text.empty()) {
        return "{}";
    }
    if (!Json::accept(text)) {
        // [LS test_lambda_invoke_payload_encoding_error]
        throw ApiError("InvalidRequestContentException",
                       "Could not parse request body into json: Could not parse payload into json");
    }
    return text;
}

/// The result as JSON where it is JSON, as text where it is not.
Json payload_value(const std::string& text) {
    Json value = Json::parse(text, nullptr, false);
    return value.is_discarded() ? Json(text) : value;
}

Json answer_of(const Call& call, const std::string& version) {
    Json answer{{"StatusCode", 200},
                {"ExecutedVersion", version},
                {"Payload", payload_value(call.outcome.payload)}};
    if (call.outcome.kind != Outcome::Kind::success) {
        answer["FunctionError"] = "Unhandled";  // whatever failed. [LS test_lambda_handler_error]
    }
    if (call.log) {
        const std::size_t size = std::min(call.log->size(), limits::log_tail_bytes);
        answer["LogResult"] =
            aws::base64(std::string_view(*call.log).substr(call.log->size() - size));
    }
    return answer;
}

struct InvokeRequest {
    FunctionReference function;
    std::string invocation_type;
    std::string log_type;
    std::string payload;
};

InvokeRequest read_request(const Json& input) {
    Parameters parameters(input, "Invoke");
    InvokeRequest request;
    request.function = FunctionReference::parse(parameters.string("FunctionName"));
    if (const auto qualifier = parameters.optional_string("Qualifier")) {
        request.function = FunctionReference::parse(request.function.name + ":" + *qualifier);
    }
    request.invocation_type =
        parameters.optional_string("InvocationType").value_or("RequestResponse");
    request.log_type = parameters.optional_string("LogType").value_or("None");
    request.payload = payload_text(parameters.optional("Payload"));
    parameters.finish();
    if (request.invocation_type != "RequestResponse" && request.invocation_type != "DryRun") {
        throw ApiError("InvalidParameterValueException",
                       "InvocationType " + request.invocation_type +
                           " is not supported here yet: only RequestResponse and DryRun are");
    }
    if (request.log_type != "None" && request.log_type != "Tail") {
        throw ApiError("InvalidParameterValueException",
                       "LogType must be None or Tail, not " + request.log_type);
    }
    if (request.payload.size() > limits::request_bytes) {
        // [public recorded errors]
        throw ApiError("RequestTooLargeException",
                       std::to_string(request.payload.size()) +
                           " byte payload is too large for the RequestResponse invocation type "
                           "(limit 6291456 bytes)",
                       413);
    }
    return request;
}

void invoke(Functions& functions, const Json& input, aws::Reply reply) {
    InvokeRequest request = read_request(input);
    // The text names the version even where the caller did not. [LS test_invoke_exceptions]
    Function& function = existing_function(
        functions, request.function, request.function.qualifier.empty() ? ":$LATEST" : "");
    if (request.invocation_type == "DryRun") {
        reply(aws::ApiResult(Json{{"StatusCode", 204}}));
        return;
    }
    const auto call = std::make_shared<Call>();
    call->invocation.payload = std::move(request.payload);
    if (request.log_type == "Tail") {
        call->log.emplace();
    }
    call->finished = [reply = std::move(reply), version = function.configuration().version](
                         const Call& ended) { reply(aws::ApiResult(answer_of(ended, version))); };
    if (functions.invoke(function, call) != Admission::accepted) {
        // [LS test_lambda_concurrency_block]
        throw ApiError("TooManyRequestsException", "Rate Exceeded.", 429);
    }
}

}  // namespace

void add_invoke_operation(aws::ApiService& api, Functions& functions) {
    api.add_waiting("Invoke", [&functions](const Json& input, aws::Reply reply) {
        invoke(functions, input, std::move(reply));
    });
}

}  // namespace orrery::lambda
