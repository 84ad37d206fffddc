#include "services/dynamodb/lambda_record.h"

#include "engine/trace.h"
#include "services/dynamodb/schema_json.h"
#include "services/dynamodb/stream.h"
#include "services/dynamodb/stream_record_json.h"

#include <nlohmann/json.hpp>

namespace orrery::dynamodb {

namespace {

/// arn:aws:dynamodb:REGION:...
std::string_view region_of(std::string_view arn) {
    constexpr std::size_t begin = std::string_view("arn:aws:dynamodb:").size();
    return arn.substr(begin, arn.find(':', begin) - begin);
}

void append_image(std::string& json, std::string_view name, const std::string& bytes) {
    if (!bytes.empty()) {
        json.append(name).append(write_encoded_item(bytes).dump());
    }
}

}  // namespace

/// Members in the order of the recorded events. [LS test_dynamodb_event_source_mapping]
void append_lambda_record(const Stream& stream, const StreamRecord& record, std::string& json) {
    const StreamIdentity& identity = stream.identity();
    json.append(R"({"eventID":")").append(record.event_id);
    json.append(R"(","eventName":")").append(event_name(record.kind));
    json.append(R"(","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":")");
    json.append(region_of(identity.arn));
    json.append(R"(","dynamodb":{"ApproximateCreationDateTime":)");
    json.append(std::to_string(epoch_seconds(record.at)));
    append_image(json, R"(,"Keys":)", record.keys);
    append_image(json, R"(,"NewImage":)", record.after);
    append_image(json, R"(,"OldImage":)", record.before);
    json.append(R"(,"SequenceNumber":")").append(sequence_text(record.sequence));
    json.append(R"(","SizeBytes":)").append(std::to_string(record.size));
    json.append(R"(,"StreamViewType":")").append(view_name(identity.view));
    json.append(R"("})");
    if (record.writer == Writer::time_to_live) {
        // [docs: time-to-live-ttl-streams]
        json.append(R"(,"userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"})");
    }
    json.append(R"(,"eventSourceARN":)");
    append_json_string(json, identity.arn);
    json.push_back('}');
}

}  // namespace orrery::dynamodb
