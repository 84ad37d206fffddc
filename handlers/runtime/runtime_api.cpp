#include "handlers/runtime/runtime_api.h"

#include "engine/loop.h"
#include "engine/trace.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <utility>

namespace orrery {

namespace {

namespace http = boost::beast::http;
using Request = http::request<http::string_body>;
using Parser = http::request_parser<http::string_body>;

// What Lambda accepts of a response [docs: gettingstarted-limits], and a little for errors about a
// larger one.
constexpr std::size_t max_response_bytes = 6'291'556;
constexpr std::size_t max_body_bytes = 16U << 20;
constexpr unsigned max_header_bytes = 64 * 1024;

std::string_view to_view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

std::string response(int status, std::string_view reason, std::string_view body) {
    std::string text = "HTTP/1.1 " + std::to_string(status) + " ";
    text.append(reason).append("\r\nContent-Type: application/json\r\nContent-Length: ");
    text.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
    return text;
}

/// As the official runtime core words them (aws-lambda-runtime-interface-emulator).
std::string error_response(int status,
                           std::string_view reason,
                           std::string_view type,
                           std::string_view message) {
    std::string body = "{\"errorMessage\":";
    append_json_string(body, message);
    body += ",\"errorType\":";
    append_json_string(body, type);
    body += "}";
    return response(status, reason, body);
}

std::string accepted() {
    return response(202, "Accepted", "{\"status\":\"OK\"}");
}

}  // namespace

class RuntimeApi::Impl : public std::enable_shared_from_this<RuntimeApi::Impl> {
public:
    Impl(Loop& loop, RuntimeApiEvents events) : loop_(loop), events_(std::move(events)) {}

    void listen(const std::string& address) {
        server_.emplace(loop_, Endpoint{address, 0}, [weak = weak_from_this()](auto connection) {
            if (const auto self = weak.lock()) {
                self->accept(std::move(connection));
            }
        });
    }

    void end() {
        events_ = {};
        server_.reset();
    }

    const Endpoint& endpoint() const { return server_->endpoint(); }

    void invoke(const lambda::Invocation& invocation) {
        current_request_ = invocation.request_id;
        if (waiting_ == nullptr) {
            return;  // it hung up while it waited: the function's time-out, or its exit, will tell
        }
        std::string text =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: ";
        text.append(invocation.request_id)
            .append("\r\nLambda-Runtime-Deadline-Ms: ")
            .append(std::to_string(epoch_millis(invocation.deadline)))
            .append("\r\nLambda-Runtime-Invoked-Function-Arn: ")
            .append(invocation.function_arn)
            .append("\r\nLambda-Runtime-Trace-Id: ")
            .append(invocation.trace_header)
            .append("\r\nContent-Length: ")
            .append(std::to_string(invocation.payload.size()))
            .append("\r\n\r\n")
            .append(invocation.payload);
        std::exchange(waiting_, nullptr)->send(std::move(text));
    }

    bool take_answer(lambda::Outcome& outcome) {
        if (!answer_) {
            return false;
        }
        outcome = *std::exchange(answer_, std::nullopt);
        return true;
    }

private:
    /// One keep-alive connection of the runtime, with its half-read request.
    struct Client {
        std::shared_ptr<TcpConnection> connection;
        std::unique_ptr<Parser> parser;
        std::string unread;
    };

    void accept(std::shared_ptr<TcpConnection> connection) {
        auto client = std::make_shared<Client>();
        client->connection = std::move(connection);
        client->connection->on_receive([weak = weak_from_this(), client](std::string_view bytes) {
            if (const auto self = weak.lock()) {
                self->receive(*client, bytes);
            }
        });
        // The connection holds the client through the callback above; the end of one breaks the
        // circle.
        client->connection->on_close([weak = weak_from_this(), client] {
            if (const auto self = weak.lock(); self && self->waiting_ == client->connection) {
                self->waiting_ = nullptr;
            }
            client->connection = nullptr;
        });
    }

    void receive(Client& client, std::string_view bytes) {
        client.unread.append(bytes);
        while (!client.unread.empty() && client.connection) {
            if (!client.parser) {
                client.parser = std::make_unique<Parser>();
                client.parser->eager(true);
                client.parser->body_limit(max_body_bytes);
                client.parser->header_limit(max_header_bytes);
            }
            boost::beast::error_code error;
            const std::size_t used = client.parser->put(boost::asio::buffer(client.unread), error);
            client.unread.erase(0, used);
            if (error && error != http::error::need_more) {
                client.connection->send(
                    error_response(400, "Bad Request", "TruncatedHTTPRequest", error.message()));
                client.connection->close();
                return;
            }
            if (!client.parser->is_done()) {
                return;
            }
            const Request request = client.parser->release();
            client.parser.reset();
            answer(client, request);
        }
    }

    void answer(Client& client, const Request& request) {
        constexpr std::string_view prefix = "/2018-06-01/runtime/";
        std::string_view path = to_view(request.target());
        const bool get = request.method() == http::verb::get;
        const bool post = request.method() == http::verb::post;
        TcpConnection& connection = *client.connection;
        if (!path.starts_with(prefix)) {
            connection.send(
                error_response(404, "Not Found", "NotFound", "there is no " + std::string(path)));
            return;
        }
        path.remove_prefix(prefix.size());
        const bool and_next = path.ends_with("?next");
        if (and_next) {
            path.remove_suffix(std::string_view("?next").size());
        }
        if (path == "invocation/next" && get) {
            next(client.connection);
        } else if (path == "init/error" && post) {
            init_error(connection, request);
        } else if (path.starts_with("invocation/") && path.ends_with("/response") && post) {
            path.remove_prefix(std::string_view("invocation/").size());
            respond(connection,
                    path.substr(0, path.size() - std::string_view("/response").size()),
                    request,
                    and_next ? client.connection : nullptr);
        } else if (path.starts_with("invocation/") && path.ends_with("/error") && post) {
            path.remove_prefix(std::string_view("invocation/").size());
            fail(connection,
                 path.substr(0, path.size() - std::string_view("/error").size()),
                 request,
                 and_next ? client.connection : nullptr);
        } else {
            connection.send(
                error_response(404, "Not Found", "NotFound", "there is no " + std::string(path)));
        }
    }

    void next(const std::shared_ptr<TcpConnection>& connection) {
        if (waiting_ != nullptr || (!current_request_.empty() && !answer_)) {
            connection->send(error_response(403,
                                            "Forbidden",
                                            "InvalidStateTransition",
                                            "an invocation is under way or already asked for"));
            return;
        }
        waiting_ = connection;
        current_request_.clear();
        if (!ready_) {
            ready_ = true;
            events_.ready();
        } else if (answer_) {
            events_.done(*std::exchange(answer_, std::nullopt));
        }
    }

    bool is_current(TcpConnection& connection, std::string_view id) {
        if (!current_request_.empty() && id == current_request_ && !answer_) {
            return true;
        }
        connection.send(
            error_response(400, "Bad Request", "InvalidRequestID", "Invalid request ID"));
        return false;
    }

    /// Our own runtimes post to ".../response?next" and get the next invocation as the answer: one
    /// turn instead of two. Others are told `answer`.
    void settle(TcpConnection& connection,
                const std::shared_ptr<TcpConnection>& asks_next,
                std::string answer) {
        if (asks_next != nullptr) {
            next(asks_next);
        } else {
            connection.send(std::move(answer));
        }
    }

    void respond(TcpConnection& connection,
                 std::string_view id,
                 const Request& request,
                 const std::shared_ptr<TcpConnection>& asks_next) {
        if (!is_current(connection, id)) {
            return;
        }
        if (request.body().size() > max_response_bytes) {
            // The invocation fails with an error that the function itself is not asked about.
            // [LS test_lambda_too_large_response]
            const std::string message =
                "Response payload size exceeded maximum allowed payload size (" +
                std::to_string(max_response_bytes) + " bytes).";
            answer_ = lambda::Outcome{lambda::Outcome::Kind::error,
                                      "{\"errorMessage\":\"" + message +
                                          "\",\"errorType\":\"Function.ResponseSizeTooLarge\"}",
                                      "Function.ResponseSizeTooLarge"};
            settle(connection,
                   asks_next,
                   error_response(413,
                                  "Payload Too Large",
                                  "RequestEntityTooLarge",
                                  "Exceeded maximum allowed payload size (" +
                                      std::to_string(max_response_bytes) + " bytes)."));
            return;
        }
        answer_ = lambda::Outcome{lambda::Outcome::Kind::success, request.body(), {}};
        settle(connection, asks_next, accepted());
    }

    void fail(TcpConnection& connection,
              std::string_view id,
              const Request& request,
              const std::shared_ptr<TcpConnection>& asks_next) {
        if (is_current(connection, id)) {
            answer_ = error_outcome(request);
            settle(connection, asks_next, accepted());
        }
    }

    void init_error(TcpConnection& connection, const Request& request) {
        if (ready_) {
            connection.send(error_response(
                403, "Forbidden", "InvalidStateTransition", "initialisation is over"));
            return;
        }
        ready_ = true;
        connection.send(accepted());
        events_.init_error(error_outcome(request));
    }

    static lambda::Outcome error_outcome(const Request& request) {
        const auto type = request.find("Lambda-Runtime-Function-Error-Type");
        return {lambda::Outcome::Kind::error,
                request.body(),
                type == request.end() ? "Runtime.Unknown" : std::string(to_view(type->value()))};
    }

    Loop& loop_;
    RuntimeApiEvents events_;
    std::optional<TcpServer> server_;
    std::shared_ptr<TcpConnection> waiting_;  // its request for the next invocation is open
    std::string current_request_;
    std::optional<lambda::Outcome> answer_;
    bool ready_ = false;
};

RuntimeApi::RuntimeApi(Loop& loop, const std::string& address, RuntimeApiEvents events)
    : impl_(std::make_shared<Impl>(loop, std::move(events))) {
    impl_->listen(address);
}

RuntimeApi::~RuntimeApi() {
    impl_->end();
}

const Endpoint& RuntimeApi::endpoint() const {
    return impl_->endpoint();
}
void RuntimeApi::invoke(const lambda::Invocation& invocation) {
    impl_->invoke(invocation);
}
bool RuntimeApi::take_answer(lambda::Outcome& outcome) {
    return impl_->take_answer(outcome);
}

}  // namespace orrery
