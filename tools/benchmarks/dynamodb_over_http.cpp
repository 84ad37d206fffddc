#include "tools/benchmarks/benchmark.h"
#include "tools/benchmarks/http_emulator.h"

#include <string>
#include <string_view>
#include <utility>

namespace orrery::benchmarks {

namespace {

constexpr std::size_t connections = 16;
constexpr std::size_t items = 10'000;

constexpr AwsTarget dynamodb{"dynamodb", "DynamoDB_20120810", "1.0"};

std::string put_item(std::size_t item, std::size_t count) {
    return dynamodb.request("PutItem",
                            R"({"TableName":"load","Item":{"id":{"S":"item-)" +
                                std::to_string(item) + R"("},"count":{"N":")" +
                                std::to_string(count) + R"("},"text":{"S":")" +
                                std::string(990, 'x') + R"("}}})");
}

std::string get_item(std::size_t item) {
    return dynamodb.request(
        "GetItem",
        R"({"TableName":"load","Key":{"id":{"S":"item-)" + std::to_string(item) + R"("}}})");
}

HttpLoadResult run(std::uint16_t port, std::size_t requests, auto next) {
    HttpLoad load;
    load.port = port;
    load.connections = requests == 1 ? 1 : connections;
    load.requests = requests;
    load.next = [&next, count = std::size_t{0}](std::size_t,
                                                std::string_view,
                                                std::string& out) mutable { out = next(count++); };
    return run_http_load(load);
}

/// Puts items into a new table, then gets or puts them all again several times.
HttpLoadResult run_load(bool puts) {
    const ServerProcess server(serve_emulator);
    run(server.port(), 1, [](std::size_t) {
        return dynamodb.request(
            "CreateTable",
            R"({"TableName":"load","BillingMode":"PAY_PER_REQUEST",)"
            R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],)"
            R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
    });
    run(server.port(), items, [](std::size_t count) { return put_item(count, 0); });
    return run(server.port(), 100'000, [puts](std::size_t count) {
        return puts ? put_item(count % items, count) : get_item(count % items);
    });
}

std::string at_connections() {
    return ", connections: " + std::to_string(connections);
}

Benchmark rate(bool puts, double target) {
    return {std::string("DynamoDB ") + (puts ? "PutItem" : "GetItem") + " of 1 KB over HTTP" +
                at_connections(),
            "requests/s",
            Better::higher,
            target,
            "the server's core, with the load generator on the other",
            [puts] { return run_load(puts).per_second(); }};
}

Benchmark latency(bool puts) {
    return {std::string("DynamoDB ") + (puts ? "PutItem" : "GetItem") + " of 1 KB over HTTP, p99" +
                at_connections(),
            "ms",
            Better::lower,
            3,
            "requests of the other connections before it",
            [puts] { return run_load(puts).percentile(0.99); }};
}

}  // namespace

Benchmark dynamodb_puts_over_http() {
    return rate(true, 40'000);
}
Benchmark dynamodb_gets_over_http() {
    return rate(false, 50'000);
}
Benchmark dynamodb_put_latency() {
    return latency(true);
}
Benchmark dynamodb_get_latency() {
    return latency(false);
}

}  // namespace orrery::benchmarks
