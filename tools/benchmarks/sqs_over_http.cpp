#include "tools/benchmarks/benchmark.h"
#include "tools/benchmarks/http_emulator.h"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::benchmarks {

namespace {

constexpr std::string_view queue_url = "http://localhost/000000000000/load";

constexpr AwsTarget sqs{"sqs", "AmazonSQS", "1.0"};

std::string with_queue(const std::string& members) {
    return "{\"QueueUrl\":\"" + std::string(queue_url) + "\"" + members + "}";
}

std::string send_message() {
    return sqs.request("SendMessage",
                       with_queue(",\"MessageBody\":\"" + std::string(100, 'x') + "\""));
}

void create_queue(std::uint16_t port) {
    HttpLoad load;
    load.port = port;
    load.requests = 1;
    load.next = [](std::size_t, std::string_view, std::string& out) {
        out = sqs.request("CreateQueue", "{\"QueueName\":\"load\"}");
    };
    run_http_load(load);
}

HttpLoadResult run_sends(std::size_t connections) {
    const ServerProcess server(serve_emulator);
    create_queue(server.port());
    const std::string message = send_message();
    HttpLoad load;
    load.port = server.port();
    load.connections = connections;
    load.requests = 100'000;
    load.next = [&message](std::size_t, std::string_view, std::string& out) { out = message; };
    return run_http_load(load);
}

/// Sends, receives and deletes in turn on each connection; a third of the requests are cycles.
HttpLoadResult run_cycles(std::size_t connections) {
    const ServerProcess server(serve_emulator);
    create_queue(server.port());
    enum class Step : std::uint8_t { send, receive, remove };
    std::vector<Step> steps(connections, Step::send);
    const std::string message = send_message();
    const std::string receive = sqs.request("ReceiveMessage", with_queue(""));
    HttpLoad load;
    load.port = server.port();
    load.connections = connections;
    load.requests = 90'000;
    load.next = [&](std::size_t connection, std::string_view answer, std::string& out) {
        switch (std::exchange(steps[connection],
                              static_cast<Step>((static_cast<int>(steps[connection]) + 1) % 3))) {
            case Step::send: out = message; break;
            case Step::receive: out = receive; break;
            case Step::remove: {
                constexpr std::string_view name = "\"ReceiptHandle\":\"";
                const auto begin = answer.find(name);
                if (begin == std::string_view::npos) {
                    throw std::runtime_error("no message: " + std::string(answer));
                }
                const auto handle = answer.substr(begin + name.size());
                out =
                    sqs.request("DeleteMessage",
                                with_queue(",\"ReceiptHandle\":\"" +
                                           std::string(handle.substr(0, handle.find('"'))) + "\""));
            }
        }
    };
    return run_http_load(load);
}

std::string at(std::size_t connections) {
    return ", connections: " + std::to_string(connections);
}

Benchmark sends(std::size_t connections, double target) {
    return {"SQS SendMessage over HTTP" + at(connections),
            "requests/s",
            Better::higher,
            target,
            "the server's core, with the load generator on the other",
            [connections] { return run_sends(connections).per_second(); }};
}

Benchmark latency(const std::string& name, double share, double target) {
    constexpr std::size_t connections = 16;
    return {"SQS SendMessage over HTTP, " + name + at(connections),
            "ms",
            Better::lower,
            target,
            "requests of the other connections before it",
            [share] { return run_sends(connections).percentile(share); }};
}

Benchmark cycles(std::size_t connections, double target) {
    constexpr double requests_in_cycle = 3;
    return {"SQS send, receive and delete over HTTP" + at(connections),
            "cycles/s",
            Better::higher,
            target,
            "three requests each",
            [connections] { return run_cycles(connections).per_second() / requests_in_cycle; }};
}

}  // namespace

Benchmark sqs_sends_on_one_connection() {
    return sends(1, 20'000);
}
Benchmark sqs_sends_on_sixteen_connections() {
    return sends(16, 50'000);
}
Benchmark sqs_send_median_latency() {
    return latency("p50", 0.5, 1);
}
Benchmark sqs_send_slow_latency() {
    return latency("p99", 0.99, 2);
}
Benchmark sqs_send_slowest_latency() {
    return latency("p99.9", 0.999, 5);
}
Benchmark sqs_cycles_on_one_connection() {
    return cycles(1, 6'000);
}
Benchmark sqs_cycles_on_sixteen_connections() {
    return cycles(16, 15'000);
}

}  // namespace orrery::benchmarks
