// Operations with a quick way: from the same requests it makes the same answers, events, metrics
// and items as the usual way.
#include "engine/random.h"
#include "engine/world.h"
#include "services/aws/gateway.h"
#include "services/aws/metrics.h"
#include "services/aws/model.h"
#include "services/aws/plain_parameters.h"
#include "services/dynamodb/dynamodb.h"
#include "tests/services/usual_way.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace orrery;
using namespace std::chrono_literals;
using orrery::test::for_the_usual_way;

namespace {

/// Every value in the order of its recording.
class MetricLog final : public aws::MetricWriter {
public:
    aws::Metric& metric(const aws::MetricName& name) override {
        std::string text = name.name;
        for (const aws::MetricDimension& dimension : name.dimensions) {
            text += " " + dimension.name + "=" + dimension.value;
        }
        std::unique_ptr<Logged>& metric = metrics_[text];
        if (metric == nullptr) {
            metric = std::make_unique<Logged>(text, log_);
        }
        return *metric;
    }
    void add_sampler(aws::MetricSampler& /*sampler*/) override {}

    std::string take() { return std::exchange(log_, {}); }

private:
    class Logged final : public aws::Metric {
    public:
        Logged(std::string name, std::string& log) : name_(std::move(name)), log_(log) {}

    private:
        void begin(Instant at, double value) override {
            log_ += name_ + " " + iso8601(at) + " " + std::to_string(value) + "\n";
        }
        std::string name_;
        std::string& log_;
    };

    std::map<std::string, std::unique_ptr<Logged>> metrics_;
    std::string log_;
};

/// Tables behind a gateway, as the network sees them.
class Door {
public:
    Door() {
        api_.add(service.api());
        api_.add(service.streams_api());
        create(R"({"TableName":"Plain","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
        create(R"({"TableName":"Watched","BillingMode":"PAY_PER_REQUEST",
            "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},
                {"AttributeName":"at","AttributeType":"N"},{"AttributeName":"x","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}],
            "LocalSecondaryIndexes":[{"IndexName":"local-x","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"x","KeyType":"RANGE"}]}],
            "GlobalSecondaryIndexes":[{"IndexName":"global-x","Projection":{"ProjectionType":"KEYS_ONLY"},
                "KeySchema":[{"AttributeName":"x","KeyType":"HASH"}]}]})");
        create(R"({"TableName":"Bytes","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"B"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
        create(R"({"TableName":"Small",
            "ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1},
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
        run_for(60s);
        ask("UpdateTimeToLive",
            R"({"TableName":"Watched","TimeToLiveSpecification":{"AttributeName":"n","Enabled":true}})");
        run_for(60s);
        observed();
    }

    /// Status, headers and body.
    std::string ask(const std::string& operation,
                    const std::string& body,
                    const std::string& prefix = "DynamoDB_20120810.") {
        const HttpRequest request{"POST",
                                  "/",
                                  {{"X-Amz-Target", prefix + operation},
                                   {"Content-Type", "application/x-amz-json-1.0"},
                                   {"Host", "localhost:4566"}},
                                  body};
        std::optional<std::string> text;
        gateway_.handle(request, nullptr, [&text](const HttpResponse& response) {
            text = std::to_string(response.status) + "\n";
            for (const HttpHeader& header : response.headers) {
                *text += header.name + ": " + header.value + "\n";
            }
            *text += response.body;
        });
        while (!text && world.loop.step()) {
        }
        REQUIRE(text.has_value());
        return *text;
    }

    Json ask_json(const std::string& operation,
                  const std::string& body,
                  const std::string& prefix = "DynamoDB_20120810.") {
        const std::string answer = ask(operation, body, prefix);
        REQUIRE(answer.starts_with("200\n"));
        return Json::parse(answer.substr(answer.find('{')));
    }

    /// What was traced and measured since the last call, and when this is.
    std::string observed() {
        std::string text = iso8601(world.loop.now()) + "\n" + metrics.take();
        for (; traced_ < world.trace.kept(); ++traced_) {
            text += world.trace[traced_].line() + "\n";
        }
        return text;
    }

    void run_for(Duration duration) { world.loop.run_until(world.loop.now() + duration); }

    /// All that is in the tables, and in the stream.
    std::string contents() {
        std::string all;
        for (const char* table : {"Plain", "Watched", "Bytes", "Small"}) {
            const std::vector<dynamodb::Item> items = service.items(table).value();
            for (const dynamodb::Item& item : items) {
                all += dynamodb::write_item(item).dump(
                           -1, ' ', false, Json::error_handler_t::replace) +
                       "\n";
            }
        }
        const std::string streams = "DynamoDBStreams_20120810.";
        const std::string arn =
            ask_json("ListStreams", "{}", streams)["Streams"][0]["StreamArn"].get<std::string>();
        const std::string of_stream = R"({"StreamArn":")" + arn + '"';
        const std::string shard = ask_json("DescribeStream",
                                           of_stream + "}",
                                           streams)["StreamDescription"]["Shards"][0]["ShardId"]
                                      .get<std::string>();
        std::string iterator =
            ask_json(
                "GetShardIterator",
                of_stream + R"(,"ShardIteratorType":"TRIM_HORIZON","ShardId":")" + shard + "\"}",
                streams)["ShardIterator"]
                .get<std::string>();
        for (bool more = true; more;) {
            const Json answer =
                ask_json("GetRecords", R"({"ShardIterator":")" + iterator + "\"}", streams);
            more = !answer["Records"].empty();
            iterator = answer.value("NextShardIterator", "");
            all += answer["Records"].dump();
        }
        return all;
    }

    World world;
    MetricLog metrics;
    dynamodb::DynamoDbService service{world, aws::Identity{}, &metrics};

private:
    void create(const std::string& body) {
        REQUIRE(ask("CreateTable", body).starts_with("200\n"));
        run_for(10s);
    }

    aws::Api api_;
    aws::Gateway gateway_{world, [this](const aws::Identity&) -> aws::Api& { return api_; }};
    std::uint64_t traced_ = 0;
};

void check_same(Door& quick, Door& usual, const std::string& operation, const std::string& body) {
    CAPTURE(operation, body.substr(0, 2000));
    REQUIRE(quick.ask(operation, body) == usual.ask(operation, for_the_usual_way(body)));
    REQUIRE(quick.observed() == usual.observed());
}

/// Right and wrong.
const std::vector<std::string> values{
    R"({"S":"text"})",
    R"({"S":""})",
    R"({ "S" : "with blanks" })",
    R"({"S":"a\u0062\n"})",
    "{\"S\":\"\xC3\xA9\"}",
    "{\"S\":\"\xFF\"}",
    "{\"S\":\"\x01\"}",
    R"({"S":7})",
    R"({"S":null})",
    R"({"S":"a","S":"b"})",
    R"({"S":"a","N":"1"})",
    R"({"S":"a","More":1})",
    R"({"S":"a","N":null})",
    R"({"N":"0"})",
    R"({"N":"-0"})",
    R"({"N":"1.50"})",
    R"({"N":"+5"})",
    R"({"N":"007"})",
    R"({"N":"1e3"})",
    R"({"N":"-1E-130"})",
    R"({"N":"1E-131"})",
    R"({"N":"1e126"})",
    R"({"N":"9.9999999999999999999999999999999999999E+125"})",
    R"({"N":"123456789012345678901234567890123456789"})",
    R"({"N":"100000000000000000000000000000000000000000"})",
    R"({"N":""})",
    R"({"N":" 1"})",
    R"({"N":"one"})",
    R"({"N":1})",
    R"({"B":"eHl6"})",
    R"({"B":""})",
    R"({"B":"eA=="})",
    R"({"B":"eB=="})",
    R"({"B":"eA"})",
    R"({"B":"?"})",
    R"({"BOOL":true})",
    R"({"BOOL":false})",
    R"({"BOOL":"true"})",
    R"({"BOOL":tru})",
    R"({"BOOL":1})",
    R"({"NULL":true})",
    R"({"NULL":false})",
    R"({"SS":["b","a"]})",
    R"({"SS":["a","a"]})",
    R"({"SS":[]})",
    R"({"NS":["2","1.0"]})",
    R"({"NS":["1","1.0"]})",
    R"({"BS":["eA=="]})",
    R"({"L":[]})",
    R"({"L":[{"S":"a"},{"N":"1"},{"L":[{"BOOL":false}]}]})",
    R"({"L":[{"S":"a"},null]})",
    R"({"L":{}})",
    R"({"M":{}})",
    R"({"M":{"b":{"N":"2"},"a":{"M":{"":{"NULL":true}}}}})",
    R"({"M":{"b":{"N":"2"},"b":{"N":"3"}}})",
    R"({"M":{"b":{"N":"two"},"a":{"B":"?"}}})",
    R"({"M":[]})",
    R"({"X":"1"})",
    R"({})",
    R"([])",
    R"(null)",
    R"("S")",
    R"(7)",
};

const std::vector<std::string> more_members{
    R"("ReturnConsumedCapacity":"TOTAL")",
    R"("ReturnConsumedCapacity":"INDEXES")",
    R"("ReturnConsumedCapacity":"NONE")",
    R"("ReturnConsumedCapacity":"MUCH")",
    R"("ReturnValues":"ALL_OLD")",
    R"("ReturnValues":"NONE")",
    R"("ReturnValues":"UPDATED_NEW")",
    R"("ReturnItemCollectionMetrics":"SIZE")",
    R"j("ConditionExpression":"attribute_not_exists(id)")j",
    R"j("ConditionExpression":"attribute_not_exists(id)","ReturnValuesOnConditionCheckFailure":"ALL_OLD")j",
    R"("ConditionExpression":"")",
    R"("ConditionExpression":"x =")",
    R"("Expected":{"id":{"Exists":false}})",
    R"("ExpressionAttributeNames":{"#a":"x"})",
    R"("ConsistentRead":true)",
    R"("ConsistentRead":false)",
    R"("ConsistentRead":null)",
    R"("ConsistentRead":"true")",
    R"("ProjectionExpression":"x, n")",
    R"("AttributesToGet":["x"])",
    R"("TableName":"Plain")",
    R"("Unknown":{"a":[1,2]})",
    R"("Item":{"id":{"S":"twice"}})",
    R"("Key":{"id":{"S":"twice"}})",
};

/// Requests most of which are well-formed, and many right.
class Requests {
public:
    explicit Requests(std::uint64_t seed) : random_(seed) {}

    std::pair<std::string, std::string> next() {
        const bool put = random_.chance(500'000);
        const std::string table = any(std::vector<std::string>{
            "Plain", "Plain", "Plain", "Watched", "Watched", "Bytes", "Small"});
        std::vector<std::string> members{
            R"("TableName":)" + name_of(table),
            (put ? R"("Item":{)" : R"("Key":{)") + attributes(table, put) + "}"};
        if (random_.chance(20'000)) {
            members.erase(members.begin() + static_cast<std::ptrdiff_t>(random_.below(2)));
        }
        while (random_.chance(200'000)) {
            members.push_back(any(more_members));
        }
        if (random_.chance(300'000)) {
            std::swap(members.front(), members.back());
        }
        return {put ? "PutItem" : "GetItem", "{" + joined(members) + "}"};
    }

private:
    const std::string& any(const std::vector<std::string>& texts) {
        return texts[random_.below(texts.size())];
    }

    std::string name_of(const std::string& table) {
        if (random_.chance(970'000)) {
            return '"' + table + '"';
        }
        return any({R"("none")",
                    R"("")",
                    R"("x")",
                    R"("not a name")",
                    R"(7)",
                    R"(null)",
                    R"("arn:aws:dynamodb:us-east-1:000000000000:table/Plain")",
                    R"("arn:aws:dynamodb:us-east-1:000000000000:table/none")",
                    R"("arn:aws:dynamodb:eu-west-1:000000000000:table/Plain")"});
    }

    std::string attributes(const std::string& table, bool put) {
        std::vector<std::string> all;
        const std::string number = std::to_string(random_.below(8));
        if (random_.chance(980'000)) {
            all.push_back(R"("id":)" + (random_.chance(50'000) ? any(values)
                                        : table == "Bytes"     ? R"({"B":"eHl)" + number + "\"}"
                                                           : R"({"S":"item-)" + number + "\"}"));
        }
        if (table == "Watched" && random_.chance(980'000)) {
            all.push_back(R"("at":)" +
                          (random_.chance(50'000) ? any(values) : R"({"N":")" + number + ".50\"}"));
        }
        while (random_.chance(put ? 600'000 : 20'000)) {
            const std::string name = any({"x", "x", "n", "text", "m", "Z", "\\u0061", "id", ""});
            all.push_back('"' + name + "\":" + any(values));
        }
        if (put && random_.chance(30'000)) {
            all.push_back(R"("large":{"S":")" +
                          std::string(random_.below(3) * 204'000 + random_.below(2000), 'x') +
                          "\"}");
        }
        if (random_.chance(300'000) && !all.empty()) {
            std::swap(all.front(), all.back());
        }
        return joined(all);
    }

    std::string joined(const std::vector<std::string>& parts) {
        std::string text;
        for (const std::string& part : parts) {
            text += text.empty() ? "" : random_.chance(100'000) ? " ,\n " : ",";
            text += part;
        }
        return text;
    }

    RandomStream random_;
};

void check_random(Door& quick, Door& usual, std::uint64_t seed, int count) {
    Requests requests(seed);
    for (int step = 0; step < count; ++step) {
        const auto [operation, body] = requests.next();
        check_same(quick, usual, operation, body);
        if (step % 10 == 0) {
            quick.run_for(500ms);
            usual.run_for(500ms);
        }
        if (step % 1000 == 0) {
            REQUIRE(quick.contents() == usual.contents());
        }
    }
    REQUIRE(quick.contents() == usual.contents());
}

void add_faults(World& world) {
    for (const char* point : {"dynamodb.conflict",
                              "dynamodb.internal_error",
                              "dynamodb.latency",
                              "dynamodb.throttle"}) {
        FaultRule rule;
        rule.point = point;
        rule.parts_per_million = 100'000;
        world.faults.add(rule);
    }
}

}  // namespace

TEST_CASE("dynamodb quick way: random requests are answered as they are the usual way") {
    Door quick;
    Door usual;
    check_random(quick, usual, 1, 6000);
}

TEST_CASE("dynamodb quick way: where faults strike, answers are those of the usual way") {
    Door quick;
    Door usual;
    add_faults(quick.world);
    add_faults(usual.world);
    check_random(quick, usual, 2, 1000);
}

TEST_CASE("dynamodb quick way: answers that come later are those of the usual way") {
    Door quick;
    Door usual;
    quick.service.set_latency(10ms);
    usual.service.set_latency(10ms);
    check_random(quick, usual, 3, 1000);
}

TEST_CASE("dynamodb quick way: items that a transaction holds are refused the usual way") {
    Door quick;
    Door usual;
    const std::string item = R"({"TableName":"Plain","Item":{"id":{"S":"a"}}})";
    for (Door* door : {&quick, &usual}) {
        door->service.set_latency(10ms);
        door->ask("TransactWriteItems", R"({"TransactItems":[{"Put":)" + item + "}]}");
        door->service.set_latency(0ms);
    }
    check_same(quick, usual, "PutItem", item);
    quick.run_for(1s);
    usual.run_for(1s);
    check_same(quick, usual, "PutItem", item);
}

TEST_CASE(
    "dynamodb quick way: requests with a slip anywhere are answered as they are the usual way") {
    Door quick;
    Door usual;
    const std::vector<std::pair<std::string, std::string>> requests{
        {"PutItem",
         R"({"TableName":"Plain","Item":{"id":{"S":"a"},"n":{"N":"1.5"},"l":{"L":[]}}})"},
        {"GetItem", R"({"TableName":"Plain","Key":{"id":{"S":"a"}},"ConsistentRead":true})"}};
    for (const auto& [operation, body] : requests) {
        for (std::size_t place = 0; place < body.size(); ++place) {
            std::string shorter = body;
            check_same(quick, usual, operation, shorter.erase(place, 1));
            for (const char letter : std::string_view("\"\\{}[],:0 A\n\x80", 13)) {
                std::string other = body;
                other[place] = letter;
                check_same(quick, usual, operation, other);
                check_same(quick, usual, operation, std::string(body).insert(place, 1, letter));
            }
        }
    }
    for (const char* body : {"", "[]", "{}", "null", " {} ", "{}{}"}) {
        check_same(quick, usual, "PutItem", body);
        check_same(quick, usual, "GetItem", body);
    }
}

TEST_CASE("dynamodb quick way: plain requests go it, others do not") {
    Door door;
    const auto answered = [&](const std::string& operation, const std::string& body) {
        aws::PlainParameters parameters;
        const aws::PlainValue* plain =
            parameters.read(body, *aws::find_model("dynamodb")->find_operation(operation)->input);
        return plain == nullptr ? std::nullopt
                                : (*door.service.api().find_quick(operation))(*plain);
    };
    const std::string put =
        R"({"TableName":"Plain","Item":{"id":{"S":"a"},"n":{"N":"01"},"b":{"B":"eA=="},"l":{"L":[{"M":{"t":{"BOOL":true}}}]}}})";
    const std::string get = R"({"TableName":"Plain","Key":{"id":{"S":"a"}},"ConsistentRead":true})";
    CHECK(answered("PutItem", put) == "{}");
    CHECK(
        answered("GetItem", get) ==
        R"({"Item":{"b":{"B":"eA=="},"id":{"S":"a"},"l":{"L":[{"M":{"t":{"BOOL":true}}}]},"n":{"N":"1"}}})");
    CHECK(answered("GetItem", R"({"TableName":"Plain","Key":{"id":{"S":"b"}}})") == "{}");
    CHECK_FALSE(
        answered("PutItem",
                 R"({"TableName":"Plain","Item":{"id":{"S":"a"}},"ReturnValues":"ALL_OLD"})")
            .has_value());
    CHECK_FALSE(
        answered("GetItem",
                 R"({"TableName":"Plain","Key":{"id":{"S":"a"}},"ProjectionExpression":"n"})")
            .has_value());
    door.service.set_latency(1ms);
    CHECK_FALSE(answered("PutItem", put).has_value());
    CHECK_FALSE(answered("GetItem", get).has_value());
}
