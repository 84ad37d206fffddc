#include "tools/benchmarks/benchmark.h"
#include "tools/benchmarks/http_emulator.h"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::benchmarks {

namespace {

constexpr std::size_t connections = 16;
/// So many that no shard comes near its thousand records a second.
constexpr std::size_t shards = 2000;
constexpr std::size_t batch = 500;

constexpr AwsTarget kinesis{"kinesis", "Kinesis_20131202", "1.1"};

/// 90 bytes of data, in base64, and a key.
std::string record(std::size_t number) {
    return R"("Data":")" + std::string(120, 'A') + R"(","PartitionKey":"key-)" +
           std::to_string(number) + '"';
}

std::string put_record(std::size_t number) {
    return kinesis.request("PutRecord", R"({"StreamName":"load",)" + record(number) + "}");
}

std::string put_records(std::size_t number) {
    std::string body = R"({"StreamName":"load","Records":[)";
    for (std::size_t index = 0; index < batch; ++index) {
        body += (index == 0 ? "{" : ",{") + record(number * batch + index) + "}";
    }
    return kinesis.request("PutRecords", body + "]}");
}

HttpLoadResult run(std::uint16_t port, std::size_t count, const std::vector<std::string>& texts) {
    HttpLoad load;
    load.port = port;
    load.connections = count == 1 ? 1 : connections;
    load.requests = count;
    load.next = [&texts, next = std::size_t{0}](
                    std::size_t, std::string_view answer, std::string& out) mutable {
        if (answer.find("\"ErrorCode\"") != std::string_view::npos) {
            throw std::runtime_error("records were refused");
        }
        out = texts[next++ % texts.size()];
    };
    return run_http_load(load);
}

/// Answered requests a second.
double measure(std::size_t count, std::string (*text)(std::size_t), std::size_t different) {
    const ServerProcess server(serve_emulator);
    run(server.port(),
        1,
        {kinesis.request("CreateStream",
                         R"({"StreamName":"load","ShardCount":)" + std::to_string(shards) + "}")});
    std::vector<std::string> texts;
    for (std::size_t number = 0; number < different; ++number) {
        texts.push_back(text(number));
    }
    return run(server.port(), count, texts).per_second();
}

}  // namespace

Benchmark kinesis_puts_over_http() {
    return {"Kinesis PutRecord over HTTP, connections: " + std::to_string(connections),
            "requests/s",
            Better::higher,
            50'000,
            "the server's core, with the load generator on the other",
            [] { return measure(200'000, put_record, 20'000); }};
}

Benchmark kinesis_batches_over_http() {
    return {"Kinesis PutRecords of " + std::to_string(batch) +
                " over HTTP, connections: " + std::to_string(connections),
            "records/s",
            Better::higher,
            400'000,
            "reading JSON, answers of a sequence number each",
            [] { return batch * measure(4000, put_records, 100); }};
}

}  // namespace orrery::benchmarks
