#include "services/lambda/on_failure_record.h"

#include "engine/trace.h"

#include <algorithm>

namespace orrery::lambda {

namespace {

void append_text(std::string& out, std::string_view before, std::string_view text) {
    out.append(before);
    append_json_string(out, text);
}

/// DynamoDB's times have no milliseconds. [LS test_dynamodb_report_batch_item_failures]
std::string arrival(Instant instant, StreamKind kind) {
    std::string text = iso8601(instant);
    if (kind == StreamKind::dynamodb) {
        text.erase(19, 4);
    }
    return text;
}

}  // namespace

std::string_view condition_name(GivenUp condition) {
    return condition == GivenUp::retries_exhausted ? "RetryAttemptsExhausted" : "RecordAgeExceeded";
}

std::string on_failure_document(const OnFailureRecord& record, std::string_view event) {
    std::string text;
    append_text(text, R"({"requestContext":{"requestId":)", record.request_id);
    append_text(text, R"(,"functionArn":)", record.function_arn);
    append_text(text, R"(,"condition":)", condition_name(record.condition));
    text += R"(,"approximateInvokeCount":)" + std::to_string(record.invocations) + "}";
    // Absent where the age is the reason. [LS test_kinesis_maximum_record_age_exceeded]
    if (record.condition == GivenUp::retries_exhausted) {
        append_text(text,
                    R"(,"responseContext":{"statusCode":200,"executedVersion":)",
                    record.executed_version);
        text += R"(,"functionError":)";
        text += record.function_error ? R"("Unhandled"})" : "null}";
    }
    text += R"(,"version":"1.0","timestamp":")" + iso8601(record.now);
    text += record.kind == StreamKind::kinesis ? R"(","KinesisBatchInfo":{)"
                                               : R"(","DDBStreamBatchInfo":{)";
    append_text(text, R"("shardId":)", record.shard);
    append_text(text, R"(,"startSequenceNumber":)", record.first_sequence_number);
    append_text(text, R"(,"endSequenceNumber":)", record.last_sequence_number);
    append_text(
        text, R"(,"approximateArrivalOfFirstRecord":)", arrival(record.first_arrived, record.kind));
    append_text(
        text, R"(,"approximateArrivalOfLastRecord":)", arrival(record.last_arrived, record.kind));
    text += R"(,"batchSize":)" + std::to_string(record.records);
    append_text(text, R"(,"streamArn":)", record.stream_arn);
    text += "}";
    if (!event.empty()) {
        text.append(R"(,"payload":)").append(event);
    }
    return text + "}";
}

std::string on_failure_object_name(const OnFailureRecord& record,
                                   std::string_view mapping_uuid,
                                   std::string_view random_uuid) {
    const std::string now = iso8601(record.now);  // 2026-01-01T00:00:00.000Z
    std::string day = now.substr(0, 10);
    std::string second = now.substr(0, 19);
    std::replace(second.begin(), second.end(), ':', '.');
    std::replace(day.begin(), day.end(), '-', '/');
    std::string name = "aws/lambda/";
    name.append(mapping_uuid).append("/").append(record.shard).append("/").append(day);
    name.append("/").append(second).append("-").append(random_uuid);
    return name;
}

}  // namespace orrery::lambda
