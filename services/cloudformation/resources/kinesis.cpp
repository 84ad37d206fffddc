// AWS::Kinesis::*. [docs: aws-resource-kinesis-stream, aws-resource-kinesis-streamconsumer,
// aws-resource-kinesis-resourcepolicy]
#include "services/cloudformation/resource_type.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace orrery::cloudformation {

namespace {

constexpr std::size_t longest_stream_name = 128;

/// Calls an operation that takes its time elsewhere, and none here.
void change(const Creation& creation, const char* operation, const Json& parameters) {
    creation.api.call_now("kinesis", operation, parameters);
    creation.api.call_now("kinesis", "FinishChanges", Json::object());
}

std::optional<Json> present_stream(const Creation& creation, const std::string& name) {
    try {
        return creation.api.call_now("kinesis", "DescribeStreamSummary", {{"StreamName", name}})
            .at("StreamDescriptionSummary");
    } catch (const aws::ApiError&) {
        return std::nullopt;  // there is none
    }
}

Json create_parameters(const Creation& creation, const std::string& name) {
    const Properties& properties = creation.properties;
    Json parameters{{"StreamName", name}};
    for (const char* number : {"MaxRecordSizeInKiB", "ShardCount", "WarmThroughputMiBps"}) {
        if (const auto value = properties.integer(number)) {
            parameters[number] = *value;
        }
    }
    const Properties details = properties.members("StreamModeDetails", {"StreamMode"});
    if (const auto mode = details.text("StreamMode")) {
        parameters["StreamModeDetails"] = {{"StreamMode", *mode}};
    } else if (!parameters.contains("ShardCount")) {
        // [docs: aws-resource-kinesis-stream: a stream is provisioned unless it says otherwise, and
        // has one shard then]
        parameters["ShardCount"] = 1;
    }
    if (const auto tags = properties.tags(); !tags.empty()) {
        parameters["Tags"] = tags;
    }
    return parameters;
}

/// What is not CreateStream's: each has an operation of its own.
void set_features(const Creation& creation, const std::string& name) {
    const Properties& properties = creation.properties;
    constexpr std::int64_t usual_retention = 24;
    const auto hours = properties.integer("RetentionPeriodHours");
    if (hours && *hours != usual_retention) {
        change(creation,
               "IncreaseStreamRetentionPeriod",
               {{"StreamName", name}, {"RetentionPeriodHours", *hours}});
    }
    const Properties encryption =
        properties.members("StreamEncryption", {"EncryptionType", "KeyId"});
    if (encryption.has("EncryptionType") || encryption.has("KeyId")) {
        change(creation,
               "StartStreamEncryption",
               {{"StreamName", name},
                {"EncryptionType", encryption.text("EncryptionType").value_or("")},
                {"KeyId", encryption.text("KeyId").value_or("")}});
    }
    if (const auto metrics = properties.texts("DesiredShardLevelMetrics"); !metrics.empty()) {
        change(creation,
               "EnableEnhancedMonitoring",
               {{"StreamName", name}, {"ShardLevelMetrics", metrics}});
    }
}

/// A stream that was kept from an earlier process stays as it is.
Created create_stream(Creation& creation) {
    const std::string name = creation.name_or_generated("Name", longest_stream_name);
    const Json parameters = create_parameters(creation, name);
    std::optional<Json> stream;
    if (creation.existing == Existing::kept) {
        stream = present_stream(creation, name);
    }
    if (!stream) {
        change(creation, "CreateStream", parameters);
        set_features(creation, name);
        stream = present_stream(creation, name);
    }
    return {name, {{"Arn", stream->at("StreamARN")}}};
}

Created create_consumer(Creation& creation) {
    const Properties& properties = creation.properties;
    const std::string name = *properties.text("ConsumerName");
    const Json names{{"StreamARN", *properties.text("StreamARN")}, {"ConsumerName", name}};
    const auto describe = [&] {
        return creation.api.call_now("kinesis", "DescribeStreamConsumer", names)
            .at("ConsumerDescription");
    };
    Json consumer;
    if (creation.existing == Existing::kept) {
        try {
            consumer = describe();
        } catch (const aws::ApiError&) {
            consumer = Json();  // there is none
        }
    }
    if (consumer.is_null()) {
        Json parameters = names;
        if (const auto tags = properties.tags(); !tags.empty()) {
            parameters["Tags"] = tags;
        }
        change(creation, "RegisterStreamConsumer", parameters);
        consumer = describe();
    }
    const std::string arn = consumer.at("ConsumerARN");
    return {arn,
            {{"ConsumerARN", arn},
             {"ConsumerCreationTimestamp", consumer.at("ConsumerCreationTimestamp").dump()},
             {"ConsumerName", name},
             {"ConsumerStatus", consumer.at("ConsumerStatus")},
             {"StreamARN", consumer.at("StreamARN")}}};
}

Created create_resource_policy(Creation& creation) {
    const Properties& properties = creation.properties;
    const std::string arn = *properties.text("ResourceArn");
    const Json& policy = *properties.find("ResourcePolicy");
    if (!policy.is_object() && !policy.is_string()) {
        properties.fail("ResourcePolicy", "must be an object");
    }
    creation.api.call_now(
        "kinesis",
        "PutResourcePolicy",
        {{"ResourceARN", arn},
         {"Policy", policy.is_string() ? policy.get<std::string>() : policy.dump()}});
    return {arn, {}};
}

}  // namespace

std::vector<ResourceType> kinesis_types() {
    return {
        {.name = "AWS::Kinesis::ResourcePolicy",
         .required = {"ResourceArn", "ResourcePolicy"},
         .used = {"ResourceArn", "ResourcePolicy"},
         .accepted = {},
         .unsupported = {},
         .attributes = {},
         .create = create_resource_policy},
        {.name = "AWS::Kinesis::Stream",
         .required = {},
         .used = {"DesiredShardLevelMetrics",
                  "MaxRecordSizeInKiB",
                  "Name",
                  "RetentionPeriodHours",
                  "ShardCount",
                  "StreamEncryption",
                  "StreamModeDetails",
                  "Tags",
                  "WarmThroughputMiBps"},
         .accepted = {},
         .unsupported = {},
         .attributes = {"Arn"},
         .create = create_stream},
        {.name = "AWS::Kinesis::StreamConsumer",
         .required = {"ConsumerName", "StreamARN"},
         .used = {"ConsumerName", "StreamARN", "Tags"},
         .accepted = {},
         .unsupported = {},
         .attributes = {"ConsumerARN",
                        "ConsumerCreationTimestamp",
                        "ConsumerName",
                        "ConsumerStatus",
                        "StreamARN"},
         .create = create_consumer},
    };
}

}  // namespace orrery::cloudformation
