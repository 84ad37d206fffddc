#include "handlers/runtime/runtime_api.h"

#include "engine/loop.h"
#include "services/aws/encoding.h"

#include <optional>
#include <utility>

namespace orrery {

namespace {

constexpr std::string_view prefix = "/2018-06-01/runtime/";

// What Lambda accepts of a response; of a streamed one more. [docs: gettingstarted-limits,
// configuration-response-streaming]
constexpr std::size_t max_response_bytes = 6'291'556;
constexpr std::size_t max_streamed_bytes = 200U << 20;

using ExchangePointer = std::shared_ptr<HttpExchange>;

enum class State : std::uint8_t {
    started,
    init_error,
    ready,       // it waits for an invocation
    running,     // it has one
    responding,  // a streamed response is on its way
    broken_off,  // it ended in the middle
    sent,        // it has answered
};

/// As the official runtime core names them.
std::string_view name_of(State state) {
    switch (state) {
        case State::started: return "Started";
        case State::init_error: return "InitError";
        case State::ready: return "Ready";
        case State::running: return "Running";
        case State::responding:
        case State::broken_off: return "InvocationResponse";
        case State::sent: break;
    }
    return "RuntimeResponseSentState";
}

/// "…/invocation/ID/response" of a request's path.
struct InvocationPath {
    std::string_view id;
    std::string_view what;
};

std::optional<InvocationPath> invocation_path(std::string_view path) {
    constexpr std::string_view invocation = "invocation/";
    path.remove_prefix(prefix.size());
    const auto slash = path.rfind('/');
    if (!path.starts_with(invocation) || slash < invocation.size()) {
        return std::nullopt;
    }
    return InvocationPath{path.substr(invocation.size(), slash - invocation.size()),
                          path.substr(slash + 1)};
}

std::string header_or(const std::vector<HttpHeader>& headers,
                      std::string_view name,
                      std::string_view otherwise) {
    const std::string* value = find_header(headers, name);
    return value == nullptr ? std::string(otherwise) : *value;
}

lambda::Outcome error_outcome(std::string payload, std::string type) {
    return {lambda::Outcome::Kind::error, std::move(payload), std::move(type)};
}

lambda::Outcome reported_error(const HttpRequest& request) {
    return error_outcome(
        request.body,
        header_or(request.headers, "Lambda-Runtime-Function-Error-Type", "Runtime.Unknown"));
}

/// An error that the function itself is not asked about.
lambda::Outcome own_error(const std::string& type, const std::string& message) {
    return error_outcome("{\"errorMessage\":\"" + message + "\",\"errorType\":\"" + type + "\"}",
                         type);
}

/// [LS test_lambda_too_large_response]
lambda::Outcome too_large_error(std::size_t most) {
    return own_error("Function.ResponseSizeTooLarge",
                     "Response payload size exceeded maximum allowed payload size (" +
                         std::to_string(most) + " bytes).");
}

HttpResponse too_large_answer(std::size_t most) {
    return api_error(413,
                     "RequestEntityTooLarge",
                     "Exceeded maximum allowed payload size (" + std::to_string(most) + " bytes).");
}

/// Go's client names no mode: whoever wants a stream gets it all the same. Of JSON Lambda makes an
/// answer when it is whole. [aws-lambda-runtime-interface-emulator: lambda/core/directinvoke sends
/// every response of a streaming invocation as it comes, with its trailers]
bool is_streamed(const HttpRequest& request, const lambda::Invocation& invocation) {
    const std::string* mode = request.header("Lambda-Runtime-Function-Response-Mode");
    if (mode == nullptr) {
        const std::string* type = request.header("Content-Type");
        return invocation.on_piece && type != nullptr && !type->starts_with("application/json");
    }
    return *mode == "streaming";
}

std::string streamed_type(const HttpRequest& request) {
    return header_or(request.headers, "Content-Type", "application/octet-stream");
}

HttpResponse event(const lambda::Invocation& invocation) {
    HttpResponse response;
    response.headers = {
        {"Content-Type", "application/json"},
        {"Lambda-Runtime-Aws-Request-Id", invocation.request_id},
        {"Lambda-Runtime-Deadline-Ms", std::to_string(epoch_millis(invocation.deadline))},
        {"Lambda-Runtime-Invoked-Function-Arn", invocation.function_arn},
        {"Lambda-Runtime-Trace-Id", invocation.trace_header}};
    if (!invocation.client_context.empty()) {
        response.headers.push_back({"Lambda-Runtime-Client-Context", invocation.client_context});
    }
    if (!invocation.cognito_identity.empty()) {
        response.headers.push_back(
            {"Lambda-Runtime-Cognito-Identity", invocation.cognito_identity});
    }
    if (!invocation.tenant_id.empty()) {
        response.headers.push_back({"Lambda-Runtime-Aws-Tenant-Id", invocation.tenant_id});
    }
    response.body = invocation.payload;
    return response;
}

}  // namespace

class RuntimeApi::Impl : public std::enable_shared_from_this<RuntimeApi::Impl> {
public:
    Impl(Loop& loop, RuntimeApiEvents events) : loop_(loop), events_(std::move(events)) {}

    ApiRoute route() {
        ApiRoute route;
        route.request = [self = shared_from_this()](HttpRequest&& request,
                                                    ExchangePointer exchange) {
            self->answer(request, exchange);
        };
        route.body = [self = shared_from_this()](const HttpRequest& head) {
            return self->take_piece(head);
        };
        route.broken_off = [self = shared_from_this()](const HttpRequest&) {
            self->state_ = self->state_ == State::responding ? State::broken_off : self->state_;
        };
        return route;
    }

    void end() { events_ = {}; }

    void invoke(const lambda::Invocation& invocation) {
        invocation_ = invocation;
        state_ = State::running;
        if (const ExchangePointer waiting = std::exchange(waiting_, nullptr)) {
            // If it hung up while it waited, the function's time-out, or its exit, will tell.
            waiting->respond(event(invocation_));
        }
    }

    bool take_answer(lambda::Outcome& outcome) {
        if (!answer_) {
            return false;
        }
        outcome = *std::exchange(answer_, std::nullopt);
        return true;
    }

private:
    void answer(const HttpRequest& request, const ExchangePointer& exchange) {
        const std::string_view path = request.path().substr(prefix.size());
        const bool post = request.method == "POST";
        const auto invocation = invocation_path(request.path());
        if (path == "invocation/next" && request.method == "GET") {
            next(exchange);
        } else if (path == "init/error" && post) {
            init_error(request, *exchange);
        } else if (post && invocation && invocation->what == "response") {
            respond(request, invocation->id, exchange);
        } else if (post && invocation && invocation->what == "error") {
            if (may_answer(request, invocation->id, "InvocationErrorResponse", exchange)) {
                settle(request, exchange, reported_error(request), api_accepted());
            }
        } else {
            constexpr int not_found = 404;
            exchange->respond(
                api_error(not_found, "NotFound", "there is no " + std::string(request.path())));
        }
    }

    void refuse_transition(HttpExchange& exchange, std::string_view to) const {
        std::string message = "State transition from ";
        message.append(name_of(state_)).append(" to ").append(to);
        message.append(" failed for runtime. Error: State transition is not allowed");
        exchange.respond(api_error(403, "InvalidStateTransition", message));
    }

    void next(const ExchangePointer& exchange) {
        switch (state_) {
            case State::started:
                wait(exchange);
                events_.ready();
                break;
            case State::running:
                // Who asks again gets the same again, as from the official core.
                exchange->respond(event(invocation_));
                break;
            case State::broken_off:
                answer_ = own_error("Runtime.TruncatedResponse",
                                    "The response ended before it was complete.");
                [[fallthrough]];
            case State::sent:
                wait(exchange);
                if (answer_) {  // none if it came too late
                    events_.done(*std::exchange(answer_, std::nullopt));
                }
                break;
            case State::ready:
                if (*waiting_gone_) {
                    wait(exchange);
                    break;
                }
                [[fallthrough]];
            default: refuse_transition(*exchange, name_of(State::ready));
        }
    }

    void wait(const ExchangePointer& exchange) {
        state_ = State::ready;
        waiting_ = exchange;
        waiting_gone_ = exchange->gone();
        invocation_.request_id.clear();
        streamed_.clear();
        streamed_bytes_ = 0;
    }

    /// Whether the current invocation can be answered; says why not.
    bool may_answer(const HttpRequest& request,
                    std::string_view id,
                    std::string_view to,
                    const ExchangePointer& exchange) {
        if (invocation_.request_id.empty() || id != invocation_.request_id) {
            exchange->respond(api_error(400, "InvalidRequestID", "Invalid request ID"));
            return false;
        }
        if (loop_.now() > invocation_.deadline) {
            state_ = State::sent;
            if (request.query() == "next") {
                next(exchange);
            } else {
                exchange->respond(api_error(410, "InvokeTimeout", "Invoke timeout"));
            }
            return false;
        }
        if (state_ != State::running && state_ != State::responding) {
            refuse_transition(*exchange, to);
            return false;
        }
        return true;
    }

    /// Our own runtimes post to ".../response?next" and get the next invocation as the answer: one
    /// turn instead of two. Others are told `answer`.
    void settle(const HttpRequest& request,
                const ExchangePointer& exchange,
                lambda::Outcome outcome,
                HttpResponse answer) {
        answer_ = std::move(outcome);
        state_ = State::sent;
        if (request.query() == "next") {
            next(exchange);
        } else {
            exchange->respond(std::move(answer));
        }
    }

    void respond(const HttpRequest& request, std::string_view id, const ExchangePointer& exchange) {
        if (!may_answer(request, id, "InvocationResponse", exchange)) {
            return;
        }
        const std::string* mode = request.header("Lambda-Runtime-Function-Response-Mode");
        if (mode != nullptr && *mode != "streaming") {
            const std::string message = "Invalid function response mode";
            settle(request,
                   exchange,
                   own_error("Runtime.InvalidResponseModeHeader", message),
                   api_error(400, "InvalidFunctionResponseMode", message));
        } else if (is_streamed(request, invocation_)) {
            end_stream(request, exchange);
        } else if (request.body_taken + request.body.size() > max_response_bytes) {
            settle(request,
                   exchange,
                   too_large_error(max_response_bytes),
                   too_large_answer(max_response_bytes));
        } else {
            settle(request,
                   exchange,
                   {lambda::Outcome::Kind::success,
                    request.body,
                    {},
                    false,
                    header_or(request.headers, "Content-Type", "application/json")},
                   api_accepted());
        }
    }

    /// A part of a response has come. True: it need not be kept in the request.
    bool take_piece(const HttpRequest& head) {
        const auto path = invocation_path(head.path());
        if (!path || path->what != "response") {
            return false;
        }
        if (!is_streamed(head, invocation_)) {
            return head.body_taken + head.body.size() > max_response_bytes;
        }
        if (path->id != invocation_.request_id ||
            (state_ != State::running && state_ != State::responding)) {
            return true;  // to be refused
        }
        if (std::exchange(state_, State::responding) == State::running && invocation_.on_stream) {
            invocation_.on_stream(streamed_type(head));
        }
        streamed_bytes_ += head.body.size();
        if (streamed_bytes_ <= max_streamed_bytes && loop_.now() <= invocation_.deadline) {
            streamed_ += head.body;
            if (invocation_.on_piece) {
                invocation_.on_piece(head.body);
            }
        }
        return true;
    }

    void end_stream(const HttpRequest& request, const ExchangePointer& exchange) {
        const std::string type =
            header_or(request.trailers, "Lambda-Runtime-Function-Error-Type", "");
        lambda::Outcome outcome{lambda::Outcome::Kind::success, std::move(streamed_), {}};
        HttpResponse answer = api_accepted();
        if (streamed_bytes_ > max_streamed_bytes) {
            outcome = too_large_error(max_streamed_bytes);
            answer = too_large_answer(max_streamed_bytes);
        } else if (!type.empty()) {
            const std::string body =
                header_or(request.trailers, "Lambda-Runtime-Function-Error-Body", "");
            // The trailer's value is base64. [docs: runtimes-custom]
            outcome = error_outcome(aws::decode_base64(body).value_or(body), type);
        }
        outcome.streamed = true;
        outcome.content_type = streamed_type(request);
        settle(request, exchange, std::move(outcome), std::move(answer));
    }

    void init_error(const HttpRequest& request, HttpExchange& exchange) {
        if (state_ != State::started) {
            refuse_transition(exchange, name_of(State::init_error));
            return;
        }
        state_ = State::init_error;
        exchange.respond(api_accepted());
        events_.init_error(reported_error(request));
    }

    Loop& loop_;
    RuntimeApiEvents events_;
    State state_ = State::started;
    ExchangePointer waiting_;  // its request for the next invocation is open
    std::shared_ptr<const bool> waiting_gone_;
    lambda::Invocation invocation_;  // the current one; without an id: none
    std::string streamed_;           // of its response so far
    std::size_t streamed_bytes_ = 0;
    std::optional<lambda::Outcome> answer_;
};

RuntimeApi::RuntimeApi(Loop& loop, const std::string& address, RuntimeApiEvents events)
    : impl_(std::make_shared<Impl>(loop, std::move(events))), server_(loop, address) {
    server_.add(std::string(prefix), impl_->route());
}

RuntimeApi::~RuntimeApi() {
    impl_->end();
}

void RuntimeApi::invoke(const lambda::Invocation& invocation) {
    impl_->invoke(invocation);
}

bool RuntimeApi::take_answer(lambda::Outcome& outcome) {
    return impl_->take_answer(outcome);
}

}  // namespace orrery
