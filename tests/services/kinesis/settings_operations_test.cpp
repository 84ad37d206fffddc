#include "tests/services/kinesis/client.h"

#include <catch2/catch.hpp>

namespace settings_operations_test {

using namespace orrery;
using namespace orrery::test;

namespace {

constexpr const char* rides_arn = "arn:aws:kinesis:us-east-1:000000000000:stream/Rides";

/// Calls the operation for the stream Rides and waits until it has been done; gives its error.
std::string done(KinesisClient& client, const char* operation, Json parameters) {
    parameters["StreamARN"] = rides_arn;
    const std::string error = client.error(operation, parameters);
    client.run_for(10s);
    return error;
}

}  // namespace

TEST_CASE("kinesis IncreaseStreamRetentionPeriod, DecreaseStreamRetentionPeriod: within limits") {
    KinesisClient client;
    client.create("Rides", 1);
    const auto increase = [&](int hours) {
        return done(client, "IncreaseStreamRetentionPeriod", {{"RetentionPeriodHours", hours}});
    };
    const auto decrease = [&](int hours) {
        return done(client, "DecreaseStreamRetentionPeriod", {{"RetentionPeriodHours", hours}});
    };
    CHECK(increase(23) ==
          "InvalidArgumentException: Minimum allowed retention period is 24 hours. "
          "Requested retention period (23 hours) is too short.");
    CHECK(increase(8761) ==
          "InvalidArgumentException: Maximum allowed retention period is 8760 "
          "hours. Requested retention period (8761 hours) is too long.");
    CHECK(increase(25).empty());
    CHECK(client.summary("Rides")["RetentionPeriodHours"] == 25);
    CHECK(increase(24) ==
          "InvalidArgumentException: Requested retention period (24 hours) for stream Rides can "
          "not be shorter than existing retention period (25 hours). Use DecreaseRetentionPeriod "
          "API.");
    CHECK(decrease(26) ==
          "InvalidArgumentException: Requested retention period (26 hours) for stream Rides can "
          "not be longer than existing retention period (25 hours). Use IncreaseRetentionPeriod "
          "API.");
    CHECK(decrease(24).empty());
    CHECK(client.summary("Rides")["RetentionPeriodHours"] == 24);
}

TEST_CASE("kinesis DecreaseStreamRetentionPeriod: what it takes away does not come back") {
    KinesisClient client;
    client.create("Rides", 1);
    done(client, "IncreaseStreamRetentionPeriod", {{"RetentionPeriodHours", 48}});
    client.put("Rides", "k", "old");
    client.run_for(30h);
    client.put("Rides", "k", "new");
    CHECK(client.data("Rides", first_shard).size() == 2);
    done(client, "DecreaseStreamRetentionPeriod", {{"RetentionPeriodHours", 24}});
    CHECK(client.data("Rides", first_shard) == std::vector<std::string>{"new"});
    done(client, "IncreaseStreamRetentionPeriod", {{"RetentionPeriodHours", 48}});
    CHECK(client.data("Rides", first_shard) == std::vector<std::string>{"new"});
}

TEST_CASE("kinesis UpdateStreamMode: twice in a day") {
    KinesisClient client;
    client.create("Rides", 2);
    const auto update = [&](const char* mode) {
        return done(client, "UpdateStreamMode", {{"StreamModeDetails", {{"StreamMode", mode}}}});
    };
    CHECK(update("ON_DEMAND").empty());
    CHECK(client.summary("Rides")["StreamModeDetails"]["StreamMode"] == "ON_DEMAND");
    CHECK(client.shards("Rides").size() == 2);
    CHECK(update("PROVISIONED").empty());
    CHECK(update("ON_DEMAND").starts_with("LimitExceededException"));
    client.run_for(24h);
    CHECK(update("ON_DEMAND").empty());
}

TEST_CASE("kinesis UpdateStreamWarmThroughput: on demand, with the account's commitment") {
    KinesisClient client;
    client.call("CreateStream", {{"StreamName", "Rides"}});
    client.run_for(10s);
    const auto update = [&](int mibps) {
        return done(client, "UpdateStreamWarmThroughput", {{"WarmThroughputMiBps", mibps}});
    };
    CHECK(update(8).starts_with("ValidationException"));
    client.call("UpdateAccountSettings",
                {{"MinimumThroughputBillingCommitment", {{"Status", "ENABLED"}}}});
    CHECK(update(8).empty());
    CHECK(client.summary("Rides")["OpenShardCount"] == 8);
    CHECK(client.summary("Rides")["WarmThroughput"] ==
          Json{{"TargetMiBps", 8}, {"CurrentMiBps", 8}});
    CHECK(update(20000).starts_with("LimitExceededException"));
}

TEST_CASE("kinesis StartStreamEncryption, StopStreamEncryption: records say how they were kept") {
    KinesisClient client;
    client.create("Rides", 1);
    const Json key{{"EncryptionType", "KMS"}, {"KeyId", "alias/aws/kinesis"}};
    client.put("Rides", "k", "plain");
    CHECK(done(client, "StartStreamEncryption", key).empty());
    CHECK(client.summary("Rides")["EncryptionType"] == "KMS");
    CHECK(client.summary("Rides")["KeyId"] == "alias/aws/kinesis");
    CHECK(client.put("Rides", "k", "secret")["EncryptionType"] == "KMS");
    const Json records = client.get(client.iterator("Rides", first_shard))["Records"];
    CHECK_FALSE(records[0].contains("EncryptionType"));
    CHECK(records[1]["EncryptionType"] == "KMS");
    CHECK(done(client, "StopStreamEncryption", {{"EncryptionType", "KMS"}, {"KeyId", "other"}})
              .starts_with("InvalidArgumentException"));
    CHECK(done(client, "StopStreamEncryption", key).empty());
    CHECK(client.summary("Rides")["EncryptionType"] == "NONE");
    CHECK(done(client, "StartStreamEncryption", {{"EncryptionType", "NONE"}, {"KeyId", "k"}})
              .starts_with("InvalidArgumentException"));
}

TEST_CASE("kinesis EnableEnhancedMonitoring, DisableEnhancedMonitoring: metrics of shards") {
    KinesisClient client;
    client.create("Rides", 1);
    const auto call = [&](const char* operation, const Json& names) {
        Json answer =
            client.call(operation, {{"StreamName", "Rides"}, {"ShardLevelMetrics", names}});
        client.run_for(10s);
        return answer;
    };
    const Json enabled = call("EnableEnhancedMonitoring", {"IncomingBytes", "OutgoingBytes"});
    CHECK(enabled["CurrentShardLevelMetrics"] == Json::array());
    CHECK(enabled["DesiredShardLevelMetrics"] == Json::array({"IncomingBytes", "OutgoingBytes"}));
    const Json disabled = call("DisableEnhancedMonitoring", {"IncomingBytes"});
    CHECK(disabled["DesiredShardLevelMetrics"] == Json::array({"OutgoingBytes"}));
    CHECK(client.summary("Rides")["EnhancedMonitoring"][0]["ShardLevelMetrics"] ==
          Json::array({"OutgoingBytes"}));
    CHECK(call("EnableEnhancedMonitoring", {"ALL"})["DesiredShardLevelMetrics"].size() == 7);
}

TEST_CASE("kinesis UpdateMaxRecordSize: between one and ten MiB") {
    KinesisClient client;
    client.create("Rides", 1);
    CHECK(done(client, "UpdateMaxRecordSize", {{"MaxRecordSizeInKiB", 10240}}).empty());
    CHECK(client.summary("Rides")["MaxRecordSizeInKiB"] == 10240);
    CHECK(done(client, "UpdateMaxRecordSize", {{"MaxRecordSizeInKiB", 10241}})
              .starts_with("ValidationException"));
}

TEST_CASE("kinesis AddTagsToStream, ListTagsForStream, RemoveTagsFromStream: tags of a stream") {
    KinesisClient client;
    client.call("CreateStream",
                {{"StreamName", "Rides"}, {"ShardCount", 1}, {"Tags", {{"made", "so"}}}});
    client.run_for(10s);
    const Json rides{{"StreamName", "Rides"}};
    client.call("AddTagsToStream", {{"StreamName", "Rides"}, {"Tags", {{"a", "1"}, {"b", "2"}}}});
    const Json first = client.call("ListTagsForStream", {{"StreamName", "Rides"}, {"Limit", 2}});
    CHECK(first["HasMoreTags"] == true);
    CHECK(first["Tags"][1] == Json{{"Key", "b"}, {"Value", "2"}});
    const Json rest =
        client.call("ListTagsForStream", {{"StreamName", "Rides"}, {"ExclusiveStartTagKey", "b"}});
    CHECK(rest["Tags"] == Json::array({{{"Key", "made"}, {"Value", "so"}}}));
    client.call("RemoveTagsFromStream",
                {{"StreamName", "Rides"}, {"TagKeys", {"a", "made", "none"}}});
    CHECK(client.call("ListTagsForStream", rides)["Tags"].size() == 1);
    Json many = Json::object();
    for (int count = 0; count < 50; ++count) {
        many["t" + std::to_string(count)] = "";
    }
    CHECK(client.code("AddTagsToStream", {{"StreamName", "Rides"}, {"Tags", many}}) ==
          "InvalidArgumentException");
}

TEST_CASE("kinesis TagResource, UntagResource, ListTagsForResource: streams and consumers") {
    KinesisClient client;
    client.create("Rides", 1);
    const std::string consumer = client.call("RegisterStreamConsumer",
                                             {{"StreamARN", rides_arn},
                                              {"ConsumerName", "C"},
                                              {"Tags", {{"x", "y"}}}})["Consumer"]["ConsumerARN"];
    for (const std::string& arn : {std::string(rides_arn), consumer}) {
        client.call("TagResource", {{"ResourceARN", arn}, {"Tags", {{"a", arn}}}});
    }
    CHECK(client.call("ListTagsForResource", {{"ResourceARN", rides_arn}})["Tags"] ==
          Json::array({{{"Key", "a"}, {"Value", rides_arn}}}));
    CHECK(client.call("ListTagsForResource", {{"ResourceARN", consumer}})["Tags"].size() == 2);
    client.call("UntagResource", {{"ResourceARN", consumer}, {"TagKeys", {"x"}}});
    CHECK(client.call("ListTagsForResource", {{"ResourceARN", consumer}})["Tags"].size() == 1);
    CHECK(client.code("ListTagsForResource", {{"ResourceARN", consumer + "1"}}) ==
          "ResourceNotFoundException");
}

TEST_CASE("kinesis PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy: kept as it is") {
    KinesisClient client;
    client.create("Rides", 1);
    const Json resource{{"ResourceARN", rides_arn}};
    CHECK(client.code("GetResourcePolicy", resource) == "ResourceNotFoundException");
    const std::string policy = R"({"Version":"2012-10-17","Statement":[]})";
    client.call("PutResourcePolicy", {{"ResourceARN", rides_arn}, {"Policy", policy}});
    CHECK(client.call("GetResourcePolicy", resource)["Policy"] == policy);
    CHECK(client.code("PutResourcePolicy", {{"ResourceARN", rides_arn}, {"Policy", "no"}}) ==
          "InvalidArgumentException");
    client.call("DeleteResourcePolicy", resource);
    CHECK(client.code("DeleteResourcePolicy", resource) == "ResourceNotFoundException");
}

}  // namespace settings_operations_test
