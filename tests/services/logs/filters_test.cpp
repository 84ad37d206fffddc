// Metric filters, subscription filters, tags, resource policies, fields.
#include "services/logs/filters.h"

#include "services/aws/encoding.h"
#include "services/logs/awslogs_payload.h"
#include "tests/services/logs/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::logs;
using namespace orrery::logs::test;
using namespace std::chrono_literals;

namespace {

class Sink final : public MetricSink {
public:
    void put(const MetricDatum& datum) override { data.push_back(datum); }
    std::vector<MetricDatum> data;
};

class Target final : public SubscriptionTarget {
public:
    bool accepts(std::string_view arn) override { return !arn.ends_with(":missing"); }
    void deliver(std::string_view arn, const std::string& payload) override {
        const Json event = Json::parse(payload);
        const std::string file =
            *aws::decode_base64(event.at("awslogs").at("data").get<std::string>());
        // A gzip file of one block without compression: 10 bytes, 5 bytes, the text, 8 bytes.
        REQUIRE(file.size() > 23);
        CHECK(file.substr(0, 3) == "\x1f\x8b\x08");
        delivered.emplace_back(arn, Json::parse(file.substr(15, file.size() - 23)));
    }
    std::vector<std::pair<std::string, Json>> delivered;
};

const std::string function = "arn:aws:lambda:us-east-1:000000000000:function:f";

Json metric_filter(const std::string& pattern, Json transformation) {
    transformation["metricName"] = "Count";
    transformation["metricNamespace"] = "App";
    return Bench::group_and({{"filterName", "f"},
                             {"filterPattern", pattern},
                             {"metricTransformations", Json::array({transformation})}});
}

Json subscription(const std::string& pattern, const std::string& arn) {
    return Bench::group_and(
        {{"filterName", "sub"}, {"filterPattern", pattern}, {"destinationArn", arn}});
}

}  // namespace

TEST_CASE("logs PutMetricFilter: matching events give a number, or one of their fields") {
    Bench bench;
    Sink sink;
    bench.service.set_metric_sink(sink);
    bench.make_stream();
    bench.call("PutMetricFilter", metric_filter("ERROR", {{"metricValue", "1"}}));
    bench.put({bench.now()});
    CHECK(sink.data.empty());
    bench.service.append("/app", "s", "ERROR here");
    REQUIRE(sink.data.size() == 1);
    CHECK(sink.data[0].metric_namespace == "App");
    CHECK(sink.data[0].name == "Count");
    CHECK(sink.data[0].value == 1);
    CHECK(sink.data[0].unit == "None");
    CHECK(sink.data[0].timestamp == bench.now());

    bench.call("PutMetricFilter",
               metric_filter("{ $.latency = * }",
                             {{"metricValue", "$.latency"},
                              {"unit", "Milliseconds"},
                              {"dimensions", {{"Path", "$.path"}}}}));
    bench.service.append("/app", "s", R"({"latency": 12.5, "path": "/a"})");
    bench.service.append("/app", "s", R"({"latency": 13})");              // no dimension
    bench.service.append("/app", "s", R"({"latency":"x","path":"/a"})");  // no number
    REQUIRE(sink.data.size() == 2);
    CHECK(sink.data[1].value == 12.5);
    CHECK(sink.data[1].unit == "Milliseconds");
    CHECK(sink.data[1].dimensions ==
          std::vector<std::pair<std::string, std::string>>{{"Path", "/a"}});

    bench.call("PutMetricFilter", metric_filter("[ip, size>5]", {{"metricValue", "$size"}}));
    bench.service.append("/app", "s", "1.2.3.4 77\n");
    REQUIRE(sink.data.size() == 3);
    CHECK(sink.data[2].value == 77);
}

TEST_CASE("logs PutMetricFilter: the default value is reported for minutes with events only") {
    Bench bench;
    Sink sink;
    bench.service.set_metric_sink(sink);
    bench.make_stream();
    bench.call("PutMetricFilter",
               metric_filter("ERROR", {{"metricValue", "1"}, {"defaultValue", 0}}));
    bench.run_for(3min);
    CHECK(sink.data.empty());
    bench.service.append("/app", "s", "fine");
    bench.service.append("/app", "s", "fine");
    bench.run_for(1min);
    REQUIRE(sink.data.size() == 1);
    CHECK(sink.data[0].value == 0);
    bench.service.append("/app", "s", "fine");
    bench.service.append("/app", "s", "ERROR");
    bench.run_for(1min);
    REQUIRE(sink.data.size() == 2);
    CHECK(sink.data[1].value == 1);
}

TEST_CASE("logs PutMetricFilter: what is refused") {
    Bench bench;
    bench.make_stream();
    const auto refusal = [&](const std::string& pattern, const Json& transformation) {
        return bench.failure("PutMetricFilter", metric_filter(pattern, transformation));
    };
    // hashicorp/terraform-provider-aws 28881
    CHECK(refusal("ERROR", {{"metricValue", "1"}, {"dimensions", {{"A", "$.a"}}}}) ==
          "InvalidParameterException: The specified filter pattern does not support dimensions");
    CHECK(refusal("a:b", {{"metricValue", "1"}}) ==
          "InvalidParameterException: Invalid character(s) in term ':'");
    for (const Json& wrong :
         {Json{{"metricValue", "x"}},
          Json{{"metricValue", "1"}, {"dimensions", {{"A", "a"}}}},
          Json{{"metricValue", "1"}, {"defaultValue", 0}, {"dimensions", {{"A", "$.a"}}}}}) {
        CHECK(refusal("{ $.a = 1 }", wrong).starts_with("InvalidParameterException"));
    }
    CHECK(bench.failure("PutMetricFilter", Bench::group_and({{"filterName", "f"}}))
              .starts_with("InvalidParameterException"));
}

TEST_CASE("logs DescribeMetricFilters: by group, prefix and metric; DeleteMetricFilter ends one") {
    Bench bench;
    bench.make_stream();
    bench.call("PutMetricFilter",
               metric_filter("x", {{"metricValue", "1"}, {"defaultValue", 2.5}}));
    bench.call("CreateLogGroup", {{"logGroupName", "b"}});
    Json other = metric_filter("", {{"metricValue", "1"}});
    other["logGroupName"] = "b";
    other["filterName"] = "g";
    bench.call("PutMetricFilter", other);
    const auto names = [&](const Json& parameters) {
        return listed(bench.call("DescribeMetricFilters", parameters)["metricFilters"],
                      "filterName");
    };
    CHECK(names(Json::object()) == "f g ");
    CHECK(names({{"logGroupName", "b"}}) == "g ");
    CHECK(names({{"logGroupName", "b"}, {"filterNamePrefix", "f"}}).empty());
    CHECK(names({{"metricName", "Count"}, {"metricNamespace", "App"}}) == "f g ");
    CHECK(names({{"metricName", "Count"}, {"metricNamespace", "No"}}).empty());
    CHECK(bench.failure("DescribeMetricFilters", {{"metricName", "Count"}})
              .starts_with("InvalidParameterException"));
    const Json filter = bench.call("DescribeMetricFilters", {{"limit", 1}})["metricFilters"][0];
    CHECK(filter == Json{{"filterName", "f"},
                         {"filterPattern", "x"},
                         {"logGroupName", "/app"},
                         {"creationTime", bench.now()},
                         {"metricTransformations",
                          Json::array({Json{{"metricName", "Count"},
                                            {"metricNamespace", "App"},
                                            {"metricValue", "1"},
                                            {"defaultValue", 2.5}}})}});
    CHECK(bench.call("DescribeLogGroups",
                     {{"logGroupNamePrefix", "b"}})["logGroups"][0]["metricFilterCount"] == 1);
    bench.call("DeleteMetricFilter", Bench::group_and({{"filterName", "f"}}));
    CHECK(names(Json::object()) == "g ");
    CHECK(bench.failure("DeleteMetricFilter", Bench::group_and({{"filterName", "f"}})) ==
          "ResourceNotFoundException: The specified metric filter does not exist.");
}

TEST_CASE("logs TestMetricFilter: which messages match, with their fields") {
    Bench bench;
    const Json answer = bench.call("TestMetricFilter",
                                   {{"filterPattern", "[level=ERROR, code]"},
                                    {"logEventMessages", {"INFO 1", "ERROR 2", "ERROR"}}});
    CHECK(answer["matches"] ==
          Json::array({Json{{"eventNumber", 2},
                            {"eventMessage", "ERROR 2"},
                            {"extractedValues", {{"$level", "ERROR"}, {"$code", "2"}}}}}));
    CHECK(
        bench
            .failure("TestMetricFilter", {{"filterPattern", "[level"}, {"logEventMessages", {"x"}}})
            .find("must end with ']'") != std::string::npos);
}

TEST_CASE("logs PutSubscriptionFilter: what matches is delivered to a function in batches") {
    Bench bench;
    Target target;
    bench.service.set_subscription_target(target);
    bench.make_stream();
    bench.call("PutSubscriptionFilter", subscription("[level=ERROR, text]", function));
    bench.service.append("/app", "s", "INFO no");
    bench.service.append("/app", "s", "ERROR one");
    bench.service.append("/app", "s", "ERROR two");
    CHECK(bench.world.loop.run_until_idle(bench.world.loop.now() + 1h) == Halt::idle);
    REQUIRE(target.delivered.size() == 1);
    const auto& [arn, document] = target.delivered[0];
    CHECK(arn == function);
    CHECK(document["messageType"] == "DATA_MESSAGE");
    CHECK(document["owner"] == "000000000000");
    CHECK(document["logGroup"] == "/app");
    CHECK(document["logStream"] == "s");
    CHECK(document["subscriptionFilters"] == Json::array({"sub"}));
    REQUIRE(document["logEvents"].size() == 2);
    CHECK(document["logEvents"][1]["message"] == "ERROR two");
    CHECK(document["logEvents"][1]["extractedFields"] == Json{{"level", "ERROR"}, {"text", "two"}});
    CHECK(document["logEvents"][0]["id"].get<std::string>().size() == 56);
}

TEST_CASE("logs PutSubscriptionFilter: what is refused; two a group") {
    Bench bench;
    bench.make_stream();
    const auto refusal = [&](const std::string& arn) {
        return bench.failure("PutSubscriptionFilter", subscription("", arn));
    };
    CHECK(refusal(function).find("Could not execute the lambda function") != std::string::npos);
    Target target;
    bench.service.set_subscription_target(target);
    CHECK(refusal("arn:aws:kinesis:us-east-1:000000000000:stream/x").find("kinesis") !=
          std::string::npos);
    CHECK(refusal("arn:aws:lambda:us-east-1:000000000000:function:missing")
              .find("Could not execute the lambda function") != std::string::npos);
    CHECK(refusal(function) == "no error");
    for (const char* name : {"sub", "second"}) {
        Json parameters = subscription("", function);
        parameters["filterName"] = name;
        CHECK(bench.failure("PutSubscriptionFilter", parameters) == "no error");
    }
    Json third = subscription("", function);
    third["filterName"] = "third";
    CHECK(bench.failure("PutSubscriptionFilter", third) ==
          "LimitExceededException: Resource limit exceeded.");
    const auto names = [&](const Json& more) {
        return listed(bench.call("DescribeSubscriptionFilters",
                                 Bench::group_and(more))["subscriptionFilters"],
                      "filterName");
    };
    CHECK(names(Json::object()) == "second sub ");
    CHECK(names({{"filterNamePrefix", "su"}}) == "sub ");
    bench.call("DeleteSubscriptionFilter", Bench::group_and({{"filterName", "sub"}}));
    CHECK(names(Json::object()) == "second ");
    CHECK(bench.failure("DeleteSubscriptionFilter", Bench::group_and({{"filterName", "sub"}})) ==
          "ResourceNotFoundException: The specified subscription filter does not exist.");
}

TEST_CASE("logs filters: five with regular expressions a group") {
    Bench bench;
    bench.make_stream();
    for (int count = 0; count < 6; ++count) {
        Json parameters = metric_filter("%a+%", {{"metricValue", "1"}});
        parameters["filterName"] = "f" + std::to_string(count);
        CHECK(bench.failure("PutMetricFilter", parameters) ==
              (count < 5 ? "no error" : "LimitExceededException: Resource limit exceeded."));
    }
}

TEST_CASE("logs gzip: blocks of at most 65,535 bytes, a sum and a size") {
    const std::string file = gzip(std::string(70'000, 'x'));
    CHECK(file.size() == 10 + 5 + 65'535 + 5 + 4'465 + 8);
    CHECK(file[10] == '\0');
    CHECK(file[10 + 5 + 65'535] == '\1');
    // The check value of CRC-32 is that of these nine digits.
    CHECK(aws::hex(gzip("123456789").substr(24, 4)) == "2639f4cb");
}

TEST_CASE("logs tags: TagResource, UntagResource and ListTagsForResource, and the older three") {
    Bench bench;
    bench.make_stream();
    const std::string arn = "arn:aws:logs:us-east-1:000000000000:log-group:/app";
    bench.call("TagResource", {{"resourceArn", arn}, {"tags", {{"a", "1"}, {"b", "2"}}}});
    bench.call("TagLogGroup", Bench::group_and({{"tags", {{"b", "3"}, {"c", "4"}}}}));
    const Json all{{"a", "1"}, {"b", "3"}, {"c", "4"}};
    CHECK(bench.call("ListTagsForResource", {{"resourceArn", arn}})["tags"] == all);
    CHECK(bench.call("ListTagsLogGroup", Bench::group_and({}))["tags"] == all);
    bench.call("UntagResource", {{"resourceArn", arn}, {"tagKeys", {"a", "x"}}});
    bench.call("UntagLogGroup", Bench::group_and({{"tags", {"b"}}}));
    CHECK(bench.call("ListTagsForResource", {{"resourceArn", arn}})["tags"] == Json{{"c", "4"}});
    Json many = Json::object();
    for (int count = 0; count < 50; ++count) {
        many["k" + std::to_string(count)] = "v";
    }
    CHECK(bench.failure("TagResource", {{"resourceArn", arn}, {"tags", many}})
              .starts_with("TooManyTagsException"));
    CHECK(bench.failure("ListTagsForResource", {{"resourceArn", arn + "no"}})
              .starts_with("ResourceNotFoundException"));
}

TEST_CASE("logs PutResourcePolicy, DescribeResourcePolicies and DeleteResourcePolicy") {
    Bench bench;
    const Json answer =
        bench.call("PutResourcePolicy", {{"policyName", "p"}, {"policyDocument", "{}"}});
    CHECK(answer["resourcePolicy"]["policyName"] == "p");
    CHECK(answer["resourcePolicy"]["lastUpdatedTime"] == bench.now());
    CHECK(listed(bench.call("DescribeResourcePolicies", Json::object())["resourcePolicies"],
                 "policyDocument") == "{} ");
    CHECK(bench.failure("PutResourcePolicy", {{"policyName", "p"}, {"policyDocument", "no"}})
              .starts_with("InvalidParameterException"));
    bench.call("DeleteResourcePolicy", {{"policyName", "p"}});
    CHECK(bench.failure("DeleteResourcePolicy", {{"policyName", "p"}})
              .starts_with("ResourceNotFoundException"));
    for (int count = 0; count < 11; ++count) {
        const std::string failure =
            bench.failure("PutResourcePolicy",
                          {{"policyName", "p" + std::to_string(count)}, {"policyDocument", "{}"}});
        CHECK(failure ==
              (count < 10 ? "no error" : "LimitExceededException: Resource limit exceeded."));
    }
}

TEST_CASE("logs GetLogGroupFields: how many recent events have a field") {
    Bench bench;
    bench.service.append("/app", "s", R"({"user":{"id":1},"a":2})");
    bench.service.append("/app", "s", R"({"a":[3]})");
    const Json fields = bench.call("GetLogGroupFields", Bench::group_and({}))["logGroupFields"];
    const auto percent = [&](const std::string& name) {
        for (const Json& field : fields) {
            if (field["name"] == name) {
                return field["percent"].get<int>();
            }
        }
        return 0;
    };
    CHECK(percent("@message") == 100);
    CHECK(percent("user.id") == 50);
    CHECK(percent("a.0") == 50);
    bench.run_for(16min);
    CHECK(bench.call("GetLogGroupFields", Bench::group_and({}))["logGroupFields"].empty());
}
