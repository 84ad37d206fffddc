#include "services/sqs/registry.h"

#include "engine/ensure.h"
#include "engine/world.h"

#include <algorithm>

namespace orrery::sqs {

QueueRegistry::QueueRegistry(World& world, aws::Identity identity, aws::MetricWriter* metrics)
    : world_(world), identity_(std::move(identity)), metrics_(metrics) {
    keep_on_disk();
}

std::unique_ptr<Queue> QueueRegistry::make_queue(const std::string& name,
                                                 std::uint32_t incarnation,
                                                 QueueSettings settings) {
    QueueIdentity identity;
    identity.name = name;
    identity.arn = arn_of(name);
    identity.region = identity_.region;
    // In the form of a user's unique id: "AIDA" and 17 letters or digits.
    identity.sender_id = "AIDALOCAL" + identity_.account;
    identity.incarnation = incarnation;
    identity.scope = identity_.scope();
    return std::make_unique<Queue>(
        world_,
        std::move(identity),
        std::move(settings),
        [this](std::string_view arn) {
            QueueEntry* found = find_by_arn(arn);
            return found == nullptr ? nullptr : found->queue.get();
        },
        metrics_);
}

QueueEntry& QueueRegistry::create(const std::string& name,
                                  AttributeMap attributes,
                                  std::map<std::string, std::string> tags) {
    ENSURE(find(name) == nullptr);
    QueueEntry entry;
    entry.queue = make_queue(name, ++past_[name].queues, settings_from(attributes));
    const auto predecessor =
        std::find_if(closed_.rbegin(), closed_.rend(), [&](const auto& closed) {
            return closed->name() == name;
        });
    if (predecessor != closed_.rend()) {
        entry.queue->succeed(**predecessor);
    }
    entry.attributes = std::move(attributes);
    entry.tags = std::move(tags);
    entry.created = world_.loop.now();
    entry.modified = world_.loop.now();
    world_.trace.record(source_of(name), "sqs.queue.created", {{"arn", entry.queue->arn()}});
    mark_changed(name);
    return entries_.emplace(name, std::move(entry)).first->second;
}

void QueueRegistry::remove(std::string_view name) {
    const auto found = entries_.find(name);
    ENSURE(found != entries_.end());
    found->second.queue->close();
    world_.trace.record(
        source_of(found->first), "sqs.queue.deleted", {{"arn", found->second.queue->arn()}});
    past_.find(name)->second.deleted = world_.loop.now();
    mark_changed(name);
    closed_.push_back(std::move(found->second.queue));
    entries_.erase(found);
}

void QueueRegistry::change_attributes(QueueEntry& entry, AttributeMap attributes) {
    entry.attributes = std::move(attributes);
    entry.modified = world_.loop.now();
    entry.queue->change_settings(settings_from(entry.attributes));
    mark_changed(entry.queue->name());
}

void QueueRegistry::change_tags(QueueEntry& entry, std::map<std::string, std::string> tags) {
    entry.tags = std::move(tags);
    mark_changed(entry.queue->name());
}

void QueueRegistry::purge(QueueEntry& entry) {
    entry.purged = world_.loop.now();
    entry.queue->purge();
    mark_changed(entry.queue->name());
}

std::string QueueRegistry::source_of(std::string_view name) const {
    return identity_.scope() + "sqs/" + std::string(name);
}

QueueEntry* QueueRegistry::find(std::string_view name) {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
}

QueueEntry* QueueRegistry::find_by_arn(std::string_view arn) {
    QueueEntry* entry = find(aws::arn_name(arn));
    return entry != nullptr && entry->queue->arn() == arn ? entry : nullptr;
}

QueueEntry* QueueRegistry::find_by_url(std::string_view url) {
    // AWS's own examples of queries end it so. [docs: DeleteMessageBatch]
    if (url.ends_with('/')) {
        url.remove_suffix(1);
    }
    const std::size_t slash = url.rfind('/');
    if (slash == std::string_view::npos) {
        return nullptr;
    }
    const std::string_view account = url.substr(0, slash);
    return account.ends_with("/" + identity_.account) ? find(url.substr(slash + 1)) : nullptr;
}

std::string QueueRegistry::url_of(std::string_view name, std::string_view endpoint) const {
    std::string url = endpoint.empty() ? "https://sqs." + identity_.region + ".amazonaws.com"
                                       : std::string(endpoint);
    url.append("/").append(identity_.account).append("/").append(name);
    return url;
}

std::optional<Instant> QueueRegistry::deleted_at(std::string_view name) const {
    const auto found = past_.find(name);
    return found == past_.end() ? std::nullopt : found->second.deleted;
}

}  // namespace orrery::sqs
