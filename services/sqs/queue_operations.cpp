// What is done to queues as a whole: create, describe, change, list, purge, delete.

#include "engine/world.h"
#include "services/sqs/limits.h"
#include "services/sqs/operations.h"
#include "services/sqs/policies.h"
#include "services/sqs/tags.h"

#include <nlohmann/json.hpp>

namespace orrery::sqs {

namespace {

using std::chrono::seconds;

/// [botocore QueueDeletedRecently, PurgeQueueInProgress]
constexpr Duration quiet_time = seconds(60);

/// A redrive policy's target must exist and let the queue use it.
void check_redrive_target(QueueRegistry& registry,
                          const AttributeMap& given,
                          std::string_view name,
                          QueueType type) {
    const auto found = given.find("RedrivePolicy");
    if (found == given.end() || found->second.empty()) {
        return;
    }
    const std::string& text = found->second;
    const RedrivePolicy policy = parse_redrive_policy(text);
    const std::string source_arn = registry.arn_of(name);
    const QueueEntry* target = registry.find_by_arn(policy.target_arn);
    if (target == nullptr || policy.target_arn == source_arn) {
        throw invalid_value(text, "RedrivePolicy", "Dead letter target does not exist.");
    }
    // The doubled full stop is AWS's. [public error logs]
    if (type_from(target->attributes) != type) {
        throw invalid_value(
            text, "RedrivePolicy", "Dead-letter queue must be same type of queue as the source..");
    }
    // [docs: CreateQueue, RedriveAllowPolicy; the wording is ours]
    const auto allowed = target->attributes.find("RedriveAllowPolicy");
    if (allowed != target->attributes.end() && !allows_redrive_from(allowed->second, source_arn)) {
        throw invalid_value(
            text, "RedrivePolicy", "The dead letter target does not allow this source queue.");
    }
}

/// Only what the request names is compared. [LS]
void check_same_attributes(const QueueEntry& existing, const AttributeMap& given) {
    for (const auto& [name, value] : given) {
        const auto found = existing.attributes.find(name);
        if (!same_value(name, found == existing.attributes.end() ? "" : found->second, value)) {
            throw aws::ApiError(
                "QueueNameExists",
                "A queue already exists with the same name and a different value for attribute " +
                    name);
        }
    }
}

/// FifoQueue=false is refused like any attribute that standard queues do not have.
QueueType type_of_new(const std::string& name, const AttributeMap& attributes) {
    const QueueType type = type_from(attributes);
    check_queue_name(name, type);
    return type;
}

Json create_queue(QueueRegistry& registry, const aws::Call& call) {
    aws::Parameters parameters(call.parameters, "CreateQueue");
    const std::string& name = required_text(parameters, "QueueName");
    const AttributeMap attributes = string_map(parameters, "Attributes");
    const AttributeMap tags = string_map(parameters, "tags");
    parameters.finish();
    const QueueType type = type_of_new(name, attributes);
    check_attributes(attributes, type);
    check_tags(tags);
    check_tag_count(tags.size(), name);
    Json answer{{"QueueUrl", registry.url_of(name, call.caller.endpoint)}};
    if (const QueueEntry* existing = registry.find(name); existing != nullptr) {
        check_same_attributes(*existing, attributes);
        return answer;
    }
    const std::optional<Instant> deleted = registry.deleted_at(name);
    if (deleted && registry.world().loop.now() < *deleted + quiet_time) {
        throw aws::ApiError("QueueDeletedRecently",
                            "You must wait 60 seconds after deleting a queue before you can create "
                            "another with the same name.");
    }
    check_redrive_target(registry, attributes, name, type);
    registry.create(name, merged(default_attributes(type), attributes), {tags.begin(), tags.end()});
    return answer;
}

Json get_queue_url(QueueRegistry& registry, const aws::Call& call) {
    aws::Parameters parameters(call.parameters, "GetQueueUrl");
    const std::string& name = required_text(parameters, "QueueName");
    const std::string* owner = parameters.optional_text("QueueOwnerAWSAccountId");
    parameters.finish();
    const bool ours = owner == nullptr || owner->empty() || *owner == registry.identity().account;
    if (registry.find(name) == nullptr || !ours) {
        throw queue_does_not_exist();
    }
    return {{"QueueUrl", registry.url_of(name, call.caller.endpoint)}};
}

AttributeMap all_attributes(const QueueEntry& entry) {
    const QueueDepth depth = entry.queue->depth();
    AttributeMap all = entry.attributes;
    all["ApproximateNumberOfMessages"] = std::to_string(depth.visible);
    all["ApproximateNumberOfMessagesNotVisible"] = std::to_string(depth.in_flight);
    all["ApproximateNumberOfMessagesDelayed"] = std::to_string(depth.delayed);
    all["CreatedTimestamp"] = std::to_string(epoch_seconds(entry.created));
    all["LastModifiedTimestamp"] = std::to_string(epoch_seconds(entry.modified));
    all["QueueArn"] = entry.queue->arn();
    return all;
}

Json get_queue_attributes(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "GetQueueAttributes");
    const QueueEntry& entry = queue_at(registry, parameters);
    const std::vector<std::string> names = parameters.strings("AttributeNames");
    parameters.finish();
    const AttributeMap all = all_attributes(entry);
    Json answer = Json::object();
    for (const std::string& name : names) {
        if (name == "All") {
            answer["Attributes"] = all;
            return answer;
        }
        if (!is_readable_attribute(name)) {
            throw aws::ApiError("InvalidAttributeName", "Unknown Attribute " + name + ".");
        }
        if (const auto found = all.find(name); found != all.end()) {
            answer["Attributes"][name] = found->second;
        }
    }
    return answer;
}

Json set_queue_attributes(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "SetQueueAttributes");
    QueueEntry& entry = queue_at(registry, parameters);
    const AttributeMap attributes = string_map(parameters, "Attributes");
    parameters.finish();
    if (attributes.empty()) {
        throw missing_parameter("Attributes");
    }
    const QueueType type = type_from(entry.attributes);
    check_attributes(attributes, type);
    check_redrive_target(registry, attributes, entry.queue->name(), type);
    registry.change_attributes(entry, merged(entry.attributes, attributes));
    return Json::object();
}

/// A page of queue URLs in the order of names. The token is the name that the page before ended
/// with.
Json page_of_urls(QueueRegistry& registry,
                  aws::Parameters& parameters,
                  const aws::Caller& caller,
                  const std::string& member,
                  const std::function<bool(const QueueEntry&)>& wanted) {
    constexpr std::int64_t most = 1'000;
    const std::optional<std::int64_t> given = limited_integer(parameters, "MaxResults");
    const std::string after = parameters.optional_string("NextToken").value_or("");
    parameters.finish();
    const auto limit = static_cast<std::size_t>(given.value_or(most));
    Json answer = Json::object();
    Json urls = Json::array();
    std::string last;
    for (auto place = registry.all().upper_bound(after); place != registry.all().end(); ++place) {
        if (!wanted(place->second)) {
            continue;
        }
        if (urls.size() == limit) {
            // A token is only given to who asked for pages. [docs: ListQueues]
            if (given) {
                answer["NextToken"] = last;
            }
            break;
        }
        last = place->first;
        urls.push_back(registry.url_of(last, caller.endpoint));
    }
    answer[member] = std::move(urls);
    return answer;
}

Json list_queues(QueueRegistry& registry, const aws::Call& call) {
    aws::Parameters parameters(call.parameters, "ListQueues");
    const std::string prefix = parameters.optional_string("QueueNamePrefix").value_or("");
    const auto wanted = [&prefix](const QueueEntry& entry) {
        return entry.queue->name().starts_with(prefix);
    };
    Json answer = page_of_urls(registry, parameters, call.caller, "QueueUrls", wanted);
    if (answer["QueueUrls"].empty()) {
        answer.erase("QueueUrls");
    }
    return answer;
}

Json list_dead_letter_source_queues(QueueRegistry& registry, const aws::Call& call) {
    aws::Parameters parameters(call.parameters, "ListDeadLetterSourceQueues");
    const std::string target = queue_at(registry, parameters).queue->arn();
    const auto wanted = [&target](const QueueEntry& entry) {
        const auto& redrive = entry.queue->settings().redrive;
        return redrive && redrive->target_arn == target;
    };
    return page_of_urls(registry, parameters, call.caller, "queueUrls", wanted);
}

Json delete_queue(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "DeleteQueue");
    const std::string name = queue_at(registry, parameters).queue->name();
    parameters.finish();
    registry.remove(name);
    return Json::object();
}

/// AWS takes up to a minute; here the messages are gone at once, the minute between two purges is
/// kept.
Json purge_queue(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "PurgeQueue");
    QueueEntry& entry = queue_at(registry, parameters);
    parameters.finish();
    const Instant now = registry.world().loop.now();
    if (entry.purged && now < *entry.purged + quiet_time) {
        throw aws::ApiError("PurgeQueueInProgress",
                            "Only one PurgeQueue operation on " + entry.queue->name() +
                                " is allowed every 60 seconds.");
    }
    registry.purge(entry);
    return Json::object();
}

}  // namespace

void add_queue_operations(aws::ApiService& service, QueueRegistry& registry) {
    const auto add = [&](const char* name, Json (*operation)(QueueRegistry&, const Json&)) {
        service.add(
            name, [&registry, operation](const Json& given) { return operation(registry, given); });
    };
    const auto add_with_urls = [&](const char* name,
                                   Json (*operation)(QueueRegistry&, const aws::Call&)) {
        service.add_for_caller(name, [&registry, operation](const aws::Call& call) {
            return operation(registry, call);
        });
    };
    add_with_urls("CreateQueue", create_queue);
    add_with_urls("GetQueueUrl", get_queue_url);
    add_with_urls("ListQueues", list_queues);
    add_with_urls("ListDeadLetterSourceQueues", list_dead_letter_source_queues);
    add("GetQueueAttributes", get_queue_attributes);
    add("SetQueueAttributes", set_queue_attributes);
    add("DeleteQueue", delete_queue);
    add("PurgeQueue", purge_queue);
}

}  // namespace orrery::sqs
