/// All streams of an account and Region, what is set for the account, and what is under way.
#pragma once

#include "engine/random.h"
#include "services/aws/identity.h"
#include "services/kinesis/changes.h"
#include "services/kinesis/stream.h"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::aws {
class MetricWriter;
}

namespace orrery::kinesis {

/// MinimumThroughputBillingCommitment: what makes on-demand streams "Advantage" ones.
struct AccountSettings {
    std::optional<Instant> started_at;
    std::optional<Instant> ended_at;  // may lie ahead

    bool committed(Instant now) const { return started_at && (!ended_at || *ended_at > now); }
};

/// The stream's part of a consumer's ARN; nothing for any other ARN.
std::optional<std::string_view> stream_of_consumer(std::string_view arn);

class Streams {
public:
    using Map = std::map<std::string, std::shared_ptr<Stream>, std::less<>>;

    /// With those that the world's store has. `metrics` may be null; both must outlive this.
    Streams(World& world, aws::Identity identity, aws::MetricWriter* metrics);
    ~Streams();
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;

    World& world() { return world_; }
    const aws::Identity& identity() const { return identity_; }
    Instant now() const;
    Changes& changes() { return changes_; }
    /// By name.
    const Map& all() const { return streams_; }

    /// Null if there is none.
    std::shared_ptr<Stream> find(std::string_view name) const;
    std::shared_ptr<Stream> find_by_arn(std::string_view arn) const;
    std::shared_ptr<Stream> find_by_id(std::string_view id) const;
    /// The stream that an ARN of it or of one of its consumers names, with that consumer.
    struct Resource {
        std::shared_ptr<Stream> stream;  // null if there is none
        Consumer* consumer = nullptr;    // null if the ARN names none, or there is none
    };
    Resource find_resource(std::string_view arn) const;
    std::string arn_of(std::string_view name) const;

    /// Without shards yet. There must be none of that name.
    Stream& create(const std::string& name, StreamSettings settings);
    void remove(const std::string& name);

    /// Calls `made` once, as an event, when there is another stream.
    Watch watch(std::function<void()> made) { return waiting_.add(std::move(made)); }

    /// Of the whole account.
    std::size_t open_shards() const;
    std::size_t shard_limit() const;

    const AccountSettings& account() const { return account_; }
    void set_account(const AccountSettings& settings);

private:
    std::shared_ptr<Stream> make(StreamIdentity identity);
    StreamIdentity identify(const std::string& name, std::string id, Instant created_at) const;
    void restore();
    void restore_streams();
    void restore_records();
    void save();

    World& world_;
    aws::Identity identity_;
    aws::MetricWriter* metrics_;
    RandomStream random_;  // for ids
    Map streams_;
    AccountSettings account_;
    Waiting waiting_;  // for a stream
    Changes changes_;  // after what its callbacks touch
    // For the store.
    bool account_changed_ = false;
    std::map<std::string, std::shared_ptr<Stream>> removed_;  // by id, to be erased
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace orrery::kinesis
