#include "services/sqs/registry.h"

#include "engine/ensure.h"
#include "engine/world.h"

#include <algorithm>

namespace orrery::sqs {

QueueRegistry::QueueRegistry(World& world, aws::Identity identity)
    : world_(world), identity_(std::move(identity)) {}

QueueEntry& QueueRegistry::create(const std::string& name,
                                  AttributeMap attributes,
                                  std::map<std::string, std::string> tags) {
    ENSURE(find(name) == nullptr);
    QueueIdentity identity;
    identity.name = name;
    identity.arn = arn_of(name);
    identity.region = identity_.region;
    // In the form of a user's unique id: "AIDA" and 17 letters or digits.
    identity.sender_id = "AIDALOCAL" + identity_.account;
    identity.incarnation = ++past_[name].queues;

    QueueEntry entry;
    entry.queue = std::make_unique<Queue>(
        world_, identity, settings_from(attributes), [this](std::string_view arn) {
            QueueEntry* found = find_by_arn(arn);
            return found == nullptr ? nullptr : found->queue.get();
        });
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
    world_.trace.record("sqs/" + name, "sqs.queue.created", {{"arn", identity.arn}});
    return entries_.emplace(name, std::move(entry)).first->second;
}

void QueueRegistry::remove(std::string_view name) {
    const auto found = entries_.find(name);
    ENSURE(found != entries_.end());
    found->second.queue->close();
    world_.trace.record(
        "sqs/" + found->first, "sqs.queue.deleted", {{"arn", found->second.queue->arn()}});
    past_.find(name)->second.deleted = world_.loop.now();
    closed_.push_back(std::move(found->second.queue));
    entries_.erase(found);
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
    const std::size_t slash = url.rfind('/');
    if (slash == std::string_view::npos) {
        return nullptr;
    }
    const std::string_view account = url.substr(0, slash);
    return account.ends_with("/" + identity_.account) ? find(url.substr(slash + 1)) : nullptr;
}

std::string QueueRegistry::url_of(std::string_view name) const {
    return "https://sqs." + identity_.region + ".amazonaws.com/" + identity_.account + "/" +
           std::string(name);
}

std::optional<Instant> QueueRegistry::deleted_at(std::string_view name) const {
    const auto found = past_.find(name);
    return found == past_.end() ? std::nullopt : found->second.deleted;
}

}  // namespace orrery::sqs
