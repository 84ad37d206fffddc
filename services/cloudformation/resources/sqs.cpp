// AWS::SQS::*. [docs: aws-resource-sqs-queue, aws-resource-sqs-queuepolicy]
#include "services/cloudformation/resource_type.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace orrery::cloudformation {

namespace {

constexpr std::size_t longest_queue_name = 80;

bool is_fifo(const Properties& properties) {
    return properties.boolean("FifoQueue").value_or(false);
}

std::string queue_name(Creation& creation) {
    if (auto name = creation.properties.text("QueueName")) {
        return *name;
    }
    constexpr std::string_view suffix = ".fifo";
    if (!is_fifo(creation.properties)) {
        return creation.generated_name(longest_queue_name);
    }
    return creation.generated_name(longest_queue_name - suffix.size()).append(suffix);
}

/// An object, or its JSON text.
std::optional<std::string> policy_text(const Properties& properties, const char* name) {
    const Json* policy = properties.find(name);
    if (policy == nullptr) {
        return std::nullopt;
    }
    if (!policy->is_object() && !policy->is_string()) {
        properties.fail(name, "must be an object");
    }
    return policy->is_string() ? policy->get<std::string>() : policy->dump();
}

/// CreateQueue takes every attribute as text, policies as JSON text.
Json queue_attributes(const Properties& properties) {
    Json attributes = Json::object();
    for (const auto* name : {"DelaySeconds",
                             "KmsDataKeyReusePeriodSeconds",
                             "MaximumMessageSize",
                             "MessageRetentionPeriod",
                             "ReceiveMessageWaitTimeSeconds",
                             "VisibilityTimeout"}) {
        if (const auto number = properties.integer(name)) {
            attributes[name] = std::to_string(*number);
        }
    }
    for (const auto* name : {"DeduplicationScope", "FifoThroughputLimit", "KmsMasterKeyId"}) {
        if (const auto text = properties.text(name)) {
            attributes[name] = *text;
        }
    }
    for (const auto* name : {"ContentBasedDeduplication", "SqsManagedSseEnabled"}) {
        if (const auto flag = properties.boolean(name)) {
            attributes[name] = *flag ? "true" : "false";
        }
    }
    // SQS refuses FifoQueue=false: the attribute is for FIFO queues only.
    if (is_fifo(properties)) {
        attributes["FifoQueue"] = "true";
    }
    for (const auto* name : {"RedrivePolicy", "RedriveAllowPolicy"}) {
        if (const auto policy = policy_text(properties, name)) {
            attributes[name] = *policy;
        }
    }
    return attributes;
}

/// The URL of the queue called `name` if it is there and may stay as it is.
std::optional<std::string> kept_queue(const Creation& creation, const std::string& name) {
    if (creation.existing != Existing::kept) {
        return std::nullopt;
    }
    try {
        return creation.api.call_now("sqs", "GetQueueUrl", {{"QueueName", name}}).at("QueueUrl");
    } catch (const aws::ApiError&) {
        return std::nullopt;  // there is none
    }
}

Created create_queue(Creation& creation) {
    const std::string name = queue_name(creation);
    Json parameters = {{"QueueName", name}, {"Attributes", queue_attributes(creation.properties)}};
    if (const auto tags = creation.properties.tags(); !tags.empty()) {
        parameters["tags"] = tags;
    }
    std::optional<std::string> kept = kept_queue(creation, name);
    if (!kept) {
        kept = creation.api.call_now("sqs", "CreateQueue", parameters).at("QueueUrl");
    }
    const std::string& url = *kept;
    return {url,
            {{"Arn", creation.identity.arn("sqs", name)}, {"QueueName", name}, {"QueueUrl", url}}};
}

/// The document becomes each queue's Policy; it replaces one that was there.
Created create_queue_policy(Creation& creation) {
    const std::string policy = policy_text(creation.properties, "PolicyDocument").value_or("");
    for (const std::string& url : creation.properties.texts("Queues")) {
        creation.api.call_now(
            "sqs", "SetQueueAttributes", {{"QueueUrl", url}, {"Attributes", {{"Policy", policy}}}});
    }
    const std::string id = creation.generated_name(longest_queue_name);
    return {id, {{"Id", id}}};
}

}  // namespace

std::vector<ResourceType> sqs_types() {
    return {
        {.name = "AWS::SQS::Queue",
         .required = {},
         .used = {"ContentBasedDeduplication",
                  "DeduplicationScope",
                  "DelaySeconds",
                  "FifoQueue",
                  "FifoThroughputLimit",
                  "KmsDataKeyReusePeriodSeconds",
                  "KmsMasterKeyId",
                  "MaximumMessageSize",
                  "MessageRetentionPeriod",
                  "QueueName",
                  "ReceiveMessageWaitTimeSeconds",
                  "RedriveAllowPolicy",
                  "RedrivePolicy",
                  "SqsManagedSseEnabled",
                  "Tags",
                  "VisibilityTimeout"},
         .accepted = {},
         .unsupported = {},
         .attributes = {"Arn", "QueueName", "QueueUrl"},
         .create = create_queue},
        {.name = "AWS::SQS::QueuePolicy",
         .required = {"PolicyDocument", "Queues"},
         .used = {"PolicyDocument", "Queues"},
         .accepted = {},
         .unsupported = {},
         .attributes = {"Id"},
         .create = create_queue_policy},
    };
}

}  // namespace orrery::cloudformation
