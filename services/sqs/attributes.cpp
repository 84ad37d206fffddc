#include "services/sqs/attributes.h"

#include "engine/json.h"
#include "services/aws/error.h"
#include "services/sqs/policies.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace orrery::sqs {

namespace {

enum class Kind : std::uint8_t { integer, boolean, text, choice, policy, read_only };

struct Rule {
    std::string_view name;
    Kind kind;
    std::int64_t least = 0;
    std::int64_t most = 0;
    std::string_view initial = {};  // empty: not set on a fresh queue
    bool fifo_only = false;
    std::array<std::string_view, 2> choices{};
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
    Rule{"FifoQueue", Kind::boolean, 0, 0, "true", true},
    Rule{"ContentBasedDeduplication", Kind::boolean, 0, 0, "false", true},
    Rule{"DeduplicationScope", Kind::choice, 0, 0, "queue", true, {"queue", "messageGroup"}},
    Rule{"FifoThroughputLimit",
         Kind::choice,
         0,
         0,
         "perQueue",
         true,
         {"perQueue", "perMessageGroupId"}},
    Rule{"ApproximateNumberOfMessages", Kind::read_only},
    Rule{"ApproximateNumberOfMessagesDelayed", Kind::read_only},
    Rule{"ApproximateNumberOfMessagesNotVisible", Kind::read_only},
    Rule{"CreatedTimestamp", Kind::read_only},
    Rule{"LastModifiedTimestamp", Kind::read_only},
    Rule{"QueueArn", Kind::read_only},
};

const Rule* rule_of(std::string_view name) {
    const auto* found = std::find_if(
        rules.begin(), rules.end(), [name](const Rule& rule) { return rule.name == name; });
    return found == rules.end() ? nullptr : found;
}

[[noreturn]] void invalid_attribute(std::string_view name, std::string_view reason = {}) {
    throw aws::ApiError("InvalidAttributeValue",
                        "Invalid value for the parameter " + std::string(name) + "." +
                            (reason.empty() ? "" : " Reason: " + std::string(reason)));
}

/// [LS; for the first two public emulators as well]
[[noreturn]] void refuse_name(std::string_view name) {
    if (name == "DeduplicationScope" || name == "FifoThroughputLimit") {
        throw aws::ApiError(
            "InvalidAttributeName",
            "You can specify the " + std::string(name) + " only when FifoQueue is set to true.");
    }
    throw aws::ApiError("InvalidAttributeName", "Unknown Attribute " + std::string(name) + ".");
}

void check_policy(std::string_view name, const std::string& text) {
    if (text.empty()) {
        return;  // removes it [LS test_set_empty_redrive_policy]
    }
    if (name == "RedrivePolicy") {
        parse_redrive_policy(text);
    } else if (name == "RedriveAllowPolicy") {
        check_redrive_allow_policy(text);
    } else {
        check_access_policy(text);
    }
}

void check_value(const Rule& rule, const std::string& value) {
    if (rule.kind == Kind::integer) {
        const std::optional<std::int64_t> number = to_integer(value);
        if (!number || *number < rule.least || *number > rule.most) {
            invalid_attribute(rule.name);
        }
    } else if (rule.kind == Kind::policy) {
        check_policy(rule.name, value);
    } else if (rule.name == "FifoQueue" && value != "true") {
        // [LS]
        invalid_attribute(rule.name, "Modifying queue type is not supported.");
    } else if ((rule.kind == Kind::boolean && value != "true" && value != "false") ||
               (rule.kind == Kind::choice &&
                std::find(rule.choices.begin(), rule.choices.end(), value) == rule.choices.end())) {
        invalid_attribute(rule.name);
    }
}

bool has(const AttributeMap& attributes, std::string_view name, std::string_view value) {
    const auto found = attributes.find(name);
    return found != attributes.end() && found->second == value;
}

/// A name that `attributes` give a value other than "".
bool sets(const AttributeMap& attributes, std::string_view name) {
    const auto found = attributes.find(name);
    return found != attributes.end() && !found->second.empty();
}

}  // namespace

QueueType type_from(const AttributeMap& attributes) {
    return has(attributes, "FifoQueue", "true") ? QueueType::fifo : QueueType::standard;
}

const AttributeMap& default_attributes(QueueType type) {
    const auto initial = [](QueueType wanted) {
        AttributeMap map;
        for (const Rule& rule : rules) {
            if (!rule.initial.empty() && (wanted == QueueType::fifo || !rule.fifo_only)) {
                map.emplace(rule.name, rule.initial);
            }
        }
        return map;
    };
    static const AttributeMap standard = initial(QueueType::standard);
    static const AttributeMap fifo = initial(QueueType::fifo);
    return type == QueueType::fifo ? fifo : standard;
}

void check_attributes(const AttributeMap& given, QueueType type) {
    for (const auto& [name, value] : given) {
        const Rule* rule = rule_of(name);
        if (rule == nullptr || rule->kind == Kind::read_only ||
            (rule->fifo_only && type == QueueType::standard)) {
            refuse_name(name);
        }
        check_value(*rule, value);
    }
    if (has(given, "SqsManagedSseEnabled", "true") && sets(given, "KmsMasterKeyId")) {
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
    if (sets(given, "KmsMasterKeyId")) {
        current["SqsManagedSseEnabled"] = "false";
        current.emplace("KmsDataKeyReusePeriodSeconds", "300");
    } else if (has(given, "SqsManagedSseEnabled", "true")) {
        current.erase("KmsMasterKeyId");
        current.erase("KmsDataKeyReusePeriodSeconds");
    }
    // [docs: CreateQueue; the wording is ours]
    if (has(current, "FifoThroughputLimit", "perMessageGroupId") &&
        !has(current, "DeduplicationScope", "messageGroup")) {
        invalid_attribute("FifoThroughputLimit",
                          "The perMessageGroupId value is allowed only when the value for "
                          "DeduplicationScope is messageGroup.");
    }
    return current;
}

bool same_value(std::string_view name, const std::string& left, const std::string& right) {
    if (rule_of(name)->kind != Kind::policy || left.empty() || right.empty()) {
        return left == right;
    }
    return Json::parse(left) == Json::parse(right);
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
    settings.fifo = type_from(attributes) == QueueType::fifo;
    settings.deduplicate_by_group = has(attributes, "DeduplicationScope", "messageGroup");
    settings.limit_throughput_by_group =
        has(attributes, "FifoThroughputLimit", "perMessageGroupId");
    return settings;
}

bool deduplicates_by_content(const AttributeMap& attributes) {
    return has(attributes, "ContentBasedDeduplication", "true");
}

bool is_readable_attribute(std::string_view name) {
    return rule_of(name) != nullptr;
}

}  // namespace orrery::sqs
