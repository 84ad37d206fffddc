#include "services/aws/plain_parameters.h"

#include <catch2/catch.hpp>

#include <string>

using namespace orrery::aws;

namespace {

const Shape& input_of(const std::string& service, const std::string& operation) {
    return *find_model(service)->find_operation(operation)->input;
}

bool is_read(const std::string& text, const std::string& service, const std::string& operation) {
    PlainParameters parameters;
    return parameters.read(text, input_of(service, operation)) != nullptr;
}
bool is_read(const std::string& text, const std::string& operation = "PutRecords") {
    return is_read(text, "kinesis", operation);
}

std::string of_record(const std::string& members) {
    return R"({"StreamName":"s","Records":[{)" + members + "}]}";
}

}  // namespace

TEST_CASE("aws plain parameters: members, lists, texts and numbers stand where they stood") {
    PlainParameters parameters;
    const std::string text = R"( {"Records" : [ {"PartitionKey":"a b","Data":"eHl6"},
        {"Data":"","ExplicitHashKey":"7","PartitionKey":"c"}],"StreamName":"Rides"} )";
    const PlainValue* root = parameters.read(text, input_of("kinesis", "PutRecords"));
    REQUIRE(root != nullptr);
    CHECK(root->size() == 2);
    CHECK(root->optional_text("StreamName") == "Rides");
    CHECK(root->find("StreamARN") == nullptr);
    CHECK_FALSE(root->optional_text("StreamARN").has_value());
    const PlainValue* records = root->find("Records");
    REQUIRE(records != nullptr);
    REQUIRE(records->size() == 2);
    std::string all;
    for (const PlainValue& record : *records) {
        for (const char* name : {"PartitionKey", "Data", "ExplicitHashKey"}) {
            all.append(record.optional_text(name).value_or("-")) += '|';
        }
    }
    CHECK(all == "a b|eHl6|-|c||7|");
    CHECK(records->find("PartitionKey") == nullptr);

    const std::string other = R"({"ShardIterator":"AAAA","Limit":25})";
    root = parameters.read(other, input_of("kinesis", "GetRecords"));
    REQUIRE(root != nullptr);
    CHECK(root->optional_integer("Limit") == 25);
}

TEST_CASE("aws plain parameters: maps have names, each once, and booleans are true or false") {
    const Shape& put = input_of("dynamodb", "PutItem");
    PlainParameters parameters;
    const std::string text =
        R"({"TableName":"t","Item":{"b":{"BOOL":true},"" : {"M":{"x":{"S":"1"}}}, "c d":{"BOOL":false}}})";
    const PlainValue* root = parameters.read(text, put);
    REQUIRE(root != nullptr);
    const PlainValue& item = *root->find("Item");
    CHECK(item.size() == 3);
    std::string names;
    for (const PlainValue& value : item) {
        names.append(value.name()).append("=").append((*value.begin()).name()) += '|';
    }
    CHECK(names == "b=BOOL|=M|c d=BOOL|");
    CHECK(item.find("b")->find("BOOL")->truth());
    CHECK_FALSE(item.find("c d")->find("BOOL")->truth());
    CHECK(item.find("")->find("M")->find("x")->find("S")->text() == "1");
    const auto of_item = [](const std::string& attributes) {
        return R"({"TableName":"t","Item":{)" + attributes + "}}";
    };
    CHECK(is_read(of_item(R"("a":{})"), "dynamodb", "PutItem"));
    for (const char* attributes : {R"("a":{"S":"1"},"b":{"S":"1"},"a":{"S":"1"})",
                                   R"("a":{"M":{"b":{"S":"1"},"b":{"S":"1"}}})",
                                   R"("a":null)",
                                   R"("a":{"BOOL":truth})",
                                   R"("a":{"BOOL":1})",
                                   R"("\u0061":{"S":"1"})",
                                   R"(a:{"S":"1"})",
                                   R"("a" {"S":"1"})",
                                   R"("a":{"S":"1"},)"}) {
        CAPTURE(attributes);
        CHECK_FALSE(is_read(of_item(attributes), "dynamodb", "PutItem"));
    }
    CHECK_FALSE(is_read(of_item('"' + std::string(65536, 'a') + R"(":{})"), "dynamodb", "PutItem"));
    std::string many = R"("0":{})";
    for (int name = 1; name < 64; ++name) {
        many += ",\"" + std::to_string(name) + "\":{}";
    }
    CHECK(is_read(of_item(many), "dynamodb", "PutItem"));
    CHECK_FALSE(is_read(of_item(many + R"(,"64":{})"), "dynamodb", "PutItem"));
}

TEST_CASE("aws plain parameters: what is not plain is not read") {
    REQUIRE(is_read(of_record(R"("Data":"eA==","PartitionKey":"k")")));
    for (const char* members : {
             R"("Data":"eA==","PartitionKey":"\u0061")",
             "\"Data\":\"eA==\",\"PartitionKey\":\"\xC3\xA9\"",
             R"("Data":"eA==","PartitionKey":"k","PartitionKey":"k")",
             R"("Data":"eA==","PartitionKey":"k","ExplicitHashKey":null)",
             R"("Data":"eA==","PartitionKey":"k","More":"x")",
             R"("Data":"eA==","PartitionKey":7)",
             R"("Data":"eA==","PartitionKey":"k",)",
             R"("Data":"eA==" "PartitionKey":"k")",
         }) {
        CAPTURE(members);
        CHECK_FALSE(is_read(of_record(members)));
    }
    for (const char* text : {"",
                             " ",
                             "{",
                             "[]",
                             "null",
                             "{}}",
                             R"({"Records")",
                             R"({"Records":})",
                             R"({"Records":[])",
                             R"({Records:[]})"}) {
        CAPTURE(text);
        CHECK_FALSE(is_read(text));
    }
}

TEST_CASE("aws plain parameters: what the model has something against is not read") {
    for (const char* members : {
             R"("Data":"eA==")",                                            // PartitionKey
             R"("Data":"eA==","PartitionKey":"")",                          // its length
             R"("Data":"eB==","PartitionKey":"k")",                         // no canonical base64
             R"("Data":"eA=","PartitionKey":"k")",                          // none at all
             R"("Data":"eA==","PartitionKey":"k","ExplicitHashKey":"007")"  // its pattern
         }) {
        CAPTURE(members);
        CHECK_FALSE(is_read(of_record(members)));
    }
    CHECK_FALSE(is_read(R"({"StreamName":"s","Records":[]})"));
    CHECK(is_read(R"({"StreamName":"s","ShardId":"x","ShardIteratorType":"LATEST"})",
                  "GetShardIterator"));
    CHECK_FALSE(is_read(R"({"StreamName":"s","ShardId":"x","ShardIteratorType":"LAST"})",
                        "GetShardIterator"));
    for (const char* limit : {"0", "10001", "-1", "05", "5.0", "5e2", "1 0", "99999999999", ""}) {
        CAPTURE(limit);
        CHECK_FALSE(is_read(R"({"ShardIterator":"AAAA","Limit":)" + std::string(limit) + "}",
                            "GetRecords"));
    }
    CHECK(is_read(R"({"ShardIterator":"AAAA","Limit":10000})", "GetRecords"));
}
