// AWS::SQS::*. [docs: aws-resource-sqs-queue, aws-resource-sqs-queuepolicy]
#include "services/cloudformation/resource_type.h"

#include <nlohmann/json.hpp>

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
        const Json* policy = properties.find(name);
        if (policy && !policy->is_object() && !policy->is_string()) {
            properties.fail(name, "must be an object");
        }
        if (policy) {
            attributes[name] = policy->is_string() ? policy->get<std::string>() : policy->dump();
        }
    }
    return attributes;
}

Created create_queue(Creation& creation) {
    const std::string name = queue_name(creation);
    Json parameters = {{"QueueName", name}, {"Attributes", queue_attributes(creation.properties)}};
    if (const auto tags = creation.properties.tags(); !tags.empty()) {
        parameters["tags"] = tags;
    }
    const std::string url = creation.api.call_now("sqs", "CreateQueue", parameters).at("QueueUrl");
    return {url,
            {{"Arn", creation.identity.arn("sqs", name)}, {"QueueName", name}, {"QueueUrl", url}}};
}

Created accept_queue_policy(Creation& creation) {
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
         .used = {},
         .accepted = {"PolicyDocument", "Queues"},
         .unsupported = {},
         .attributes = {"Id"},
         .create = accept_queue_policy},
    };
}

}  // namespace orrery::cloudformation
