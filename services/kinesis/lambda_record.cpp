#include "services/kinesis/lambda_record.h"

#include "engine/trace.h"
#include "services/kinesis/stream.h"

#include <array>
#include <charconv>

namespace orrery::kinesis {

namespace {

/// Seconds with three digits of their fraction. [docs: with-kinesis, services-kinesis-windows]
void append_seconds(std::string& json, Instant instant) {
    std::array<char, 24> digits{};
    const std::int64_t millis = epoch_millis(instant);
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), millis).ptr;
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    const std::size_t whole = text.size() > 3 ? text.size() - 3 : 0;
    json += whole == 0 ? "0" : text.substr(0, whole);
    json += '.';
    json.append(3 - (text.size() - whole), '0');
    json += text.substr(whole);
}

}  // namespace

// The order is AWS's. [docs: with-kinesis]
bool append_lambda_record(const Stream& stream,
                          const Shard& shard,
                          std::uint64_t index,
                          std::string_view arn,
                          std::string_view role,
                          std::string& json) {
    const Record* record = shard.find(index);
    if (record == nullptr) {
        return false;
    }
    json += R"({"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":)";
    append_json_string(json, record->key());
    json += R"(,"sequenceNumber":")";
    const std::size_t begin = json.size();
    append_sequence_number(json, shard.number(index));
    const std::size_t end = json.size();
    json += R"(","data":")";
    json += record->data();
    json += R"(","approximateArrivalTimestamp":)";
    append_seconds(json, record->arrived());
    if (record->encrypted()) {
        json += R"(,"encryptionType":"KMS")";
    }
    json += R"(},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":")";
    json += shard.id();
    json += ':';
    json.append(json, begin, end - begin);
    json += R"(","eventName":"aws:kinesis:record","invokeIdentityArn":)";
    append_json_string(json, role);
    json += R"(,"awsRegion":)";
    append_json_string(json, stream.identity().region);
    json += R"(,"eventSourceARN":)";
    append_json_string(json, arn);
    json += '}';
    return true;
}

}  // namespace orrery::kinesis
