// Streams as their API shows them: records, shards, iterators.
#include "services/dynamodb/lambda_record.h"
#include "services/dynamodb/stream.h"
#include "tests/services/dynamodb/service_client.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>

namespace stream_operations_test {

using namespace orrery;
using namespace orrery::test;

namespace {

/// A client with the table Orders, whose stream has this view.
class Streaming : public ServiceClient {
public:
    explicit Streaming(const char* view = "NEW_AND_OLD_IMAGES",
                       std::filesystem::path state_file = {})
        : ServiceClient(std::move(state_file)) {
        const Json table =
            create("Orders",
                   {{"StreamSpecification", {{"StreamEnabled", true}, {"StreamViewType", view}}}});
        arn = table["LatestStreamArn"];
    }

    Json description() {
        return stream_call("DescribeStream", {{"StreamArn", arn}})["StreamDescription"];
    }
    Json shards() { return description()["Shards"]; }
    std::string iterator(const Json& shard, const char* type, const Json& sequence = {}) {
        Json parameters{
            {"StreamArn", arn}, {"ShardId", shard["ShardId"]}, {"ShardIteratorType", type}};
        if (!sequence.is_null()) {
            parameters["SequenceNumber"] = sequence;
        }
        return stream_call("GetShardIterator", parameters)["ShardIterator"];
    }
    Json get(const std::string& from) {
        return stream_call("GetRecords", {{"ShardIterator", from}});
    }
    /// Of the first shard, from the start.
    Json records() { return get(iterator(shards()[0], "TRIM_HORIZON"))["Records"]; }

    std::string arn;
};

Json item(const char* id, const char* name = nullptr) {
    Json json{{"id", {{"S", id}}}};
    if (name != nullptr) {
        json["name"] = {{"S", name}};
    }
    return json;
}

std::string names(const Json& records) {
    std::string text;
    for (const Json& record : records) {
        text += (text.empty() ? "" : " ") + record["eventName"].get<std::string>();
    }
    return text;
}

}  // namespace

TEST_CASE("dynamodb GetRecords: each change is a record with its images") {
    Streaming client;
    client.put("Orders", item("Fred"));
    client.put("Orders", item("Fred", "Fred"));
    client.put("Orders", item("Fred", "Fred"));  // changes nothing
    client.remove("Orders", "Fred");
    client.remove("Orders", "Fred");
    const Json records = client.records();
    REQUIRE(names(records) == "INSERT MODIFY REMOVE");
    const Json& insert = records[0];
    CHECK(insert["eventVersion"] == "1.1");
    CHECK(insert["eventSource"] == "aws:dynamodb");
    CHECK(insert["awsRegion"] == "us-east-1");
    CHECK(insert["eventID"].get<std::string>().size() == 32);
    CHECK(!insert.contains("userIdentity"));
    CHECK(insert["dynamodb"]["ApproximateCreationDateTime"] == 1767225606);
    CHECK(insert["dynamodb"]["Keys"] == item("Fred"));
    CHECK(insert["dynamodb"]["NewImage"] == item("Fred"));
    CHECK(!insert["dynamodb"].contains("OldImage"));
    CHECK(insert["dynamodb"]["SizeBytes"] == 12);
    CHECK(insert["dynamodb"]["StreamViewType"] == "NEW_AND_OLD_IMAGES");
    CHECK(records[1]["dynamodb"]["OldImage"] == item("Fred"));
    CHECK(records[1]["dynamodb"]["NewImage"] == item("Fred", "Fred"));
    CHECK(records[1]["dynamodb"]["SizeBytes"] == 26);
    CHECK(records[2]["dynamodb"]["OldImage"] == item("Fred", "Fred"));
    CHECK(!records[2]["dynamodb"].contains("NewImage"));
    CHECK(records[0]["dynamodb"]["SequenceNumber"] < records[1]["dynamodb"]["SequenceNumber"]);
    CHECK(records[0]["dynamodb"]["SequenceNumber"].get<std::string>().size() == 21);
}

TEST_CASE("dynamodb GetRecords: a view leaves images out") {
    const auto images = [](const char* view) {
        Streaming client(view);
        client.put("Orders", item("a"));
        client.put("Orders", item("a", "b"));
        const Json change = client.records()[1]["dynamodb"];
        return std::string(change.contains("OldImage") ? "old " : "") +
               (change.contains("NewImage") ? "new " : "") + change["SizeBytes"].dump();
    };
    CHECK(images("KEYS_ONLY") == "3");
    CHECK(images("OLD_IMAGE") == "old 6");
    CHECK(images("NEW_IMAGE") == "new 11");
    CHECK(images("NEW_AND_OLD_IMAGES") == "old new 14");
}

TEST_CASE("dynamodb DescribeStream: a stream begins with one open shard") {
    Streaming client;
    const Json stream = client.description();
    CHECK(client.arn ==
          "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/"
          "2026-01-01T00:00:00.000");
    CHECK(stream["StreamLabel"] == "2026-01-01T00:00:00.000");
    CHECK(stream["StreamStatus"] == "ENABLED");
    CHECK(stream["StreamViewType"] == "NEW_AND_OLD_IMAGES");
    CHECK(stream["TableName"] == "Orders");
    CHECK(stream["KeySchema"][0]["AttributeName"] == "id");
    CHECK(stream["CreationRequestDateTime"] == 1767225600.0);
    REQUIRE(stream["Shards"].size() == 1);
    const Json& shard = stream["Shards"][0];
    CHECK(shard["ShardId"].get<std::string>().starts_with("shardId-00000001767225600000-"));
    CHECK(!shard.contains("ParentShardId"));
    CHECK(!shard["SequenceNumberRange"].contains("EndingSequenceNumber"));
    const Json table = client.describe("Orders");
    CHECK(table["StreamSpecification"] ==
          Json{{"StreamEnabled", true}, {"StreamViewType", "NEW_AND_OLD_IMAGES"}});
    CHECK(table["LatestStreamLabel"] == stream["StreamLabel"]);
}

TEST_CASE("dynamodb DescribeStream: shards roll over every four hours") {
    Streaming client;
    client.put("Orders", item("a"));
    client.run_for(4h);
    client.put("Orders", item("b"));
    const Json shards = client.shards();
    REQUIRE(shards.size() == 2);
    CHECK(shards[1]["ParentShardId"] == shards[0]["ShardId"]);
    CHECK(shards[0]["SequenceNumberRange"]["EndingSequenceNumber"] <
          shards[1]["SequenceNumberRange"]["StartingSequenceNumber"]);
    CHECK(!shards[1]["SequenceNumberRange"].contains("EndingSequenceNumber"));
    const Json first = client.get(client.iterator(shards[0], "TRIM_HORIZON"));
    CHECK(names(first["Records"]) == "INSERT");
    CHECK(!first.contains("NextShardIterator"));
    const Json second = client.get(client.iterator(shards[1], "TRIM_HORIZON"));
    CHECK(second["Records"][0]["dynamodb"]["Keys"] == item("b"));
    CHECK(second.contains("NextShardIterator"));
    const Json children = client.stream_call(
        "DescribeStream",
        {{"StreamArn", client.arn},
         {"ShardFilter", {{"Type", "CHILD_SHARDS"}, {"ShardId", shards[0]["ShardId"]}}}});
    CHECK(children["StreamDescription"]["Shards"] == Json{shards[1]});
    const Json page =
        client.stream_call("DescribeStream", {{"StreamArn", client.arn}, {"Limit", 1}});
    CHECK(page["StreamDescription"]["LastEvaluatedShardId"] == shards[0]["ShardId"]);
    const Json rest = client.stream_call(
        "DescribeStream",
        {{"StreamArn", client.arn}, {"ExclusiveStartShardId", shards[0]["ShardId"]}});
    CHECK(rest["StreamDescription"]["Shards"] == Json{shards[1]});
}

TEST_CASE("dynamodb GetShardIterator: reading begins where its type says") {
    Streaming client;
    client.put("Orders", item("a"));
    const Json shard = client.shards()[0];
    const std::string latest = client.iterator(shard, "LATEST");
    client.put("Orders", item("b"));
    client.put("Orders", item("c"));
    const auto keys = [&](const std::string& from) {
        std::string text;
        const Json answer = client.get(from);
        for (const Json& record : answer["Records"]) {
            text += record["dynamodb"]["Keys"]["id"]["S"].get<std::string>();
        }
        return text;
    };
    CHECK(keys(latest) == "bc");
    const Json second = client.records()[1]["dynamodb"]["SequenceNumber"];
    CHECK(keys(client.iterator(shard, "TRIM_HORIZON")) == "abc");
    CHECK(keys(client.iterator(shard, "AT_SEQUENCE_NUMBER", second)) == "bc");
    CHECK(keys(client.iterator(shard, "AFTER_SEQUENCE_NUMBER", second)) == "c");
    CHECK(keys(client.iterator(shard,
                               "AT_SEQUENCE_NUMBER",
                               shard["SequenceNumberRange"]["StartingSequenceNumber"])) == "abc");
    CHECK(keys(client.get(latest)["NextShardIterator"]).empty());
    const Json limited =
        client.stream_call("GetRecords", {{"ShardIterator", latest}, {"Limit", 1}});
    CHECK(limited["Records"].size() == 1);
    CHECK(keys(limited["NextShardIterator"]) == "c");
}

TEST_CASE("dynamodb GetRecords: an iterator lives for fifteen minutes") {
    Streaming client;
    const std::string iterator = client.iterator(client.shards()[0], "LATEST");
    client.run_for(15min);
    CHECK(client.stream_error("GetRecords", {{"ShardIterator", iterator}}).empty());
    client.run_for(1ns);
    CHECK(client.stream_error("GetRecords", {{"ShardIterator", iterator}})
              .starts_with("ExpiredIteratorException: "));
}

TEST_CASE("dynamodb GetRecords: records are trimmed after a day") {
    Streaming client;
    client.put("Orders", item("a"));
    const Json first = client.records()[0]["dynamodb"]["SequenceNumber"];
    const Json shard = client.shards()[0];
    client.run_for(3h);
    client.put("Orders", item("b"));
    client.run_for(22h);
    CHECK(client.records()[0]["dynamodb"]["Keys"] == item("b"));
    CHECK(client.stream_error("GetShardIterator",
                              {{"StreamArn", client.arn},
                               {"ShardId", shard["ShardId"]},
                               {"ShardIteratorType", "AT_SEQUENCE_NUMBER"},
                               {"SequenceNumber", first}}) ==
          "TrimmedDataAccessException: The operation attempted to read past the oldest stream "
          "record in a shard.");
    client.run_for(24h);
    CHECK(client.shards().size() == 7);  // those that were open within the last day
    CHECK(client.records().empty());
}

TEST_CASE("dynamodb GetRecords: a megabyte at a time") {
    Streaming client("NEW_IMAGE");
    for (const char* id : {"a", "b", "c", "d"}) {
        client.put("Orders", item(id, std::string(350'000, 'x').c_str()));
    }
    const Json first = client.get(client.iterator(client.shards()[0], "TRIM_HORIZON"));
    CHECK(first["Records"].size() == 2);
    CHECK(client.get(first["NextShardIterator"])["Records"].size() == 2);
}

TEST_CASE("dynamodb UpdateTable: a stream is switched off and another one on") {
    Streaming client;
    client.put("Orders", item("a"));
    const auto specify = [&](Json specification) {
        return client.error(
            "UpdateTable",
            {{"TableName", "Orders"}, {"StreamSpecification", std::move(specification)}});
    };
    const Json on{{"StreamEnabled", true}, {"StreamViewType", "KEYS_ONLY"}};
    CHECK(specify(on) == invalid("Table already has an enabled stream: TableName: Orders"));
    CHECK(specify({{"StreamEnabled", false}}).empty());
    CHECK(client.description()["StreamStatus"] == "DISABLING");
    client.run_for(4s);
    CHECK(client.description()["StreamStatus"] == "DISABLED");
    CHECK(!client.describe("Orders").contains("StreamSpecification"));
    client.put("Orders", item("b"));
    const Json last = client.get(client.iterator(client.shards()[0], "TRIM_HORIZON"));
    CHECK(last["Records"].size() == 1);
    CHECK(!last.contains("NextShardIterator"));
    CHECK(specify(on).empty());
    client.run_for(4s);
    const Json table = client.describe("Orders");
    CHECK(table["LatestStreamArn"] != client.arn);
    CHECK(table["StreamSpecification"]["StreamViewType"] == "KEYS_ONLY");
    CHECK(client.stream_call("ListStreams", {{"TableName", "Orders"}})["Streams"].size() == 2);
    client.run_for(24h);
    CHECK(client.stream_error("DescribeStream", {{"StreamArn", client.arn}}) ==
          "ResourceNotFoundException: Requested resource not found: Stream: " + client.arn +
              " not found");
}

TEST_CASE("dynamodb ListStreams: comes by pages, of one table or of all") {
    Streaming client;
    client.create(
        "Jobs",
        {{"StreamSpecification", {{"StreamEnabled", true}, {"StreamViewType", "NEW_IMAGE"}}}});
    const Json first = client.stream_call("ListStreams", {{"Limit", 1}});
    CHECK(first["Streams"][0]["TableName"] == "Jobs");
    const Json second = client.stream_call(
        "ListStreams", {{"ExclusiveStartStreamArn", first["LastEvaluatedStreamArn"]}});
    CHECK(second["Streams"] == Json{{{"StreamArn", client.arn},
                                     {"StreamLabel", "2026-01-01T00:00:00.000"},
                                     {"TableName", "Orders"}}});
    CHECK(!second.contains("LastEvaluatedStreamArn"));
    CHECK(client.stream_call("ListStreams", {{"TableName", "Jobs"}})["Streams"].size() == 1);
}

TEST_CASE("dynamodb GetRecords: a deleted table's stream is readable for a day") {
    Streaming client;
    client.put("Orders", item("a"));
    client.call("DeleteTable", {{"TableName", "Orders"}});
    client.run_for(4s);
    CHECK(client.description()["StreamStatus"] == "DISABLED");
    CHECK(names(client.records()) == "INSERT");
}

TEST_CASE("dynamodb GetRecords: mistakes are told") {
    Streaming client;
    CHECK(client.stream_error("GetRecords", {{"ShardIterator", "nonsense"}}) ==
          invalid("Invalid ShardIterator"));
    CHECK(client.stream_error("GetRecords", {{"ShardIterator", client.arn + "|1|AAAA"}}) ==
          invalid("Invalid ShardIterator"));
    Json parameters{{"StreamArn", client.arn},
                    {"ShardId", "shardId-00000001767225600000-00000000"},
                    {"ShardIteratorType", "LATEST"}};
    CHECK(client.stream_error("GetShardIterator", parameters)
              .starts_with("ResourceNotFoundException: "));
    parameters["ShardId"] = client.shards()[0]["ShardId"];
    parameters["ShardIteratorType"] = "AT_SEQUENCE_NUMBER";
    CHECK(client.stream_error("GetShardIterator", parameters)
              .starts_with("ValidationException: SequenceNumber must be specified"));
}

TEST_CASE("dynamodb GetRecords: a stream goes on after a restart") {
    TemporaryFolder folder;
    Streaming client("NEW_AND_OLD_IMAGES", folder.path() / "state");
    client.put("Orders", item("a"));
    const Json shard = client.shards()[0];
    const Json before = client.records();
    client.restart();
    CHECK(client.shards()[0] == shard);
    CHECK(client.records() == before);
    client.put("Orders", item("a", "b"));
    CHECK(names(client.records()) == "INSERT MODIFY");
    CHECK(client.records()[0]["eventID"] != client.records()[1]["eventID"]);
}

TEST_CASE("dynamodb GetRecords: dynamodb.stream.delay holds a change back, and those behind it") {
    Streaming client;
    client.world().faults.add({"dynamodb.stream.delay", {{"table", "Orders"}}, 1'000'000, {2}});
    client.put("Orders", item("a"));
    client.put("Orders", item("b"));
    client.put("Orders", item("c"));
    const std::string from = client.iterator(client.shards()[0], "TRIM_HORIZON");
    const Json first = client.get(from);
    CHECK(names(first["Records"]) == "INSERT");
    const std::string next = first["NextShardIterator"];
    client.run_for(1s - 1ns);
    CHECK(client.get(next)["Records"].empty());
    client.run_for(1ns);
    const Json late = client.get(next)["Records"];
    CHECK(names(late) == "INSERT INSERT");
    CHECK(late[0]["dynamodb"]["Keys"] == item("b"));
}

TEST_CASE("dynamodb streams: whoever waits for a delayed change is told when it is readable") {
    Streaming client;
    client.world().faults.add({"dynamodb.stream.delay", {{"table", "Orders"}}, 1'000'000, {}});
    dynamodb::Stream& stream = *client.service().find_stream(client.arn);
    const Instant begin = client.world().loop.now();
    std::vector<Duration> told;
    const auto note = [&] { told.push_back(client.world().loop.now() - begin); };
    const dynamodb::StreamWatch before = stream.watch(note);
    client.put("Orders", item("a"));
    const dynamodb::StreamWatch after = stream.watch(note);
    client.run_for(5s);
    CHECK(told == std::vector<Duration>{1s, 1s});
}

TEST_CASE("dynamodb streams: a new shard is told to those who wait for shards or for records") {
    Streaming client;
    dynamodb::Stream& stream = *client.service().find_stream(client.arn);
    int shards = 0;
    int records = 0;
    const dynamodb::StreamWatch for_shards = stream.watch_shards([&] { ++shards; });
    const dynamodb::StreamWatch for_records = stream.watch([&] { ++records; });
    client.run_for(5h);
    CHECK(shards == 0);  // they roll over when somebody looks
    CHECK(stream.shards().size() == 2);
    client.run_for(0s);
    CHECK(shards == 1);
    CHECK(records == 1);
}

TEST_CASE(
    "dynamodb streams: a place can be found by time, a record by its number until it is trimmed") {
    Streaming client;
    client.put("Orders", item("a"));
    client.run_for(1h);
    client.put("Orders", item("b"));
    dynamodb::Stream& stream = *client.service().find_stream(client.arn);
    const dynamodb::Shard shard = stream.shards().front();
    const Instant now = client.world().loop.now();
    const std::uint64_t first = stream.oldest(shard).next;
    CHECK(stream.since(shard, now - 2h).next == first + 1);
    CHECK(stream.since(shard, now).next == first + 2);
    CHECK(stream.since(shard, now + 1ns) == stream.latest(shard));
    REQUIRE(stream.find_record(first + 1) != nullptr);
    CHECK(stream.find_record(first + 1)->kind == dynamodb::ChangeKind::insert);
    CHECK(stream.find_record(first + 3) == nullptr);
    client.run_for(24h - 30min);
    CHECK(stream.find_record(first + 1) == nullptr);
    CHECK(stream.find_record(first + 2) != nullptr);
}

TEST_CASE("dynamodb streams: a record as Lambda's event has it, in AWS's order") {
    // [LS test_dynamodb_event_source_mapping]
    Streaming client;
    client.put("Orders", item("a"));
    client.put("Orders", item("a", "b"));
    dynamodb::Stream& stream = *client.service().find_stream(client.arn);
    const std::uint64_t first = stream.oldest(stream.shards().front()).next;
    const dynamodb::StreamRecord& record = *stream.find_record(first + 2);
    std::string json;
    append_lambda_record(stream, record, json);
    CHECK(json ==
          R"({"eventID":")" + record.event_id +
              R"(","eventName":"MODIFY","eventVersion":"1.1","eventSource":"aws:dynamodb",)"
              R"("awsRegion":"us-east-1","dynamodb":{"ApproximateCreationDateTime":1767225606,)"
              R"("Keys":{"id":{"S":"a"}},"NewImage":{"id":{"S":"a"},"name":{"S":"b"}},)"
              R"("OldImage":{"id":{"S":"a"}},"SequenceNumber":"100000000000000000003",)"
              R"("SizeBytes":14,"StreamViewType":"NEW_AND_OLD_IMAGES"},"eventSourceARN":")" +
              client.arn + "\"}");
}

}  // namespace stream_operations_test
