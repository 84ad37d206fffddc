// TagQueue, UntagQueue and ListQueueTags.

#include "services/sqs/limits.h"
#include "services/sqs/operations.h"
#include "services/sqs/tags.h"

#include <nlohmann/json.hpp>

namespace orrery::sqs {

namespace {

void check_key(std::string_view key) {
    if (key.empty() || character_count(key) > longest_tag_key) {
        throw invalid_parameter("Tag keys must be between 1 and 128 characters in length.");
    }
    if (key.starts_with("aws:")) {
        throw invalid_parameter("Tag keys must not start with aws:, which is reserved: " +
                                std::string(key));
    }
}

Json tag_queue(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "TagQueue");
    QueueEntry& entry = queue_at(registry, parameters);
    const AttributeMap tags = string_map(parameters, "Tags");
    parameters.finish();
    if (tags.empty()) {
        throw missing_parameter("Tags");
    }
    check_tags(tags);
    std::map<std::string, std::string> all = entry.tags;
    for (const auto& [key, value] : tags) {
        all[key] = value;
    }
    check_tag_count(all.size(), entry.queue->name());
    registry.change_tags(entry, std::move(all));
    return Json::object();
}

/// A key that the queue does not have is let pass.
Json untag_queue(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "UntagQueue");
    QueueEntry& entry = queue_at(registry, parameters);
    const std::vector<std::string> keys = parameters.strings("TagKeys");
    parameters.finish();
    if (keys.empty()) {
        throw invalid_parameter("Tag keys must be between 1 and 128 characters in length.");
    }
    std::map<std::string, std::string> left = entry.tags;
    for (const std::string& key : keys) {
        check_key(key);
        left.erase(key);
    }
    registry.change_tags(entry, std::move(left));
    return Json::object();
}

Json list_queue_tags(QueueRegistry& registry, const Json& given) {
    aws::Parameters parameters(given, "ListQueueTags");
    const QueueEntry& entry = queue_at(registry, parameters);
    parameters.finish();
    return entry.tags.empty() ? Json::object() : Json{{"Tags", entry.tags}};
}

}  // namespace

/// [docs: quotas-queues; the wordings as public emulators agree on them, "aws:" is ours]
void check_tags(const AttributeMap& tags) {
    for (const auto& [key, value] : tags) {
        check_key(key);
        if (character_count(value) > longest_tag_value) {
            throw invalid_parameter("Tag values must be between 0 and 256 characters in length.");
        }
    }
}

void check_tag_count(std::size_t count, std::string_view name) {
    if (count > most_tags) {
        throw invalid_parameter("Too many tags added for queue " + std::string(name) + ".");
    }
}

void add_tag_operations(aws::ApiService& service, QueueRegistry& registry) {
    const auto add = [&](const char* name, Json (*operation)(QueueRegistry&, const Json&)) {
        service.add(
            name, [&registry, operation](const Json& given) { return operation(registry, given); });
    };
    add("TagQueue", tag_queue);
    add("UntagQueue", untag_queue);
    add("ListQueueTags", list_queue_tags);
}

}  // namespace orrery::sqs
