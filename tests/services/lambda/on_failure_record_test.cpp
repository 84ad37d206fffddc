#include "services/lambda/on_failure_record.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::lambda;

namespace {

OnFailureRecord record() {
    OnFailureRecord record;
    record.request_id = "r";
    record.function_arn = "arn:f";
    record.invocations = 2;
    record.executed_version = "$LATEST";
    record.function_error = true;
    record.now = *parse_instant("2019-11-14T00:38:06.021Z");
    record.stream_arn = "arn:s";
    record.shard = "shardId-000000000001";
    record.first_sequence_number = "1";
    record.last_sequence_number = "2";
    record.first_arrived = *parse_instant("2019-11-14T00:38:04.835Z");
    record.last_arrived = *parse_instant("2019-11-14T00:38:05.580Z");
    record.records = 500;
    return record;
}

}  // namespace

TEST_CASE("on-failure record: Kinesis' document") {
    // [docs: kinesis-on-failure-destination]
    CHECK(on_failure_document(record(), "") ==
          R"({"requestContext":{"requestId":"r","functionArn":"arn:f",)"
          R"("condition":"RetryAttemptsExhausted","approximateInvokeCount":2},)"
          R"("responseContext":{"statusCode":200,"executedVersion":"$LATEST",)"
          R"("functionError":"Unhandled"},"version":"1.0","timestamp":"2019-11-14T00:38:06.021Z",)"
          R"("KinesisBatchInfo":{"shardId":"shardId-000000000001","startSequenceNumber":"1",)"
          R"("endSequenceNumber":"2","approximateArrivalOfFirstRecord":"2019-11-14T00:38:04.835Z",)"
          R"("approximateArrivalOfLastRecord":"2019-11-14T00:38:05.580Z","batchSize":500,)"
          R"("streamArn":"arn:s"}})");
}

TEST_CASE("on-failure record: DynamoDB's times have no milliseconds, age leaves no response") {
    // [LS test_dynamodb_report_batch_item_failures, test_kinesis_maximum_record_age_exceeded]
    OnFailureRecord old = record();
    old.kind = StreamKind::dynamodb;
    old.condition = GivenUp::age_exceeded;
    CHECK(on_failure_document(old, "") ==
          R"({"requestContext":{"requestId":"r","functionArn":"arn:f",)"
          R"("condition":"RecordAgeExceeded","approximateInvokeCount":2},)"
          R"("version":"1.0","timestamp":"2019-11-14T00:38:06.021Z",)"
          R"("DDBStreamBatchInfo":{"shardId":"shardId-000000000001","startSequenceNumber":"1",)"
          R"("endSequenceNumber":"2","approximateArrivalOfFirstRecord":"2019-11-14T00:38:04Z",)"
          R"("approximateArrivalOfLastRecord":"2019-11-14T00:38:05Z","batchSize":500,)"
          R"("streamArn":"arn:s"}})");
}

TEST_CASE("on-failure record: a bucket gets the event too, under a name that tells when") {
    // [docs: kinesis-on-failure-destination]
    const std::string text = on_failure_document(record(), R"({"Records":[]})");
    CHECK(text.ends_with(R"("streamArn":"arn:s"},"payload":{"Records":[]}})"));
    CHECK(on_failure_object_name(record(), "m", "u") ==
          "aws/lambda/m/shardId-000000000001/2019/11/14/2019-11-14T00.38.06-u");
}
