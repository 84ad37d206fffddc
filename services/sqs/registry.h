/// All queues of the account by name, with what is said of a queue but does not change its
/// behaviour.
#pragma once

#include "services/aws/identity.h"
#include "services/sqs/attributes.h"
#include "services/sqs/queue.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::sqs {

struct QueueEntry {
    std::unique_ptr<Queue> queue;
    AttributeMap attributes;
    std::map<std::string, std::string> tags;
    Instant created;
    Instant modified;
    std::optional<Instant> purged;
};

class QueueRegistry {
public:
    /// Finds the queues that the world's store has, if it has one.
    /// `metrics`, which may be null, must outlive it.
    QueueRegistry(World& world, aws::Identity identity, aws::MetricWriter* metrics = nullptr);

    /// `attributes` are all that the queue has. There must be no queue called `name`.
    QueueEntry& create(const std::string& name,
                       AttributeMap attributes,
                       std::map<std::string, std::string> tags);
    void remove(std::string_view name);
    /// `attributes` are all that the queue is to have.
    void change_attributes(QueueEntry& entry, AttributeMap attributes);
    void change_tags(QueueEntry& entry, std::map<std::string, std::string> tags);
    /// Messages are to be purged now; AWS's minute until the next purge begins.
    void purge(QueueEntry& entry);

    QueueEntry* find(std::string_view name);
    QueueEntry* find_by_arn(std::string_view arn);
    /// The last two parts of the URL's path name the account and the queue; its host does not
    /// matter.
    QueueEntry* find_by_url(std::string_view url);

    std::string arn_of(std::string_view name) const { return identity_.arn("sqs", name); }
    /// Begins with `endpoint` ("http://localhost:4566"), or with AWS's host name if that is empty.
    std::string url_of(std::string_view name, std::string_view endpoint = {}) const;
    /// What events of that queue have as their source in the trace.
    std::string source_of(std::string_view name) const;
    /// When a queue of that name was deleted, if ever.
    std::optional<Instant> deleted_at(std::string_view name) const;
    /// By name.
    const std::map<std::string, QueueEntry, std::less<>>& all() const { return entries_; }
    World& world() { return world_; }
    const aws::Identity& identity() const { return identity_; }

private:
    struct Past {
        std::uint32_t queues = 0;  // that had this name
        std::optional<Instant> deleted;
    };

    std::unique_ptr<Queue> make_queue(const std::string& name,
                                      std::uint32_t incarnation,
                                      QueueSettings settings);

    // registry_saving.cpp: does nothing if the world has no store.
    void keep_on_disk();
    void mark_changed(std::string_view name);
    void save(Store& store);
    void restore(const Store& store);
    void restore_entry(const std::string& name, std::string_view value);

    World& world_;
    aws::Identity identity_;
    aws::MetricWriter* metrics_;
    std::map<std::string, QueueEntry, std::less<>> entries_;
    std::map<std::string, Past, std::less<>> past_;
    // Deleted queues stay, closed and empty: a mapping or a waiting poll may still refer to one.
    std::vector<std::unique_ptr<Queue>> closed_;
    std::set<std::string> changed_;  // names whose records are to be written
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace orrery::sqs
