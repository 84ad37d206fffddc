// PutRecord and PutRecords, each from Json to Json and, the quick way, from text to text. [docs:
// API_PutRecord, API_PutRecords]
#include "services/aws/json_text.h"
#include "services/aws/plain_parameters.h"
#include "services/kinesis/operations.h"
#include "services/kinesis/putting.h"

#include <nlohmann/json.hpp>

#include <vector>

namespace orrery::kinesis {

namespace {

constexpr std::string_view throttled_code = "ProvisionedThroughputExceededException";

Offer offer_of(const Json& entry) {
    const auto hash = entry.find("ExplicitHashKey");
    Offer offer{entry.at("PartitionKey").get_ref<const std::string&>(),
                entry.at("Data").get_ref<const std::string&>(),
                std::nullopt};
    if (hash != entry.end()) {
        offer.hash = hash->get_ref<const std::string&>();
    }
    return offer;
}

Offer offer_of(const aws::PlainValue& entry) {
    return {*entry.optional_text("PartitionKey"),
            *entry.optional_text("Data"),
            entry.optional_text("ExplicitHashKey")};
}

Json put_record(Request& request) {
    Stream& stream = usable_stream(request);
    const std::string* key = request.parameters.optional_text("PartitionKey");
    const std::string* data = request.parameters.optional_text("Data");
    const auto hash = text_or_nothing(request.parameters, "ExplicitHashKey");
    const auto ordering = text_or_nothing(request.parameters, "SequenceNumberForOrdering");
    request.parameters.finish();
    const Placed placed = put_one(request.streams, stream, {*key, *data, hash}, ordering);
    Json answer{{"ShardId", placed.shard->id()},
                {"SequenceNumber", sequence_number_text(placed.shard->number(placed.index))}};
    if (!stream.settings.key_id.empty()) {
        answer["EncryptionType"] = "KMS";
    }
    return answer;
}

Json put_records(Request& request) {
    Stream& stream = usable_stream(request);
    const Json& entries = *request.parameters.optional("Records");
    std::vector<Offer> offers;
    offers.reserve(entries.size());
    for (const Json& entry : entries) {
        offers.push_back(offer_of(entry));
    }
    request.parameters.finish();
    const PlacedRecords placed = put_all(request.streams, stream, offers);
    Json results = Json::array();
    auto& list = results.get_ref<Json::array_t&>();
    list.reserve(offers.size());
    for (const Placed& each : placed.records) {
        // Initializer lists would make a list of each of these first.
        auto& result = list.emplace_back(Json::object()).get_ref<Json::object_t&>();
        if (each.index == 0) {
            result.emplace("ErrorCode", throttled_code);
            result.emplace("ErrorMessage", rate_exceeded_text(stream, *each.shard));
        } else {
            result.emplace("SequenceNumber", sequence_number_text(each.shard->number(each.index)));
            result.emplace("ShardId", each.shard->id());
        }
    }
    Json answer{{"FailedRecordCount", placed.failed}, {"Records", std::move(results)}};
    if (!stream.settings.key_id.empty()) {
        answer["EncryptionType"] = "KMS";
    }
    return answer;
}

/// An answer's object with what it has for the whole stream.
std::string begun_answer(const Stream& stream) {
    return stream.settings.key_id.empty() ? "{" : R"({"EncryptionType":"KMS",)";
}

/// `"SequenceNumber":"…","ShardId":"…"}`
void append_place(std::string& out, const Placed& placed) {
    out += R"("SequenceNumber":")";
    append_sequence_number(out, placed.shard->number(placed.index));
    out += R"(","ShardId":")";
    out += placed.shard->id();
    out += "\"}";
}

std::string put_record_quickly(Streams& streams, const aws::PlainValue& parameters) {
    Stream& stream = usable_stream(streams, stream_reference(parameters));
    const Placed placed = put_one(streams,
                                  stream,
                                  offer_of(parameters),
                                  parameters.optional_text("SequenceNumberForOrdering"));
    std::string answer = begun_answer(stream);
    append_place(answer, placed);
    return answer;
}

std::string put_records_quickly(Streams& streams, const aws::PlainValue& parameters) {
    Stream& stream = usable_stream(streams, stream_reference(parameters));
    const aws::PlainValue& entries = *parameters.find("Records");
    std::vector<Offer> offers;
    offers.reserve(entries.size());
    for (const aws::PlainValue& entry : entries) {
        offers.push_back(offer_of(entry));
    }
    const PlacedRecords placed = put_all(streams, stream, offers);
    constexpr std::size_t usual_result = 120;
    std::string answer = begun_answer(stream);
    answer.reserve(100 + usual_result * placed.records.size());
    answer += "\"FailedRecordCount\":" + std::to_string(placed.failed) + ",\"Records\":";
    char before = '[';
    for (const Placed& each : placed.records) {
        answer += std::exchange(before, ',');
        answer += '{';
        if (each.index == 0) {
            answer.append("\"ErrorCode\":\"").append(throttled_code).append("\",\"ErrorMessage\":");
            aws::append_json(answer, rate_exceeded_text(stream, *each.shard));
            answer += '}';
        } else {
            append_place(answer, each);
        }
    }
    answer += "]}";
    return answer;
}

}  // namespace

void add_put_operations(const Rows& rows) {
    rows.add("PutRecord", put_record);
    rows.add_quick("PutRecord", put_record_quickly);
    rows.add("PutRecords", put_records);
    rows.add_quick("PutRecords", put_records_quickly);
}

}  // namespace orrery::kinesis
