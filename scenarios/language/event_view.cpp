#include "scenarios/language/event_view.h"

#include "scenarios/language/matching.h"
#include "services/aws/encoding.h"

#include <nlohmann/json.hpp>

namespace orrery {

namespace {

/// A member of a member; null where there is none.
const Json* find(const Json& value, const char* name, const char* member) {
    const auto found = value.is_object() ? value.find(name) : value.end();
    if (found == value.end() || !found->is_object()) {
        return nullptr;
    }
    const auto inner = found->find(member);
    return inner == found->end() ? nullptr : &*inner;
}

/// {"S": "a"} as "a".
Json without_type(const Json& attribute) {
    return attribute.is_object() && attribute.size() == 1 ? *attribute.begin() : attribute;
}

Json key_view(const Json& keys) {
    if (keys.size() == 1) {
        return without_type(*keys.begin());
    }
    Json view = Json::object();
    for (const auto& [name, attribute] : keys.items()) {
        view[name] = without_type(attribute);
    }
    return view;
}

}  // namespace

Json event_view(const std::string& event) {
    Json view = Json::parse(event, nullptr, false);
    const auto records = view.is_object() ? view.find("Records") : view.end();
    if (records == view.end() || !records->is_array()) {
        return view;
    }
    for (Json& record : *records) {
        const Json* data = find(record, "kinesis", "data");
        if (data != nullptr && data->is_string()) {
            if (auto bytes = aws::decode_base64(data->get_ref<const std::string&>())) {
                record["kinesis"]["data"] = std::move(*bytes);
            }
        }
    }
    return view;
}

Json record_view(const Json& record) {
    if (const Json* keys = find(record, "dynamodb", "Keys"); keys != nullptr && keys->is_object()) {
        return key_view(*keys);
    }
    const Json* text = find(record, "kinesis", "data");
    if (text == nullptr && record.is_object() && record.contains("body")) {
        text = &record["body"];
    }
    if (text == nullptr) {
        return record;
    }
    return held_json(*text).value_or(*text);
}

Json record_identifier(const Json& record) {
    if (record.is_object() && record.contains("messageId")) {
        return record["messageId"];
    }
    for (const auto& [source, member] :
         {std::pair{"kinesis", "sequenceNumber"}, std::pair{"dynamodb", "SequenceNumber"}}) {
        if (const Json* number = find(record, source, member)) {
            return *number;
        }
    }
    return nullptr;
}

}  // namespace orrery
