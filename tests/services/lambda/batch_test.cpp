#include "services/lambda/batch.h"

#include <catch2/catch.hpp>

using namespace orrery::lambda;

namespace {

std::string verdict(std::string_view response) {
    const auto failed = failed_items(response, {"m1", "m2", "m3"});
    if (!failed) {
        return "all";
    }
    std::string text;
    for (const std::size_t index : *failed) {
        text.append(std::to_string(index)).append(" ");
    }
    return text;
}

}  // namespace

TEST_CASE("lambda ReportBatchItemFailures: what counts as complete success") {
    // [docs: services-sqs-errorhandling; LS
    // test_report_batch_item_failures_empty_json_batch_succeeds]
    for (const char* response : {"{}",
                                 "null",
                                 " null ",
                                 "\"\"",
                                 "",
                                 "[]",
                                 R"({"other":1})",
                                 R"({"batchItemFailures":null})",
                                 R"({"batchItemFailures": [] })"}) {
        INFO(response);
        CHECK(verdict(response).empty());
    }
}

TEST_CASE("lambda ReportBatchItemFailures: listed messages stay, however often they are listed") {
    // [LS test_report_batch_item_failures]
    CHECK(verdict(R"({"batchItemFailures":[{"itemIdentifier":"m2"}]})") == "1 ");
    CHECK(
        verdict(
            R"({"batchItemFailures":[{"itemIdentifier":"m3"},{"itemIdentifier":"m1"},{"itemIdentifier":"m3"}]})") ==
        "0 2 ");
}

TEST_CASE("lambda ReportBatchItemFailures: what counts as complete failure") {
    // [docs: services-sqs-errorhandling; LS
    // test_report_batch_item_failures_invalid_result_json_batch_fails]
    for (const char* response :
         {"{no json",
          R"({"batchItemFailures":[{"foo":"m1"}]})",
          R"({"batchItemFailures":[{"itemIdentifier":""}]})",
          R"({"batchItemFailures":[{"itemIdentifier":null}]})",
          R"({"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"other"}]})",
          R"({"batchItemFailures":["m1"]})",
          R"({"batchItemFailures":"m1"})",
          "\"Added 3 items\"",
          "17"}) {
        INFO(response);
        CHECK(verdict(response) == "all");
    }
}
