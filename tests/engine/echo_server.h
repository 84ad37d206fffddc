/// An HTTP server for tests, over real sockets on loopback.
#pragma once

#include "engine/net/http_server.h"
#include "engine/world.h"
#include "tests/engine/loopback.h"

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace orrery::test {

/// Answers "METHOD target body", or later for targets that begin with /wait.
class EchoServer {
public:
    explicit EchoServer(HttpLimits limits = {}, HttpHooks hooks = {})
        : server(
              loop,
              {"127.0.0.1", 0},
              [this](HttpRequest&& request, std::shared_ptr<HttpExchange> exchange) {
                  take(std::move(request), std::move(exchange));
              },
              std::move(limits),
              std::move(hooks)) {}

    void look() { test::look(loop); }
    template <typename Done>
    bool runs_until(Done done) {
        return test::runs_until(loop, done);
    }
    int connect() const { return connected_socket(server.endpoint()); }

    Loop loop{default_start};
    std::deque<HttpRequest> requests;
    std::deque<std::shared_ptr<HttpExchange>> waiting;
    std::vector<HttpHeader> answer_headers;
    std::string large_answer;
    HttpServer server;

private:
    void take(HttpRequest&& request, std::shared_ptr<HttpExchange> exchange) {
        if (request.target.starts_with("/wait")) {
            waiting.push_back(std::move(exchange));
        } else if (request.target == "/large") {
            exchange->respond({200, {}, large_answer});
        } else if (request.target != "/forget") {
            exchange->respond(
                {200, answer_headers, request.method + " " + request.target + " " + request.body});
        }
        requests.push_back(std::move(request));
    }
};

}  // namespace orrery::test
