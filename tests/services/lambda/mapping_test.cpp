#include "tests/services/lambda/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace mapping_test {

using namespace orrery;
using namespace orrery::lambda::test;
using namespace std::chrono_literals;

namespace {

std::string refusal(Bench& bench, const Json& more) {
    Json parameters{{"FunctionName", "f"}, {"EventSourceArn", bench.queue.arn}};
    parameters.update(more);
    return bench.failure("CreateEventSourceMapping", parameters);
}

const std::string invalid = "InvalidParameterValueException: ";

}  // namespace

TEST_CASE("lambda CreateEventSourceMapping: answers exactly AWS's keys") {
    Bench bench;
    bench.create_function(Json::object());
    Json answer = bench.map_queue(Json::object());
    const std::string uuid = answer["UUID"];
    // [LS test_event_source_mapping_default_batch_size]
    CHECK(answer == Json{{"UUID", uuid},
                         {"BatchSize", 10},
                         {"MaximumBatchingWindowInSeconds", 0},
                         {"EventSourceArn", bench.queue.arn},
                         {"EventSourceMappingArn",
                          "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:" + uuid},
                         {"FunctionArn", "arn:aws:lambda:us-east-1:000000000000:function:f"},
                         {"FunctionResponseTypes", Json::array()},
                         {"LastModified", 1767225600},
                         {"State", "Creating"},
                         {"StateTransitionReason", "USER_INITIATED"}});
    CHECK(bench.call("GetEventSourceMapping", {{"UUID", uuid}})["State"] == "Enabled");
    CHECK(bench.trace("lambda.mapping.created").size() == 1);
}

TEST_CASE("lambda CreateEventSourceMapping: the function's ARN keeps the qualifier given") {
    Bench bench;
    bench.create_function(Json::object());
    // [LS test_function_name_variations]
    CHECK(bench.map_queue({{"FunctionName", "f:$LATEST"}})["FunctionArn"] ==
          "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST");
}

TEST_CASE("lambda CreateEventSourceMapping: refuses with AWS's texts") {
    Bench bench;
    bench.create_function(Json::object());
    // [LS test_event_source_mapping_exceptions]
    CHECK(bench.failure("CreateEventSourceMapping", {{"FunctionName", "f"}}) ==
          invalid + "Unrecognized event source.");
    CHECK(refusal(bench,
                  {{"DestinationConfig",
                    {{"OnFailure", {{"Destination", "arn:aws:sqs:us-east-1:000000000000:d"}}}}}}) ==
          invalid + "Unsupported DestinationConfig parameter for given event source mapping type.");
    // [LS]
    CHECK(refusal(bench, {{"FunctionName", "g"}}) == invalid + "Function does not exist");
    CHECK(refusal(bench, {{"BatchSize", 11}}) ==
          invalid +
              "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
              "greater than 10");
    // [LS test_esm_with_not_existing_sqs_queue]
    CHECK(refusal(bench, {{"EventSourceArn", "arn:aws:sqs:us-east-1:000000000000:gone"}}) ==
          invalid +
              "Error occurred while ReceiveMessage. SQS Error Code: "
              "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue "
              "does not exist.");
    // [botocore: ranges]
    CHECK(refusal(bench, {{"BatchSize", 0}}).starts_with("ValidationException: "));
    CHECK(refusal(bench, {{"BatchSize", 10001}}).find("'batchSize'") != std::string::npos);
    CHECK(refusal(bench, {{"MaximumBatchingWindowInSeconds", 301}}).find("equal to 300") !=
          std::string::npos);
    CHECK(refusal(bench, {{"ScalingConfig", {{"MaximumConcurrency", 1}}}}).find("equal to 2") !=
          std::string::npos);
    CHECK(refusal(bench, {{"FunctionResponseTypes", {"Other"}}}).find("enum value set") !=
          std::string::npos);
    // [LS test_sqs_invalid_event_filter]
    CHECK(refusal(bench, {{"FilterCriteria", {{"Filters", {{{"Pattern", "{\"a\":1}"}}}}}}}) ==
          invalid + "Invalid filter pattern definition.");
    const Json filter{{"Pattern", "{}"}};
    CHECK(refusal(
              bench,
              {{"FilterCriteria", {{"Filters", {filter, filter, filter, filter, filter, filter}}}}})
              .find("number of filters: 5") != std::string::npos);
    CHECK(
        refusal(bench,
                {{"FilterCriteria", {{"Filters", {{{"Pattern", "{}" + std::string(4095, ' ')}}}}}}})
            .find("less than or equal to 4096") != std::string::npos);
    CHECK(refusal(bench, {{"EventSourceArn", "arn:aws:kafka:us-east-1:000000000000:cluster/c"}})
              .find("arn:aws:kafka") != std::string::npos);
    const Json of_streams{{"StartingPosition", "LATEST"},
                          {"ParallelizationFactor", 1},
                          {"MaximumRetryAttempts", 1},
                          {"MaximumRecordAgeInSeconds", 60},
                          {"TumblingWindowInSeconds", 1},
                          {"BisectBatchOnFunctionError", true}};
    for (const auto& [name, value] : of_streams.items()) {
        CHECK(refusal(bench, {{name, value}}) ==
              invalid + "Unsupported " + name + " parameter for given event source mapping type.");
    }
    CHECK(refusal(bench, {{"LoggingConfig", Json::object()}}).find("LoggingConfig") !=
          std::string::npos);
    const Json pollers{{"MinimumPollers", 3}};
    CHECK(refusal(bench,
                  {{"ScalingConfig", {{"MaximumConcurrency", 2}}},
                   {"ProvisionedPollerConfig", pollers}})
              .find("at the same time") != std::string::npos);
    CHECK(refusal(bench,
                  {{"ProvisionedPollerConfig", {{"MinimumPollers", 9}, {"MaximumPollers", 8}}}})
              .find("MinimumPollers") != std::string::npos);
    CHECK(refusal(bench, {{"ProvisionedPollerConfig", {{"MaximumPollers", 10001}}}})
              .starts_with("ValidationException: "));
    // An empty filter is accepted. [LS test_create_event_filter_criteria_validation]
    CHECK(
        refusal(bench, {{"FilterCriteria", {{"Filters", Json::array()}}}}).starts_with("no error"));
}

TEST_CASE("lambda CreateEventSourceMapping: the queue must hide messages as long as the timeout") {
    Bench bench;
    bench.create_function({{"Timeout", 60}});
    // [public error logs]
    CHECK(refusal(bench, Json::object()) ==
          invalid +
              "Queue visibility timeout: 30 seconds is less than Function timeout: 60 "
              "seconds");
}

TEST_CASE("lambda CreateEventSourceMapping: the same pair twice is a conflict") {
    Bench bench;
    bench.create_function(Json::object());
    const std::string uuid = bench.map_queue(Json::object())["UUID"];
    // [LS test_duplicate_event_source_mappings]
    CHECK(refusal(bench, Json::object()) ==
          "ResourceConflictException: An event source mapping with SQS arn (\" " + bench.queue.arn +
              " \") and function (\" f \") already exists. Please update or delete the existing "
              "mapping with UUID " +
              uuid);
}

TEST_CASE("lambda CreateEventSourceMapping: FIFO queues take batches of ten and no window") {
    Bench bench;
    bench.queue.fifo = true;
    bench.create_function(Json::object());
    // [docs: services-sqs-parameters]
    CHECK(refusal(bench, {{"BatchSize", 11}}).find("FIFO") != std::string::npos);
    CHECK(refusal(bench, {{"MaximumBatchingWindowInSeconds", 1}}).find("FIFO") !=
          std::string::npos);
}

TEST_CASE("lambda UpdateEventSourceMapping: names the transition, and the state follows") {
    Bench bench;
    bench.create_function(Json::object());
    const std::string uuid = bench.map_queue({{"Enabled", false}})["UUID"];
    const Json named{{"UUID", uuid}};
    const auto update = [&](const Json& more) {
        Json parameters = named;
        parameters.update(more);
        return bench.call("UpdateEventSourceMapping", parameters);
    };
    // [LS test_fifo_message_group_parallelism; docs: with-kinesis]
    CHECK(bench.call("GetEventSourceMapping", named)["State"] == "Disabled");
    CHECK(update({{"Enabled", true}})["State"] == "Enabling");
    CHECK(bench.call("GetEventSourceMapping", named)["State"] == "Enabled");
    const Json updated = update({{"BatchSize", 5}, {"ScalingConfig", {{"MaximumConcurrency", 2}}}});
    CHECK(updated["State"] == "Updating");
    CHECK(updated["BatchSize"] == 5);
    CHECK(updated["ScalingConfig"] == Json{{"MaximumConcurrency", 2}});
    CHECK(update({{"Enabled", false}})["State"] == "Disabling");
    CHECK(bench.call("GetEventSourceMapping", named)["BatchSize"] == 5);
    CHECK(bench.call("DeleteEventSourceMapping", named)["State"] == "Deleting");
    // [LS test_event_source_mapping_exceptions]
    for (const char* operation :
         {"GetEventSourceMapping", "UpdateEventSourceMapping", "DeleteEventSourceMapping"}) {
        CHECK(bench.failure(operation, named) ==
              "ResourceNotFoundException: The resource you requested does not exist.");
    }
}

TEST_CASE(
    "lambda UpdateEventSourceMapping: what only some have is answered, and can be taken back") {
    Bench bench;
    bench.create_function(Json::object());
    const Json given{{"FilterCriteria", {{"Filters", {{{"Pattern", "{\"body\":[\"x\"]}"}}}}}},
                     {"ProvisionedPollerConfig", {{"MinimumPollers", 3}}},
                     {"KMSKeyArn", "arn:aws:kms:us-east-1:000000000000:key/k"},
                     {"MetricsConfig", {{"Metrics", {"EventCount"}}}}};
    const Json created = bench.map_queue(given);
    CHECK(created["FilterCriteria"] == given["FilterCriteria"]);
    // [docs: services-sqs-parameters]
    CHECK(created["ProvisionedPollerConfig"] ==
          Json{{"MinimumPollers", 3}, {"MaximumPollers", 200}});
    CHECK(created["KMSKeyArn"] == given["KMSKeyArn"]);
    CHECK(created["MetricsConfig"] == given["MetricsConfig"]);
    const Json updated = bench.call("UpdateEventSourceMapping",
                                    {{"UUID", created["UUID"]},
                                     {"FilterCriteria", Json::object()},
                                     {"ProvisionedPollerConfig", Json::object()},
                                     {"KMSKeyArn", ""},
                                     {"MetricsConfig", Json::object()}});
    for (const auto& [name, value] : given.items()) {
        CHECK_FALSE(updated.contains(name));
    }
}

TEST_CASE("lambda UpdateEventSourceMapping: also when its queue is gone") {
    Bench bench;
    bench.create_function(Json::object());
    const std::string uuid = bench.map_queue(Json::object())["UUID"];
    bench.queue.arn = "arn:aws:sqs:us-east-1:000000000000:other";
    CHECK(bench.call("UpdateEventSourceMapping", {{"UUID", uuid}, {"Enabled", false}})["State"] ==
          "Disabling");
}

TEST_CASE("lambda ListTags: of a mapping, by its ARN") {
    Bench bench;
    bench.create_function(Json::object());
    const Json mapping = bench.map_queue({{"Tags", {{"t", "1"}}}});
    const Json named{{"Resource", mapping["EventSourceMappingArn"]}};
    CHECK(bench.call("ListTags", named)["Tags"] == Json{{"t", "1"}});
    const std::string gone =
        "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:"
        "00000000-0000-0000-0000-000000000000";
    // [LS test_tag_exceptions]
    CHECK(bench.failure("ListTags", {{"Resource", gone}}) ==
          "ResourceNotFoundException: Event source mapping not found: " + gone);
}

TEST_CASE("lambda ListEventSourceMappings: by queue and by function") {
    Bench bench;
    bench.create_function(Json::object());
    bench.create_function({{"FunctionName", "g"}});
    bench.map_queue(Json::object());
    bench.map_queue({{"FunctionName", "g"}});
    const auto count = [&](const Json& parameters) {
        return bench.call("ListEventSourceMappings", parameters)["EventSourceMappings"].size();
    };
    CHECK(count(Json::object()) == 2);
    CHECK(count({{"FunctionName", "g"}}) == 1);
    CHECK(count({{"EventSourceArn", bench.queue.arn}}) == 2);
    CHECK(count({{"EventSourceArn", "arn:aws:sqs:us-east-1:000000000000:other"}}) == 0);
}

TEST_CASE("lambda ListEventSourceMappings: page by page, in the order they were created") {
    Bench bench;
    for (const char* name : {"f", "g", "h"}) {
        bench.create_function({{"FunctionName", name}});
        bench.map_queue({{"FunctionName", name}});
    }
    const auto functions = [](const Json& answer) {
        std::string names;
        for (const Json& mapping : answer["EventSourceMappings"]) {
            names += mapping["FunctionArn"].get<std::string>().back();
        }
        return names;
    };
    const Json first = bench.call("ListEventSourceMappings", {{"MaxItems", 2}});
    CHECK(functions(first) == "fg");
    const Json rest =
        bench.call("ListEventSourceMappings", {{"MaxItems", 2}, {"Marker", first["NextMarker"]}});
    CHECK(functions(rest) == "h");
    CHECK_FALSE(rest.contains("NextMarker"));
    CHECK(bench.failure("ListEventSourceMappings", {{"MaxItems", 0}})
              .starts_with("ValidationException: "));
}

}  // namespace mapping_test
