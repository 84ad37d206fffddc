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
    if (code == "MissingRequiredParameterException") {
        return "MissingParameter";
    }
    return code == "MessageNotInflight" ? "AWS.SimpleQueueService.MessageNotInflight" : code;
}

std::string_view entry_id(const Json& entry) {
    const auto id = entry.is_object() ? entry.find("Id") : entry.end();
    return id != entry.end() && id->is_string()
               ? std::string_view(id->get_ref<const std::string&>())
               : std::string_view();
}

/// [LS and relatives; public tests for EmptyBatchRequest]
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
    std::set<std::string_view> ids;
    std::size_t number = 0;
    for (const Json& entry : entries) {
        ++number;
        // [public error logs of SendMessageBatch and DeleteMessageBatch]
        if (!entry.contains("Id")) {
            throw missing_parameter(std::string(entry_type) + "." + std::to_string(number) + ".Id");
        }
        const std::string_view id = entry_id(entry);
        if (!is_batch_entry_id(id)) {
            throw aws::ApiError(
                "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and "
                "underscores. It can be at most 80 letters long.");
        }
        if (!ids.insert(id).second) {
            throw aws::ApiError("BatchEntryIdsNotDistinct", "Id " + std::string(id) + " repeated.");
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

aws::ApiError receipt_handle_is_invalid(std::string_view handle) {
    return {
        "ReceiptHandleIsInvalid",
        "The input receipt handle \"" + std::string(handle) + "\" is not a valid receipt handle."};
}

void check_throughput(Queue& queue, std::string_view action, std::string_view group) {
    if (queue.admits(action, group)) {
        return;
    }
    // [docs: troubleshooting-fifo-throttling-issues; public error log of SendMessage for the other]
    if (queue.settings().fifo) {
        throw aws::ApiError("ThrottlingException", "Rate exceeded");
    }
    throw aws::ApiError("RequestThrottled", "Request is throttled.");
}

const std::string& required_text(aws::Parameters& parameters, std::string_view name) {
    const std::string* value = parameters.optional_text(name);
    if (value == nullptr || value->empty()) {
        throw missing_parameter(name);
    }
    return *value;
}

AttributeMap string_map(aws::Parameters& parameters, std::string_view name) {
    AttributeMap texts;
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
        texts.emplace(key, value.get_ref<const std::string&>());
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
    const std::string& url = required_text(parameters, "QueueUrl");
    // A bare name is no address. [public emulators agree]
    if (url.find('/') == std::string::npos) {
        throw aws::ApiError("InvalidAddress",
                            "The address " + url + " is not valid for this endpoint.");
    }
    QueueEntry* entry = registry.find_by_url(url);
    if (entry == nullptr) {
        throw queue_does_not_exist();
    }
    return *entry;
}

const Json& batch_entries(aws::Parameters& parameters, std::string_view entry_type) {
    static const Json none = Json::array();
    const Json* given = parameters.optional("Entries");
    if (given != nullptr && !given->is_array()) {
        throw aws::ApiError("SerializationException", "Entries must be a list.");
    }
    const Json& entries = given == nullptr ? none : *given;
    check_batch(entries, entry_type);
    return entries;
}

Json run_batch(const Json& entries,
               std::string_view entry_type,
               const std::function<Json(aws::Parameters& entry)>& each) {
    Json answer = Json::object();
    for (const Json& value : entries) {
        aws::Parameters entry(value, entry_type);
        const std::string& id = *entry.optional_text("Id");
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
