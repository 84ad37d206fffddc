#include "engine/json.h"
#include "services/aws/encoding.h"
#include "services/aws/error.h"
#include "services/aws/parameters.h"
#include "services/lambda/functions.h"
#include "services/lambda/limits.h"
#include "services/lambda/operations.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;

/// The payload's JSON text, which is base64 among the parameters.
std::string payload_text(const std::string* payload) {
    if (payload == nullptr || payload->empty()) {
        return "{}";  // [LS test_invocation_type_request_response]
    }
    std::optional<std::string> text = aws::decode_base64(*payload);
    if (!text) {
        throw ApiError("SerializationException", "Payload is no base64.");
    }
    if (text->size() > limits::request_bytes) {
        // The model's name for it, RequestTooLargeException, is not the wire's. [public recorded
        // errors]
        throw ApiError("RequestEntityTooLargeException",
                       std::to_string(text->size()) +
                           " byte payload is too large for the RequestResponse invocation type "
                           "(limit 6291456 bytes)",
                       413);
    }
    if (!Json::accept(*text)) {
        // [LS test_lambda_invoke_payload_encoding_error]
        throw ApiError("InvalidRequestContentException",
                       "Could not parse request body into json: Could not parse payload into json");
    }
    return *std::move(text);
}

Json answer_of(const Call& call, const std::string& version) {
    Json answer{{"StatusCode", 200},
                {"ExecutedVersion", version},
                {"Payload", aws::base64(call.outcome.payload)}};
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
    request.payload = payload_text(parameters.optional_text("Payload"));
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
    return request;
}

std::string_view reason_name(Admission refusal) {
    return refusal == Admission::reserved_exceeded
               ? "ReservedFunctionConcurrentInvocationLimitExceeded"
               : "ConcurrentInvocationLimitExceeded";
}

void invoke(Functions& functions, const aws::Call& operation, aws::Reply reply) {
    InvokeRequest request = read_request(operation.parameters);
    // The text names the version even where the caller did not. [LS test_invoke_exceptions]
    Function& function = existing_function(
        functions, request.function, request.function.qualifier.empty() ? ":$LATEST" : "");
    if (request.invocation_type == "DryRun") {
        reply(aws::ApiResult(Json{{"StatusCode", 204}}));
        return;
    }
    const auto call = std::make_shared<Call>();
    call->invocation.payload = std::move(request.payload);
    call->request_id = operation.caller.request_id;  // [LS test_request_id_invoke]
    if (request.log_type == "Tail") {
        call->log.emplace();
    }
    call->finished = [reply = std::move(reply), version = function.configuration().version](
                         const Call& ended) { reply(aws::ApiResult(answer_of(ended, version))); };
    const Admission admission = functions.invoke(function, call);
    if (admission != Admission::accepted) {
        // [LS test_lambda_concurrency_block]
        throw ApiError("TooManyRequestsException", "Rate Exceeded.", 429)
            .with("Reason", std::string(reason_name(admission)));
    }
}

}  // namespace

void add_invoke_operation(aws::ApiService& api, Functions& functions) {
    api.add_waiting("Invoke", [&functions](const aws::Call& call, aws::Reply reply) {
        invoke(functions, call, std::move(reply));
    });
}

}  // namespace orrery::lambda
