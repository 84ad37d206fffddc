// CreateEventSourceMapping and its like for streams: parameters, answers, refusals.
#include "engine/store.h"
#include "services/lambda/stream_source.h"
#include "tests/services/lambda/support.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace stream_mapping_test {

using namespace orrery;
using namespace orrery::lambda;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

namespace {

const std::string kinesis = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
const std::string table = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026";
const std::string invalid = "InvalidParameterValueException: ";

struct NoWatch final : StreamWatch {};

/// A stream of one shard with ten records, of which it notes where reading begins.
struct Stream final : StreamSource {
    Stream(std::string an_arn, std::vector<std::uint64_t>& a_list)
        : name(std::move(an_arn)), reads(a_list) {}

    StreamKind kind() const override { return StreamKind::kinesis; }
    std::string arn() const override { return name; }
    bool exists() const override { return true; }
    Duration poll_interval() const override { return 1s; }
    std::vector<StreamShard> shards() override { return {{"s0", {}, false}}; }
    std::uint64_t begin(std::string_view, StartingPosition position, Instant) override {
        return position == StartingPosition::latest ? 11 : 1;
    }
    std::uint64_t after(std::string_view, std::string_view sequence_number) override {
        return std::stoull(std::string(sequence_number)) + 1;
    }
    std::string sequence_number(std::string_view, std::uint64_t record) const override {
        return std::to_string(record);
    }
    StreamRead read(std::string_view, std::uint64_t from, std::size_t most) override {
        reads.push_back(from);
        StreamRead read;
        for (read.next = from; read.next <= 10 && read.records.size() < most; ++read.next) {
            read.records.push_back({read.next, Instant(1767225600s), "key"});
        }
        return read;
    }
    std::unique_ptr<StreamWatch> watch(std::string_view,
                                       std::uint64_t,
                                       std::function<void()>) override {
        return std::make_unique<NoWatch>();
    }
    std::unique_ptr<StreamWatch> watch_shards(std::function<void()>) override {
        return std::make_unique<NoWatch>();
    }
    bool append_record(std::string_view,
                       std::uint64_t record,
                       std::string_view,
                       std::string& json) const override {
        json += R"({"kinesis":{"sequenceNumber":")" + std::to_string(record) + "\"}}";
        return true;
    }

    std::string name;
    std::vector<std::uint64_t>& reads;
};

struct Streams final : StreamSources {
    bool serves(std::string_view) const override { return true; }
    std::unique_ptr<StreamSource> find(std::string_view arn) override {
        return arn == kinesis || arn == table ? std::make_unique<Stream>(std::string(arn), reads)
                                              : nullptr;
    }
    std::vector<std::uint64_t> reads;
};

struct StreamMappings : Bench {
    StreamMappings() {
        service.add_stream_source(streams);
        create_function(Json::object());
    }
    static Json parameters(const Json& more) {
        return with({{"FunctionName", "f"},
                     {"EventSourceArn", kinesis},
                     {"StartingPosition", "TRIM_HORIZON"}},
                    more);
    }
    Json map(const Json& more = Json::object()) {
        return call("CreateEventSourceMapping", parameters(more));
    }
    std::string refusal(const Json& more) {
        return failure("CreateEventSourceMapping", parameters(more));
    }

    Streams streams;
};

}  // namespace

TEST_CASE("lambda CreateEventSourceMapping: answers exactly AWS's keys for a stream") {
    StreamMappings bench;
    const Json answer = bench.map();
    const std::string uuid = answer["UUID"];
    // [LS test_create_kinesis_event_source_mapping]
    CHECK(answer == Json{{"UUID", uuid},
                         {"BatchSize", 100},
                         {"BisectBatchOnFunctionError", false},
                         {"DestinationConfig", {{"OnFailure", Json::object()}}},
                         {"MaximumBatchingWindowInSeconds", 0},
                         {"EventSourceArn", kinesis},
                         {"EventSourceMappingArn",
                          "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:" + uuid},
                         {"FunctionArn", "arn:aws:lambda:us-east-1:000000000000:function:f"},
                         {"FunctionResponseTypes", Json::array()},
                         {"LastModified", 1767225600},
                         {"LastProcessingResult", "No records processed"},
                         {"MaximumRecordAgeInSeconds", -1},
                         {"MaximumRetryAttempts", -1},
                         {"ParallelizationFactor", 1},
                         {"StartingPosition", "TRIM_HORIZON"},
                         {"State", "Creating"},
                         {"StateTransitionReason", "User action"},
                         {"TumblingWindowInSeconds", 0}});
    bench.run_until(2s);
    CHECK(bench.call("GetEventSourceMapping", {{"UUID", uuid}})["LastProcessingResult"] == "OK");
    CHECK(bench.statistics().batch_sizes == std::vector<std::uint32_t>{10});
}

TEST_CASE("lambda CreateEventSourceMapping: keeps all that a stream's mapping can be told") {
    StreamMappings bench;
    const Json given{
        {"BatchSize", 7},
        {"MaximumBatchingWindowInSeconds", 300},
        {"ParallelizationFactor", 10},
        {"BisectBatchOnFunctionError", true},
        {"MaximumRecordAgeInSeconds", 60},
        {"MaximumRetryAttempts", 0},
        {"TumblingWindowInSeconds", 900},
        {"FunctionResponseTypes", {"ReportBatchItemFailures"}},
        {"FilterCriteria", {{"Filters", {{{"Pattern", R"({"data":{"a":[1]}})"}}}}}},
        {"MetricsConfig", {{"Metrics", {"EventCount"}}}},
        {"KMSKeyArn", "arn:aws:kms:us-east-1:000000000000:key/k"},
        {"StartingPosition", "AT_TIMESTAMP"},
        {"StartingPositionTimestamp", 1767225000.25},
        {"DestinationConfig",
         {{"OnFailure", {{"Destination", "arn:aws:sqs:us-east-1:000000000000:dlq"}}}}}};
    const Json answer = bench.map(given);
    for (const auto& [name, value] : given.items()) {
        INFO(name);
        CHECK(answer[name] == value);
    }
    // What is taken back is not in the answer any more.
    const Json updated = bench.call("UpdateEventSourceMapping",
                                    {{"UUID", answer["UUID"]},
                                     {"MaximumRecordAgeInSeconds", -1},
                                     {"MaximumRetryAttempts", -1},
                                     {"FilterCriteria", Json::object()},
                                     {"MetricsConfig", {{"Metrics", Json::array()}}},
                                     {"KMSKeyArn", ""},
                                     {"DestinationConfig", {{"OnFailure", Json::object()}}}});
    CHECK(updated["MaximumRecordAgeInSeconds"] == -1);
    CHECK(updated["MaximumRetryAttempts"] == -1);
    CHECK(updated["DestinationConfig"] == Json{{"OnFailure", Json::object()}});
    for (const char* name : {"FilterCriteria", "MetricsConfig", "KMSKeyArn"}) {
        CHECK_FALSE(updated.contains(name));
    }
    CHECK(updated["ParallelizationFactor"] == 10);
}

TEST_CASE("lambda CreateEventSourceMapping: refuses for streams with AWS's texts") {
    StreamMappings bench;
    const std::string gone = "arn:aws:kinesis:us-east-1:000000000000:stream/gone";
    // [LS test_create_event_source_validation, test_event_source_mapping_exceptions]
    CHECK(bench.refusal({{"EventSourceArn", gone}}) == invalid + "Stream not found: " + gone);
    CHECK(bench.failure("CreateEventSourceMapping",
                        {{"FunctionName", "f"}, {"EventSourceArn", kinesis}}) ==
          invalid +
              "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
              "constraint: Member must not be null.");
    CHECK(bench.refusal({{"StartingPosition", "MIDDLE"}}) ==
          "ValidationException: 1 validation error detected: Value 'MIDDLE' at 'startingPosition' "
          "failed to satisfy constraint: Member must satisfy enum value set: [LATEST, "
          "AT_TIMESTAMP, TRIM_HORIZON]");
    CHECK(bench.refusal({{"EventSourceArn", table},
                         {"StartingPosition", "AT_TIMESTAMP"},
                         {"StartingPositionTimestamp", 1}}) ==
          invalid + "Unsupported starting position for arn type: " + table);
    CHECK(bench.refusal({{"StartingPosition", "AT_TIMESTAMP"}}) ==
          invalid + "Need to specify a timestamp");
    CHECK(bench
              .refusal(
                  {{"StartingPosition", "AT_TIMESTAMP"}, {"StartingPositionTimestamp", 1767225601}})
              .find("future") != std::string::npos);
    CHECK(bench.refusal({{"StartingPositionTimestamp", 1}}).find("AT_TIMESTAMP") !=
          std::string::npos);
    CHECK(bench.refusal({{"ScalingConfig", {{"MaximumConcurrency", 2}}}}) ==
          invalid + "Unsupported ScalingConfig parameter for given event source mapping type.");
    CHECK(
        bench.refusal({{"MetricsConfig", {{"Metrics", {"KafkaMetrics"}}}}}).find("KafkaMetrics") !=
        std::string::npos);
    // [botocore: ranges]
    const std::vector<std::pair<const char*, int>> beyond{{"ParallelizationFactor", 0},
                                                          {"ParallelizationFactor", 11},
                                                          {"MaximumRecordAgeInSeconds", 59},
                                                          {"MaximumRecordAgeInSeconds", -2},
                                                          {"MaximumRecordAgeInSeconds", 604801},
                                                          {"MaximumRetryAttempts", -2},
                                                          {"MaximumRetryAttempts", 10001},
                                                          {"TumblingWindowInSeconds", 901}};
    for (const auto& [name, value] : beyond) {
        INFO(name << " " << value);
        CHECK(bench.refusal({{name, value}}).starts_with("ValidationException: "));
    }
}

TEST_CASE("lambda CreateEventSourceMapping: destinations are standard queues") {
    StreamMappings bench;
    for (const char* destination : {"arn:aws:sns:us-east-1:000000000000:topic",
                                    "arn:aws:s3:::bucket",
                                    "arn:aws:lambda:us-east-1:000000000000:function:f"}) {
        CHECK(
            bench.refusal({{"DestinationConfig", {{"OnFailure", {{"Destination", destination}}}}}})
                .find(destination) != std::string::npos);
    }
    CHECK(bench
              .refusal(
                  {{"DestinationConfig",
                    {{"OnSuccess", {{"Destination", "arn:aws:sqs:us-east-1:000000000000:ok"}}}}}})
              .find("OnSuccess") != std::string::npos);
}

TEST_CASE("lambda CreateEventSourceMapping: the same stream and function twice is a conflict") {
    StreamMappings bench;
    const std::string uuid = bench.map()["UUID"];
    // [LS test_duplicate_event_source_mappings]
    CHECK(bench.refusal(Json::object()) ==
          "ResourceConflictException: The event source arn (\" " + kinesis +
              " \") and function (\" f \") provided mapping already exists. Please update or "
              "delete the existing mapping with UUID " +
              uuid);
}

TEST_CASE("lambda event source mapping: LATEST is where the stream is when it becomes Enabled") {
    StreamMappings bench;
    bench.call_as("CreateEventSourceMapping",
                  StreamMappings::parameters({{"StartingPosition", "LATEST"}}),
                  "id");
    bench.run_until(2s);
    CHECK(bench.streams.reads.empty());
    bench.run_until(4s);
    REQUIRE_FALSE(bench.streams.reads.empty());
    CHECK(bench.streams.reads.front() == 11);
}

namespace {

struct SilentLogs : LogWriter {
    void append(std::string_view, std::string_view, std::string_view) override {}
};

/// A process with a state directory.
struct StreamProcess {
    explicit StreamProcess(const std::filesystem::path& folder)
        : store(world.loop, folder / "state"), runtime(world) {
        world.store = &store;
        service = std::make_unique<LambdaService>(world, aws::Identity{}, runtime, logs);
        service->add_event_targets(targets);
        service->add_stream_source(streams);
        api.add(service->api());
    }
    ~StreamProcess() { store.commit(); }
    StreamProcess(const StreamProcess&) = delete;
    StreamProcess& operator=(const StreamProcess&) = delete;

    Json call(const std::string& operation, const Json& parameters) {
        return api.call_now("lambda", operation, parameters);
    }
    void run_until(Duration since_start) { world.loop.run_until(world.loop.start() + since_start); }

    World world;
    Store store;
    FakeRuntime runtime;
    FakeTargets targets;
    SilentLogs logs;
    Streams streams;
    std::unique_ptr<LambdaService> service;
    aws::Api api;
};

}  // namespace

TEST_CASE("lambda: the next process has the same mappings, which read on where they were") {
    const orrery::test::TemporaryFolder folder;
    Json before;
    {
        StreamProcess first(folder.path());
        first.call("CreateFunction",
                   {{"FunctionName", "f"},
                    {"Runtime", "python3.12"},
                    {"Handler", "index.handler"},
                    {"Code", {{"Directory", ORRERY_SOURCE_DIR}}}});
        first.call(
            "CreateEventSourceMapping",
            StreamMappings::parameters(
                {{"BatchSize", 4},
                 {"ParallelizationFactor", 2},
                 {"MaximumRecordAgeInSeconds", 70},
                 {"MaximumRetryAttempts", 3},
                 {"BisectBatchOnFunctionError", true},
                 {"FilterCriteria", {{"Filters", {{{"Pattern", "{}"}}}}}},
                 {"Tags", {{"t", "1"}}},
                 {"DestinationConfig",
                  {{"OnFailure", {{"Destination", "arn:aws:sqs:us-east-1:000000000000:dlq"}}}}}}));
        first.run_until(5s);
        before = first.call("ListEventSourceMappings", Json::object());
        CHECK(first.runtime.payloads.size() == 3);
        CHECK(before["EventSourceMappings"][0]["LastProcessingResult"] == "OK");
    }
    StreamProcess second(folder.path());
    Json after = second.call("ListEventSourceMappings", Json::object());
    CHECK(after == before);
    CHECK(second.call(
              "ListTags",
              {{"Resource", after["EventSourceMappings"][0]["EventSourceMappingArn"]}})["Tags"] ==
          Json{{"t", "1"}});
    second.run_until(5s);
    CHECK(second.runtime.payloads.empty());  // all ten are done with
    REQUIRE_FALSE(second.streams.reads.empty());
    CHECK(second.streams.reads.front() == 11);
}

TEST_CASE("lambda: what was changing when the process ended goes on changing in the next") {
    const orrery::test::TemporaryFolder folder;
    std::string uuid;
    {
        StreamProcess first(folder.path());
        first.call("CreateFunction",
                   {{"FunctionName", "f"},
                    {"Runtime", "python3.12"},
                    {"Handler", "index.handler"},
                    {"Code", {{"Directory", ORRERY_SOURCE_DIR}}}});
        aws::Caller client;
        client.request_id = "id";
        first.api.call(
            "lambda",
            "CreateEventSourceMapping",
            StreamMappings::parameters(Json::object()),
            [&](const aws::ApiResult& result) { uuid = result.value()["UUID"]; },
            client);
    }
    StreamProcess second(folder.path());
    CHECK(second.call("GetEventSourceMapping", {{"UUID", uuid}})["State"] == "Creating");
    second.run_until(5s);
    CHECK(second.call("GetEventSourceMapping", {{"UUID", uuid}})["State"] == "Enabled");
    CHECK(second.runtime.payloads.size() == 1);
}

}  // namespace stream_mapping_test
