// Operations with a quick way: from the same requests it makes the same bytes as the usual way.
#include "services/aws/gateway.h"
#include "tests/services/kinesis/client.h"
#include "tests/services/usual_way.h"

#include <catch2/catch.hpp>

#include <optional>

using namespace orrery;
using namespace orrery::test;

namespace {

/// A stream of two shards behind a gateway, as the network sees it.
class Door {
public:
    explicit Door(bool encrypted = false) {
        for (const char* name : {"Rides", "other-stream"}) {
            client.create(name, 2);
        }
        if (encrypted) {
            client.call("StartStreamEncryption",
                        {{"StreamName", "Rides"},
                         {"EncryptionType", "KMS"},
                         {"KeyId", "alias/aws/kinesis"}});
            client.run_for(10s);
        }
    }

    /// Status, headers and body.
    std::string ask(const std::string& operation, const std::string& body) {
        const HttpRequest request{"POST",
                                  "/",
                                  {{"X-Amz-Target", "Kinesis_20131202." + operation},
                                   {"Content-Type", "application/x-amz-json-1.1"},
                                   {"Host", "localhost:4566"}},
                                  body};
        std::optional<std::string> text;
        gateway.handle(request, nullptr, [&text](const HttpResponse& response) {
            text = std::to_string(response.status) + "\n";
            for (const HttpHeader& header : response.headers) {
                *text += header.name + ": " + header.value + "\n";
            }
            *text += response.body;
        });
        REQUIRE(text.has_value());
        return *text;
    }

    /// What was traced since the last call.
    std::string traced() {
        std::string text;
        for (; traced_ < client.world().trace.kept(); ++traced_) {
            text += client.world().trace[traced_].line() + "\n";
        }
        return text;
    }

    KinesisClient client;
    aws::Gateway gateway{client.world(),
                         [this](const aws::Identity&) -> aws::Api& { return client.api(); }};

private:
    std::uint64_t traced_ = 0;
};

void check_same(Door& quick, Door& usual, const std::string& operation, const std::string& body) {
    CAPTURE(operation, body.substr(0, 2000));
    CHECK(quick.ask(operation, body) == usual.ask(operation, for_the_usual_way(body)));
    REQUIRE(quick.traced() == usual.traced());
}

std::string of_stream(const std::string& members) {
    return R"({"StreamName":"Rides",)" + members + "}";
}

std::string records(const std::string& entries) {
    return of_stream("\"Records\":[" + entries + "]");
}

const std::string valid_entry = R"({"PartitionKey":"k","Data":"eA=="})";

std::string many(std::size_t count) {
    std::string all = valid_entry;
    for (std::size_t number = 1; number < count; ++number) {
        all += "," + valid_entry;
    }
    return all;
}

/// Members of one record, right and wrong.
std::vector<std::string> record_members() {
    return {
        R"("PartitionKey":"k","Data":"eA==")",
        R"("Data" : "eHl6" , "PartitionKey":"key two")",
        R"("PartitionKey":"k","Data":"")",
        R"("PartitionKey":"k","Data":"eA")",
        R"("PartitionKey":"k","Data":"eB==")",
        R"("PartitionKey":"k","Data":"e===")",
        R"("PartitionKey":"k","Data":"e A=")",
        R"("PartitionKey":"k","Data":7)",
        R"("PartitionKey":"k","Data":null)",
        R"("PartitionKey":"k")",
        R"("Data":"eA==")",
        R"("PartitionKey":"","Data":"eA==")",
        R"("PartitionKey":")" + std::string(256, 'k') + R"(","Data":"eA==")",
        R"("PartitionKey":")" + std::string(257, 'k') + R"(","Data":"eA==")",
        R"("PartitionKey":"\u0061\n","Data":"eA==")",
        "\"PartitionKey\":\"\xC3\xA9\",\"Data\":\"eA==\"",
        "\"PartitionKey\":\"\xFF\",\"Data\":\"eA==\"",
        R"("PartitionKey":"a","PartitionKey":"b","Data":"eA==")",
        R"("PartitionKey":"k","Data":"eA==","ExplicitHashKey":"0")",
        R"("PartitionKey":"k","Data":"eA==","ExplicitHashKey":"340282366920938463463374607431768211455")",
        R"("PartitionKey":"k","Data":"eA==","ExplicitHashKey":"340282366920938463463374607431768211456")",
        R"("PartitionKey":"k","Data":"eA==","ExplicitHashKey":"007")",
        R"("PartitionKey":"k","Data":"eA==","ExplicitHashKey":null)",
        R"("PartitionKey":"k","Data":"eA==","More":[1,{}])",
        R"("PartitionKey":"k","Data":")" + std::string(4 * 1024 * 1024 / 3, 'A') + '"',
        R"("PartitionKey":"k","Data":")" + aws::base64(std::string(1024 * 1024, 'x')) + '"',
        R"("PartitionKey":"k","Data":)",
    };
}

}  // namespace

TEST_CASE("kinesis quick way: PutRecord answers as it does the usual way") {
    Door quick;
    Door usual;
    for (const std::string& members : record_members()) {
        check_same(quick, usual, "PutRecord", of_stream(members));
        usual.client.run_for(2s);  // the shards take more again
        quick.client.run_for(2s);
    }
    const std::string plain = R"("PartitionKey":"k","Data":"eA==")";
    for (
        const char* stream : {
            R"("StreamName":"none")",
            R"("StreamName":"not a name")",
            R"("StreamName":"")",
            R"("StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/Rides")",
            R"("StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/none")",
            R"("StreamARN":"arn:aws:sqs:us-east-1:000000000000:Rides")",
            R"("StreamName":"other-stream","StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/Rides")",
            R"("StreamName":"Rides","SequenceNumberForOrdering":"1")",
            R"("StreamName":"Rides","SequenceNumberForOrdering":"x")",
        }) {
        check_same(quick, usual, "PutRecord", std::string("{") + stream + "," + plain + "}");
    }
    check_same(quick, usual, "PutRecord", "{" + plain + "}");
    check_same(quick, usual, "PutRecord", "{}");
    check_same(quick, usual, "PutRecord", "");
    check_same(quick, usual, "PutRecord", "[]");
    check_same(quick, usual, "PutRecord", of_stream(plain) + "x");
    check_same(quick, usual, "PutRecord", " \r\n" + of_stream(plain) + " \t");
}

TEST_CASE("kinesis quick way: PutRecord over a shard's rate answers as it does the usual way") {
    Door quick;
    Door usual;
    for (int count = 0; count < 1002; ++count) {
        check_same(quick, usual, "PutRecord", of_stream(R"("PartitionKey":"k","Data":"eA==")"));
    }
    CHECK(quick.client.traced("kinesis.request.throttled") == 2);
}

TEST_CASE("kinesis quick way: PutRecords answers as it does the usual way") {
    Door quick;
    Door usual;
    for (const std::string& members : record_members()) {
        check_same(quick, usual, "PutRecords", records("{" + members + "}"));
        check_same(
            quick, usual, "PutRecords", records(valid_entry + ",{" + members + "}," + valid_entry));
        usual.client.run_for(2s);
        quick.client.run_for(2s);
    }
    for (const std::string& entries : {std::string(),
                                       many(500),
                                       many(501),
                                       many(2) + ",",
                                       std::string("null"),
                                       std::string("[]"),
                                       std::string("{}"),
                                       std::string("7")}) {
        check_same(quick, usual, "PutRecords", records(entries));
    }
    check_same(quick, usual, "PutRecords", of_stream(R"("Records":{})"));
    check_same(quick, usual, "PutRecords", of_stream(R"("Records":null)"));
    check_same(quick, usual, "PutRecords", R"({"StreamName":"Rides"})");
    check_same(quick, usual, "PutRecords", R"({"Records":[)" + valid_entry + "]}");
}

TEST_CASE("kinesis quick way: PutRecords partly refused answers as it does the usual way") {
    Door quick(true);
    Door usual(true);
    for (int count = 0; count < 3; ++count) {
        check_same(quick, usual, "PutRecords", records(many(400)));
    }
    CHECK(quick.client.traced("kinesis.request.throttled") == 1);
    CHECK(quick.ask("PutRecords", records(valid_entry)).find("Rate exceeded") != std::string::npos);
}

TEST_CASE("kinesis quick way: PutRecords of too many bytes answers as it does the usual way") {
    Door quick;
    Door usual;
    const std::string large =
        R"({"PartitionKey":"k","Data":")" + std::string(4 * 262'144 - 4, 'A') + "\"}";
    std::string all = large;
    for (int count = 1; count < 14; ++count) {
        all += "," + large;
    }
    check_same(quick, usual, "PutRecords", records(all));
    CHECK(quick.ask("PutRecords", records(all)).find("10 MB limit") != std::string::npos);
}

TEST_CASE("kinesis quick way: GetRecords answers as it does the usual way") {
    Door quick(true);
    Door usual(true);
    for (Door* door : {&quick, &usual}) {
        for (int count = 0; count < 20; ++count) {
            door->client.run_for(std::chrono::microseconds(1234567));
            door->ask("PutRecord", of_stream(R"("PartitionKey":"é\n","Data":"eA==")"));
            door->ask("PutRecord", of_stream(R"("PartitionKey":"k","Data":"eHl6")"));
        }
        door->client.call(
            "StopStreamEncryption",
            {{"StreamName", "Rides"}, {"EncryptionType", "KMS"}, {"KeyId", "alias/aws/kinesis"}});
        door->client.run_for(10s);
        door->ask("PutRecord", of_stream(R"("PartitionKey":"k","Data":"")"));
    }
    const std::string arn = "arn:aws:kinesis:us-east-1:000000000000:stream/";
    for (const char* shard : {first_shard, second_shard}) {
        const std::string iterator = quick.client.iterator("Rides", shard);
        REQUIRE(iterator == usual.client.iterator("Rides", shard));
        const std::string member = R"({"ShardIterator":")" + iterator + '"';
        for (const std::string& more : {std::string("}"),
                                        std::string(R"(,"Limit":3})"),
                                        std::string(R"(, "Limit" : 10000 })"),
                                        std::string(R"(,"Limit":3.0})"),
                                        std::string(R"(,"Limit":03})"),
                                        std::string(R"(,"Limit":0})"),
                                        std::string(R"(,"Limit":-1})"),
                                        std::string(R"(,"Limit":10001})"),
                                        std::string(R"(,"Limit":99999999999})"),
                                        std::string(R"(,"Limit":"3"})"),
                                        ",\"StreamARN\":\"" + arn + "Rides\"}",
                                        ",\"StreamARN\":\"" + arn + "other-stream\"}"}) {
            check_same(quick, usual, "GetRecords", member + more);
            quick.client.run_for(250ms);
            usual.client.run_for(250ms);
        }
        for (int count = 0; count < 7; ++count) {  // five a second
            check_same(quick, usual, "GetRecords", member + "}");
        }
    }
    check_same(quick, usual, "GetRecords", R"({"ShardIterator":"AAAA"})");
    check_same(quick, usual, "GetRecords", "{}");
}

TEST_CASE("kinesis quick way: GetRecords at a shard's end answers as it does the usual way") {
    Door quick;
    Door usual;
    std::string iterator;
    for (Door* door : {&quick, &usual}) {
        door->ask("PutRecord", of_stream(R"("PartitionKey":"a","Data":"eA==")"));
        door->client.call("MergeShards",
                          {{"StreamName", "Rides"},
                           {"ShardToMerge", first_shard},
                           {"AdjacentShardToMerge", second_shard}});
        door->client.run_for(30s);
        iterator = door->client.iterator("Rides", first_shard);
    }
    const std::string body = R"({"ShardIterator":")" + iterator + "\"}";
    check_same(quick, usual, "GetRecords", body);
    for (Door* door : {&quick, &usual}) {
        CHECK(door->ask("GetRecords", body).find("ParentShards") != std::string::npos);
        door->client.run_for(std::chrono::minutes(6));
    }
    check_same(quick, usual, "GetRecords", body);
}

TEST_CASE(
    "kinesis quick way: requests with a slip anywhere are answered as they are the usual way") {
    Door quick;
    Door usual;
    const std::string body =
        R"({"StreamName":"Rides","Records":[{"Data":"eA==","PartitionKey":"k","ExplicitHashKey":"12"}]})";
    for (std::size_t place = 0; place < body.size(); ++place) {
        std::string shorter = body;
        check_same(quick, usual, "PutRecords", shorter.erase(place, 1));
        for (const char letter : std::string_view("\"\\{}[],:0 A\n\x80", 13)) {
            std::string other = body;
            other[place] = letter;
            check_same(quick, usual, "PutRecords", other);
            check_same(quick, usual, "PutRecords", std::string(body).insert(place, 1, letter));
        }
        quick.client.run_for(1s);
        usual.client.run_for(1s);
    }
}
