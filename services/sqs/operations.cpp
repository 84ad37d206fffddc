#include "services/sqs/operations.h"

#include "services/sqs/limits.h"

#include <nlohmann/json.hpp>

#include <set>

namespace orrery::sqs {

namespace {

/// Failed entries carry the code of the older query protocol. [LS test_send_batch_message_size]
std::string query_code(const std::string& code) {
    if (code == "InvalidParameterValueException") {
        return "InvalidParameterValue";
    }
    return code == "MissingRequiredParameterException" ? "MissingParameter" : code;
}

/// [LS and relatives; public tests for
/// EmptyBatchRequest]
void check_batch(const Json& entries, std::string_view entry_type) {
    if (entries.empty()) {
        throw aws::ApiError(
            "EmptyBatchRequest",
            "There should be at least one " + std::string(entry_type) + " in the request.");
    }
    if (entries.size() > most_batch_entries) {
        throw aws::ApiError("TooManyEntriesInBatchRequest",
                            "Maximum number of entries per request are 10. You have sent " +
                                std::to_string(entries.size()) + ".");
    }
    std::set<std::string> ids;
    for (const Json& entry : entries) {
        const Json id = entry.is_object() ? entry.value("Id", Json()) : Json();
        if (!id.is_string() || !is_batch_entry_id(id.get_ref<const std::string&>())) {
            throw aws::ApiError(
                "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and "
                "underscores. It can be at most 80 letters long.");
        }
        if (!ids.insert(id.get<std::string>()).second) {
            throw aws::ApiError("BatchEntryIdsNotDistinct",
                                "Id " + id.get<std::string>() + " repeated.");
        }
    }
}

}  // namespace

aws::ApiError invalid_parameter(const std::string& message) {
    return {"InvalidParameterValueException", message};
}

aws::ApiError invalid_value(std::string_view value,
                            std::string_view parameter,
                            std::string_view reason) {
    return invalid_parameter("Value " + std::string(value) + " for parameter " +
                             std::string(parameter) +
                             " is invalid. Reason: " + std::string(reason));
}

aws::ApiError missing_parameter(std::string_view parameter) {
    return {"MissingRequiredParameterException",
            "The request must contain the parameter " + std::string(parameter) + "."};
}

aws::ApiError queue_does_not_exist() {
    return {"QueueDoesNotExist", "The specified queue does not exist."};
}

std::string required_string(aws::Parameters& parameters, std::string_view name) {
    std::optional<std::string> value = parameters.optional_string(name);
    if (!value || value->empty()) {
        throw missing_parameter(name);
    }
    return *std::move(value);
}

std::map<std::string, std::string, std::less<>> string_map(aws::Parameters& parameters,
                                                           std::string_view name) {
    std::map<std::string, std::string, std::less<>> texts;
    const Json* members = parameters.optional(name);
    if (members == nullptr) {
        return texts;
    }
    if (!members->is_object()) {
        throw aws::ApiError("SerializationException", std::string(name) + " must be an object.");
    }
    for (const auto& [key, value] : members->items()) {
        if (!value.is_string()) {
            throw aws::ApiError(
                "SerializationException",
                std::string(name) + "." + key + " must be a string, as all its values.");
        }
        texts.emplace(key, value.get<std::string>());
    }
    return texts;
}

std::optional<std::int64_t> limited_integer(aws::Parameters& parameters, std::string_view name) {
    const std::optional<std::int64_t> value = parameters.optional_integer(name);
    if (value) {
        check_limit(name, *value);
    }
    return value;
}

QueueEntry& queue_at(QueueRegistry& registry, aws::Parameters& parameters) {
    QueueEntry* entry = registry.find_by_url(required_string(parameters, "QueueUrl"));
    if (entry == nullptr) {
        throw queue_does_not_exist();
    }
    return *entry;
}

Json run_batch(aws::Parameters& parameters,
               std::string_view entry_type,
               const std::function<Json(aws::Parameters& entry)>& each) {
    const Json* given = parameters.optional("Entries");
    if (given != nullptr && !given->is_array()) {
        throw aws::ApiError("SerializationException", "Entries must be a list.");
    }
    const Json entries = given == nullptr ? Json::array() : *given;
    check_batch(entries, entry_type);
    parameters.finish();
    Json answer = Json::object();
    for (const Json& value : entries) {
        aws::Parameters entry(value, entry_type);
        const std::string id = entry.string("Id");
        try {
            Json result = each(entry);
            result["Id"] = id;
            answer["Successful"].push_back(std::move(result));
        } catch (const aws::ApiError& error) {
            answer["Failed"].push_back({{"Id", id},
                                        {"Code", query_code(error.code())},
                                        {"Message", error.message()},
                                        {"SenderFault", true}});
        }
    }
    return answer;
}

}  // namespace orrery::sqs
