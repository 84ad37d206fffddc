#include "services/kinesis/streams.h"

#include "engine/ensure.h"
#include "engine/store.h"
#include "engine/world.h"
#include "services/kinesis/stream_metrics.h"

#include <algorithm>
#include <utility>

namespace orrery::kinesis {

namespace {

/// "[a-z0-9]{20}-[a-z0-9]{3}" [botocore: StreamId]
std::string new_stream_id(RandomStream& random) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::size_t length = 23;
    std::string id;
    for (std::size_t place = 0; place < length; ++place) {
        id += letters[random.below(letters.size())];
    }
    return id.insert(20, "-");
}

}  // namespace

Streams::Streams(World& world, aws::Identity identity, aws::MetricWriter* metrics)
    : world_(world),
      identity_(std::move(identity)),
      metrics_(metrics),
      // What a state directory has had its ids already.
      random_(world.random.stream("kinesis/" + identity_.scope() + iso8601(world.loop.now()))),
      changes_(world) {
    restore();
}

Streams::~Streams() = default;

Instant Streams::now() const {
    return world_.loop.now();
}

std::string Streams::arn_of(std::string_view name) const {
    return identity_.arn("kinesis", "stream/" + std::string(name));
}

std::shared_ptr<Stream> Streams::find(std::string_view name) const {
    const auto found = streams_.find(name);
    return found == streams_.end() ? nullptr : found->second;
}

std::shared_ptr<Stream> Streams::find_by_arn(std::string_view arn) const {
    const std::string ours = arn_of("");
    return arn.starts_with(ours) ? find(arn.substr(ours.size())) : nullptr;
}

std::shared_ptr<Stream> Streams::find_by_id(std::string_view id) const {
    const auto found = std::find_if(streams_.begin(), streams_.end(), [&](const auto& stream) {
        return stream.second->identity().id == id;
    });
    return found == streams_.end() ? nullptr : found->second;
}

std::optional<std::string_view> stream_of_consumer(std::string_view arn) {
    const std::size_t place = arn.find("/consumer/");
    return place == std::string_view::npos ? std::nullopt : std::optional(arn.substr(0, place));
}

Streams::Resource Streams::find_resource(std::string_view arn) const {
    const std::optional<std::string_view> of_consumer = stream_of_consumer(arn);
    if (!of_consumer) {
        return {find_by_arn(arn), nullptr};
    }
    Resource resource{find_by_arn(*of_consumer), nullptr};
    if (resource.stream != nullptr) {
        resource.consumer = resource.stream->find_consumer(arn);
    }
    return resource;
}

StreamIdentity Streams::identify(const std::string& name,
                                 std::string id,
                                 Instant created_at) const {
    StreamIdentity identity;
    identity.name = name;
    identity.arn = arn_of(name);
    identity.id = std::move(id);
    identity.account = identity_.account;
    identity.region = identity_.region;
    identity.source = identity_.scope() + "kinesis/" + name;
    identity.created_at = created_at;
    return identity;
}

std::shared_ptr<Stream> Streams::make(StreamIdentity identity) {
    auto metrics =
        metrics_ == nullptr ? nullptr : std::make_unique<StreamMetrics>(*metrics_, identity.name);
    return std::make_shared<Stream>(world_, std::move(identity), std::move(metrics));
}

Stream& Streams::create(const std::string& name, StreamSettings settings) {
    ENSURE(find(name) == nullptr);
    std::shared_ptr<Stream> stream = make(identify(name, new_stream_id(random_), now()));
    stream->settings = std::move(settings);
    stream->changed();
    streams_[name] = stream;
    waiting_.wake(world_);
    return *stream;
}

void Streams::remove(const std::string& name) {
    const auto found = streams_.find(name);
    ENSURE(found != streams_.end());
    const std::shared_ptr<Stream> stream = found->second;
    streams_.erase(found);
    if (world_.store != nullptr) {
        removed_[stream->identity().id] = stream;
        world_.store->touch();
    }
    stream->close();
}

std::size_t Streams::open_shards() const {
    std::size_t count = 0;
    for (const auto& [name, stream] : streams_) {
        count += stream->open_shards().size();
    }
    return count;
}

std::size_t Streams::shard_limit() const {
    // [docs: service-sizes-and-limits]
    const std::string& region = identity_.region;
    const bool large = region == "us-east-1" || region == "us-west-2" || region == "eu-west-1";
    return large ? 20'000 : 1000;
}

void Streams::set_account(const AccountSettings& settings) {
    account_ = settings;
    if (world_.store != nullptr) {
        account_changed_ = true;
        world_.store->touch();
    }
}

}  // namespace orrery::kinesis
