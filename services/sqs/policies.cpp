#include "services/sqs/policies.h"

#include "engine/json.h"
#include "services/aws/error.h"
#include "services/sqs/limits.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace orrery::sqs {

namespace {

/// What is not even JSON of the right form. [public error log of SetQueueAttributes]
[[noreturn]] void invalid_form(std::string_view name, std::string_view reason = {}) {
    throw aws::ApiError("InvalidAttributeValue",
                        "Invalid value for the parameter " + std::string(name) + "." +
                            (reason.empty() ? "" : " Reason: " + std::string(reason)));
}

[[noreturn]] void invalid(std::string_view name, const std::string& text, std::string_view reason) {
    throw aws::ApiError("InvalidParameterValueException",
                        "Value " + text + " for parameter " + std::string(name) +
                            " is invalid. Reason: " + std::string(reason));
}

/// AWS takes the number as text too, and many templates write it so.
std::optional<std::int64_t> receive_count(const Json& count) {
    return count.is_number_integer() ? std::optional(count.get<std::int64_t>())
           : count.is_string()       ? to_integer(count.get_ref<const std::string&>())
                                     : std::nullopt;
}

bool is_list_of_texts(const Json& value) {
    return value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& item) {
               return item.is_string();
           });
}

}  // namespace

RedrivePolicy parse_redrive_policy(const std::string& text) {
    constexpr std::string_view name = "RedrivePolicy";
    const Json policy = Json::parse(text, nullptr, false);
    if (!policy.is_object()) {
        invalid_form(name, "Redrive policy is not a valid JSON map.");
    }
    for (const char* member : {"deadLetterTargetArn", "maxReceiveCount"}) {
        if (!policy.contains(member)) {
            invalid(name,
                    text,
                    "Redrive policy does not contain mandatory attribute: " + std::string(member) +
                        ".");
        }
    }
    if (policy.size() > 2) {
        invalid(name,
                text,
                "Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].");
    }
    const Json& target = policy["deadLetterTargetArn"];
    const Json& count = policy["maxReceiveCount"];
    const std::optional<std::int64_t> number = receive_count(count);
    if (!number || *number < 1 || *number > most_receive_count) {
        invalid(name,
                text,
                "Invalid value for maxReceiveCount: " +
                    (count.is_string() ? count.get<std::string>() : count.dump()) +
                    ", valid values are from 1 to 1000 both inclusive.");
    }
    if (!target.is_string()) {
        invalid(name, text, "Dead letter target does not exist.");
    }
    return {target.get<std::string>(), static_cast<std::uint32_t>(*number)};
}

/// [docs: CreateQueue; the texts as public emulators agree on them]
void check_redrive_allow_policy(const std::string& text) {
    constexpr std::string_view name = "RedriveAllowPolicy";
    constexpr std::string_view refusal = "Amazon SQS can't create the redrive allow policy";
    const Json policy = Json::parse(text, nullptr, false);
    const Json permission = policy.is_object() ? policy.value("redrivePermission", Json()) : Json();
    const Json sources =
        policy.is_object() ? policy.value("sourceQueueArns", Json::array()) : Json();
    const bool by_queue = permission == "byQueue";
    const bool known_permission = by_queue || permission == "allowAll" || permission == "denyAll";
    const std::size_t known_members = policy.is_object() ? 1 + policy.count("sourceQueueArns") : 0;
    if (!known_permission || !is_list_of_texts(sources) || policy.size() != known_members) {
        invalid_form(name, std::string(refusal) + ", as it’s in an unsupported format.");
    }
    if (!by_queue && !sources.empty()) {
        invalid(name,
                text,
                std::string(refusal) +
                    ". To specify one or more source queue ARNs, you must set "
                    "redrivePermission to byQueue.");
    }
    if (by_queue && sources.empty()) {
        invalid(name,
                text,
                std::string(refusal) +
                    ". When you specify the byQueue permission type, you must "
                    "also specify one or more sourceQueueArns values.");
    }
    if (sources.size() > most_redrive_sources) {
        invalid(name,
                text,
                std::string(refusal) +
                    ". The maximum number of source queue ARNs you can specify is 10.");
    }
}

bool allows_redrive_from(const std::string& text, std::string_view source_arn) {
    const Json policy = Json::parse(text);
    if (policy["redrivePermission"] != "byQueue") {
        return policy["redrivePermission"] == "allowAll";
    }
    const Json& sources = policy["sourceQueueArns"];
    return std::find(sources.begin(), sources.end(), source_arn) != sources.end();
}

void check_access_policy(const std::string& text) {
    constexpr std::string_view name = "Policy";
    const Json policy = Json::parse(text, nullptr, false);
    const Json statements = policy.is_object() ? policy.value("Statement", Json()) : Json();
    const bool listed = statements.is_array() && !statements.empty() &&
                        std::all_of(statements.begin(), statements.end(), [](const Json& each) {
                            return each.is_object();
                        });
    if ((!listed && !statements.is_object()) || text.size() > most_policy_bytes) {
        invalid_form(name);
    }
    if (listed && statements.size() > most_policy_statements) {
        throw aws::ApiError("OverLimit",
                            std::to_string(statements.size()) +
                                " statements were found in the submitted policy, max allowed is " +
                                std::to_string(most_policy_statements));
    }
}

}  // namespace orrery::sqs
