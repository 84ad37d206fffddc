#include "services/sqs/attributes.h"

#include "engine/json.h"
#include "services/aws/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace orrery::sqs {

namespace {

enum class Kind : std::uint8_t { integer, boolean, text, policy, read_only };

struct Rule {
    std::string_view name;
    Kind kind;
    std::int64_t least = 0;
    std::int64_t most = 0;
    std::string_view initial = {};  // empty: not set on a fresh queue
};

/// [botocore CreateQueue; LS test_create_and_update_queue_attributes,
/// test_set_queue_attributes_default_values]
constexpr std::array rules{
    Rule{"DelaySeconds", Kind::integer, 0, 900, "0"},
    Rule{"MaximumMessageSize", Kind::integer, 1'024, 1'048'576, "1048576"},
    Rule{"MessageRetentionPeriod", Kind::integer, 60, 1'209'600, "345600"},
    Rule{"ReceiveMessageWaitTimeSeconds", Kind::integer, 0, 20, "0"},
    Rule{"VisibilityTimeout", Kind::integer, 0, 43'200, "30"},
    Rule{"SqsManagedSseEnabled", Kind::boolean, 0, 0, "true"},
    Rule{"KmsDataKeyReusePeriodSeconds", Kind::integer, 60, 86'400},
    Rule{"KmsMasterKeyId", Kind::text},
    Rule{"Policy", Kind::policy},
    Rule{"RedrivePolicy", Kind::policy},
    Rule{"RedriveAllowPolicy", Kind::policy},
    Rule{"ApproximateNumberOfMessages", Kind::read_only},
    Rule{"ApproximateNumberOfMessagesDelayed", Kind::read_only},
    Rule{"ApproximateNumberOfMessagesNotVisible", Kind::read_only},
    Rule{"CreatedTimestamp", Kind::read_only},
    Rule{"LastModifiedTimestamp", Kind::read_only},
    Rule{"QueueArn", Kind::read_only},
};

constexpr std::array<std::string_view, 4> fifo_only{
    "ContentBasedDeduplication", "DeduplicationScope", "FifoQueue", "FifoThroughputLimit"};

const Rule* rule_of(std::string_view name) {
    const auto* found = std::find_if(
        rules.begin(), rules.end(), [name](const Rule& rule) { return rule.name == name; });
    return found == rules.end() ? nullptr : found;
}

std::optional<std::int64_t> to_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

[[noreturn]] void invalid_value(std::string_view name) {
    throw aws::ApiError("InvalidAttributeValue",
                        "Invalid value for the parameter " + std::string(name) + ".");
}

[[noreturn]] void invalid_policy(std::string_view name,
                                 const std::string& text,
                                 std::string_view reason) {
    throw aws::ApiError("InvalidParameterValueException",
                        "Value " + text + " for parameter " + std::string(name) +
                            " is invalid. Reason: " + std::string(reason));
}

Json parse_object(std::string_view name, const std::string& text) {
    Json value = Json::parse(text, nullptr, false);
    if (!value.is_object()) {
        invalid_policy(name, text, "Policy is not a valid JSON map.");
    }
    return value;
}

/// [LS and relatives]
[[noreturn]] void refuse_name(std::string_view name) {
    if (name == "DeduplicationScope" || name == "FifoThroughputLimit") {
        throw aws::ApiError(
            "InvalidAttributeName",
            "You can specify the " + std::string(name) + " only when FifoQueue is set to true.");
    }
    throw aws::ApiError("InvalidAttributeName", "Unknown Attribute " + std::string(name) + ".");
}

void check_redrive_allow_policy(const std::string& text) {
    constexpr std::size_t most_sources = 10;
    const Json policy = parse_object("RedriveAllowPolicy", text);
    const Json permission = policy.value("redrivePermission", Json());
    const Json sources = policy.value("sourceQueueArns", Json::array());
    const bool by_queue = permission == "byQueue";
    const bool known = by_queue || permission == "allowAll" || permission == "denyAll";
    const bool texts =
        sources.is_array() && std::all_of(sources.begin(), sources.end(), [](const Json& arn) {
            return arn.is_string();
        });
    if (!known || !texts || sources.size() > most_sources || by_queue == sources.empty()) {
        invalid_policy("RedriveAllowPolicy",
                       text,
                       "redrivePermission must be allowAll, denyAll, or byQueue with 1 to 10 "
                       "sourceQueueArns.");
    }
}

void check_policy(std::string_view name, const std::string& text) {
    if (text.empty()) {
        return;  // removes it [LS test_set_empty_redrive_policy]
    }
    if (name == "RedrivePolicy") {
        parse_redrive_policy(text);
    } else if (name == "RedriveAllowPolicy") {
        check_redrive_allow_policy(text);
    } else if (!Json::accept(text)) {
        invalid_value(name);
    }
}

}  // namespace

const AttributeMap& default_attributes() {
    static const AttributeMap all = [] {
        AttributeMap map;
        for (const Rule& rule : rules) {
            if (!rule.initial.empty()) {
                map.emplace(rule.name, rule.initial);
            }
        }
        return map;
    }();
    return all;
}

void check_attributes(const AttributeMap& given) {
    for (const auto& [name, value] : given) {
        const Rule* rule = rule_of(name);
        if (rule == nullptr || rule->kind == Kind::read_only) {
            refuse_name(name);
        }
        if (rule->kind == Kind::integer) {
            const std::optional<std::int64_t> number = to_integer(value);
            if (!number || *number < rule->least || *number > rule->most) {
                invalid_value(name);
            }
        } else if (rule->kind == Kind::boolean && value != "true" && value != "false") {
            invalid_value(name);
        } else if (rule->kind == Kind::policy) {
            check_policy(name, value);
        }
    }
    const auto managed = given.find("SqsManagedSseEnabled");
    const auto key = given.find("KmsMasterKeyId");
    if (managed != given.end() && managed->second == "true" && key != given.end() &&
        !key->second.empty()) {
        throw aws::ApiError(
            "InvalidAttributeName",
            "You can use one type of server-side encryption (SSE) at one time. You can either "
            "enable KMS SSE or SQS SSE.");
    }
}

AttributeMap merged(AttributeMap current, const AttributeMap& given) {
    for (const auto& [name, value] : given) {
        if (value.empty()) {
            current.erase(name);
        } else {
            current[name] = value;
        }
    }
    if (const auto key = given.find("KmsMasterKeyId"); key != given.end() && !key->second.empty()) {
        current["SqsManagedSseEnabled"] = "false";
        current.emplace("KmsDataKeyReusePeriodSeconds", "300");
    } else if (const auto managed = given.find("SqsManagedSseEnabled");
               managed != given.end() && managed->second == "true") {
        current.erase("KmsMasterKeyId");
        current.erase("KmsDataKeyReusePeriodSeconds");
    }
    return current;
}

bool same_value(std::string_view name, const std::string& left, const std::string& right) {
    if (rule_of(name)->kind != Kind::policy || left.empty() || right.empty()) {
        return left == right;
    }
    return Json::parse(left) == Json::parse(right);
}

RedrivePolicy parse_redrive_policy(const std::string& text) {
    const Json policy = parse_object("RedrivePolicy", text);
    const Json target = policy.value("deadLetterTargetArn", Json());
    const Json count = policy.value("maxReceiveCount", Json());
    if (!target.is_string()) {
        invalid_policy("RedrivePolicy",
                       text,
                       "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
    }
    if (count.is_null()) {
        invalid_policy("RedrivePolicy",
                       text,
                       "Redrive policy does not contain mandatory attribute: maxReceiveCount.");
    }
    // AWS takes the number as text too, and many templates write it so.
    const std::optional<std::int64_t> number = count.is_number_integer() ? count.get<std::int64_t>()
                                               : count.is_string()
                                                   ? to_integer(count.get<std::string>())
                                                   : std::nullopt;
    if (!number || *number < 1 || *number > 1'000) {
        invalid_policy("RedrivePolicy",
                       text,
                       "Invalid value for maxReceiveCount: " + count.dump() +
                           ", valid values are from 1 to 1000 both inclusive.");
    }
    return {target.get<std::string>(), static_cast<std::uint32_t>(*number)};
}

bool allows_redrive_from(const AttributeMap& attributes, std::string_view source_arn) {
    const auto found = attributes.find("RedriveAllowPolicy");
    if (found == attributes.end()) {
        return true;
    }
    const Json policy = Json::parse(found->second);
    if (policy["redrivePermission"] != "byQueue") {
        return policy["redrivePermission"] == "allowAll";
    }
    const Json& sources = policy["sourceQueueArns"];
    return std::find(sources.begin(), sources.end(), source_arn) != sources.end();
}

QueueSettings settings_from(const AttributeMap& attributes) {
    const auto integer = [&attributes](std::string_view name) {
        return *to_integer(attributes.find(name)->second);
    };
    const auto seconds = [&integer](std::string_view name) {
        return std::chrono::seconds(integer(name));
    };
    QueueSettings settings;
    settings.delay = seconds("DelaySeconds");
    settings.retention = seconds("MessageRetentionPeriod");
    settings.receive_wait = seconds("ReceiveMessageWaitTimeSeconds");
    settings.visibility_timeout = seconds("VisibilityTimeout");
    settings.maximum_message_bytes = static_cast<std::size_t>(integer("MaximumMessageSize"));
    if (const auto redrive = attributes.find("RedrivePolicy"); redrive != attributes.end()) {
        settings.redrive = parse_redrive_policy(redrive->second);
    }
    return settings;
}

bool is_readable_attribute(std::string_view name) {
    return rule_of(name) != nullptr ||
           std::find(fifo_only.begin(), fifo_only.end(), name) != fifo_only.end();
}

}  // namespace orrery::sqs
