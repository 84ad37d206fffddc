// Invoke, InvokeAsync and InvokeWithResponseStream.

#include "engine/pipe.h"
#include "services/aws/encoding.h"
#include "services/aws/error.h"
#include "services/aws/parameters.h"
#include "services/lambda/async_invocations.h"
#include "services/lambda/failure.h"
#include "services/lambda/functions.h"
#include "services/lambda/limits.h"
#include "services/lambda/operations.h"
#include "services/lambda/payload.h"
#include "services/lambda/refusal.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;

struct InvokeRequest {
    FunctionReference function;
    std::string invocation_type;
    bool tail = false;
    std::string payload;
    std::string client_context;
};

/// As the handler gets it, from base64. [botocore Invoke]
std::string read_client_context(const std::string* base64) {
    if (base64 == nullptr || base64->empty()) {
        return {};
    }
    const std::optional<std::string> text = aws::decode_base64(*base64);
    if (base64->size() > limits::client_context_bytes || !text || !Json::accept(*text)) {
        throw ApiError("InvalidRequestContentException",
                       "Client context must be a valid Base64-encoded JSON object.");
    }
    return *text;
}

InvokeRequest read_request(const Json& input,
                           std::string_view operation,
                           const aws::Identity& identity) {
    Parameters parameters(input, operation);
    InvokeRequest request;
    request.function = read_reference(parameters, identity);
    request.invocation_type =
        parameters.optional_string("InvocationType").value_or("RequestResponse");
    const bool streaming = operation == "InvokeWithResponseStream";
    const auto one_of = [&](const auto&... names) {
        return ((request.invocation_type == names) || ...);
    };
    if (!(streaming ? one_of("RequestResponse", "DryRun")
                    : one_of("RequestResponse", "DryRun", "Event"))) {
        throw ApiError("InvalidParameterValueException",
                       "InvocationType must be RequestResponse, Event or DryRun, not " +
                           request.invocation_type);
    }
    const std::string log_type = parameters.optional_string("LogType").value_or("None");
    if (log_type != "None" && log_type != "Tail") {
        throw ApiError("InvalidParameterValueException",
                       "LogType must be None or Tail, not " + log_type);
    }
    request.tail = log_type == "Tail";
    request.client_context = read_client_context(parameters.optional_text("ClientContext"));
    const bool event = request.invocation_type == "Event";
    request.payload = read_payload(parameters.optional_text("Payload"),
                                   request.invocation_type,
                                   event ? limits::event_bytes : limits::request_bytes);
    parameters.finish();
    return request;
}

/// The last 4 KB, in base64. [botocore Invoke]
std::string log_tail(const std::string& log) {
    const std::size_t size = std::min(log.size(), limits::log_tail_bytes);
    return aws::base64(std::string_view(log).substr(log.size() - size));
}

/// `remote`: whether it goes out over HTTP, with headers that nobody asks for inside.
Json answer_of(const Call& call, const std::string& version, bool remote) {
    Json answer{{"StatusCode", 200},
                {"ExecutedVersion", version},
                {"Payload", aws::base64(call.outcome.payload)}};
    if (remote) {
        answer["TraceHeader"] = call.invocation.trace_header;
    }
    if (call.outcome.kind != Outcome::Kind::success) {
        answer["FunctionError"] = "Unhandled";  // whatever failed. [LS test_lambda_handler_error]
    }
    if (call.log) {
        answer["LogResult"] = log_tail(*call.log);
    }
    return answer;
}

void queue(Functions& functions,
           AsyncInvocations& events,
           InvokeRequest&& request,
           const aws::Caller& caller) {
    AsyncEvent event;
    event.function = std::move(request.function);
    event.payload = std::move(request.payload);
    event.request_id = caller.request_id.empty() ? functions.random().uuid() : caller.request_id;
    event.trace_header = caller.trace_header;
    events.accept(std::move(event));
}

std::shared_ptr<Call> make_call(InvokeRequest&& request, const aws::Caller& caller) {
    auto call = std::make_shared<Call>();
    call->invocation.payload = std::move(request.payload);
    call->invocation.client_context = std::move(request.client_context);
    call->request_id = caller.request_id;  // [LS test_request_id_invoke]
    call->trace_header = caller.trace_header;
    if (request.tail) {
        call->log.emplace();
    }
    return call;
}

void start(Functions& functions, const Target& target, const std::shared_ptr<Call>& call) {
    const Admission admission = functions.invoke(target, call);
    if (admission != Admission::accepted) {
        throw refusal(admission);
    }
}

void invoke(Functions& functions,
            AsyncInvocations& events,
            const aws::Call& operation,
            aws::Reply reply) {
    InvokeRequest request = read_request(operation.parameters, "Invoke", functions.identity());
    const Target target = functions.target(request.function);
    if (request.invocation_type == "DryRun") {
        reply(aws::ApiResult(Json{{"StatusCode", 204}}));
        return;
    }
    if (request.invocation_type == "Event") {
        queue(functions, events, std::move(request), operation.caller);
        reply(aws::ApiResult(Json{{"StatusCode", 202}}));
        return;
    }
    const auto call = make_call(std::move(request), operation.caller);
    const bool remote = !operation.caller.request_id.empty();
    call->finished =
        [reply = std::move(reply), version = target.version->name(), remote](const Call& ended) {
            reply(aws::ApiResult(answer_of(ended, version, remote)));
        };
    start(functions, target, call);
}

/// The operation from before Invoke had types. [botocore InvokeAsync]
Json invoke_async(Functions& functions, AsyncInvocations& events, const aws::Call& operation) {
    Parameters parameters(operation.parameters, "InvokeAsync");
    InvokeRequest request;
    request.function =
        FunctionReference::reachable(parameters.string("FunctionName"), functions.identity());
    request.payload =
        read_payload(parameters.optional_text("InvokeArgs"), "Event", limits::event_bytes);
    parameters.finish();
    functions.target(request.function);  // there must be one
    queue(functions, events, std::move(request), operation.caller);
    return {{"Status", 202}};
}

/// The answer is a stream of events: a chunk for each piece of the response, when it comes, then
/// its end. The head goes out with the first of them. [botocore
/// InvokeWithResponseStreamResponseEvent]
class ResponseStream {
public:
    ResponseStream(aws::Reply reply, std::string version)
        : reply_(std::move(reply)), version_(std::move(version)) {}

    void piece(std::string_view bytes) {
        send({{"PayloadChunk", {{"Payload", aws::base64(bytes)}}}});
    }

    void end(const Call& call) {
        // Of a function that ended before its response did, what came counts.
        if (!call.outcome.streamed && reply_) {
            piece(call.outcome.payload);
        }
        Json end = Json::object();
        if (call.outcome.kind != Outcome::Kind::success) {
            end["ErrorCode"] = failure::type_of(call.outcome);
            end["ErrorDetails"] = call.outcome.payload;
        }
        if (call.log) {
            end["LogResult"] = log_tail(*call.log);
        }
        send({{"InvokeComplete", std::move(end)}});
        events_->end();
    }

private:
    void send(Json event) {
        events_->write(std::move(event));
        if (const aws::Reply reply = std::exchange(reply_, nullptr)) {
            reply(aws::ApiResult(Json{{"StatusCode", 200}, {"ExecutedVersion", version_}},
                                 {"EventStream", events_}));
        }
    }

    aws::Reply reply_;  // null once it has begun
    std::string version_;
    std::shared_ptr<Pipe<Json>> events_ = std::make_shared<Pipe<Json>>();
};

void invoke_with_response_stream(Functions& functions,
                                 const aws::Call& operation,
                                 aws::Reply reply) {
    InvokeRequest request =
        read_request(operation.parameters, "InvokeWithResponseStream", functions.identity());
    const Target target = functions.target(request.function);
    if (request.invocation_type == "DryRun") {
        reply(aws::ApiResult(Json{{"StatusCode", 204}}));
        return;
    }
    const auto call = make_call(std::move(request), operation.caller);
    const auto stream = std::make_shared<ResponseStream>(std::move(reply), target.version->name());
    call->invocation.on_piece = [stream](std::string_view bytes) { stream->piece(bytes); };
    call->finished = [stream](const Call& ended) { stream->end(ended); };
    start(functions, target, call);
}

}  // namespace

void add_invoke_operations(aws::ApiService& api, Functions& functions, AsyncInvocations& events) {
    api.add_waiting("Invoke", [&functions, &events](const aws::Call& call, aws::Reply reply) {
        invoke(functions, events, call, std::move(reply));
    });
    api.add_for_caller("InvokeAsync", [&functions, &events](const aws::Call& call) {
        return invoke_async(functions, events, call);
    });
    api.add_waiting("InvokeWithResponseStream",
                    [&functions](const aws::Call& call, aws::Reply reply) {
                        invoke_with_response_stream(functions, call, std::move(reply));
                    });
}

}  // namespace orrery::lambda
