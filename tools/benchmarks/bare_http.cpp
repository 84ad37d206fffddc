#include "engine/net/http_server.h"
#include "engine/world.h"
#include "tools/benchmarks/benchmark.h"
#include "tools/benchmarks/http_load.h"

#include <chrono>
#include <string>

namespace orrery::benchmarks {

namespace {

/// Answers each request with its body, in live mode.
void serve_echo(const ServerProcess::TellPort& tell_port) {
    World world;
    HttpServer server(
        world.loop,
        {"127.0.0.1", 0},
        [](HttpRequest&& request, const std::shared_ptr<HttpExchange>& exchange) {
            exchange->respond(
                {200, {{"Content-Type", "application/x-amz-json-1.0"}}, std::move(request.body)});
        });
    tell_port(server.endpoint().port);
    world.loop.run_live([] { return std::chrono::steady_clock::now().time_since_epoch().count(); });
}

Benchmark bare_http(std::size_t connections, double target) {
    const auto measure = [connections] {
        const ServerProcess server(serve_echo);
        HttpLoad load;
        load.port = server.port();
        load.connections = connections;
        load.requests = 100'000;
        const std::string body(150, 'x');
        const std::string request =
            "POST / HTTP/1.1\r\nHost: localhost:4566\r\n"
            "X-Amz-Target: AmazonSQS.SendMessage\r\nContent-Type: application/x-amz-json-1.0\r\n"
            "X-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 "
            "Credential=test/20260101/us-east-1/sqs/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=" +
            std::string(64, '0') + "\r\nContent-Length: 150\r\n\r\n" + body;
        load.next = [&request](std::size_t, std::string_view, std::string& out) { out += request; };
        return run_http_load(load).per_second();
    };
    return {"bare HTTP echo, connections: " + std::to_string(connections),
            "requests/s",
            Better::higher,
            target,
            "the kernel's loopback, with the load generator on the other core",
            measure};
}

}  // namespace

Benchmark bare_http_one_connection() {
    return bare_http(1, 30'000);
}
Benchmark bare_http_sixteen_connections() {
    return bare_http(16, 90'000);
}

}  // namespace orrery::benchmarks
