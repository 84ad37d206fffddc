#include "services/kinesis/saved_stream.h"

#include "engine/error.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace orrery::kinesis {

namespace {

[[noreturn]] void damaged() {
    throw UsageError("the state on disk is damaged: a record of Kinesis cannot be read");
}

/// The highest byte first, so that keys sort as numbers do.
template <typename Integer>
void append(std::string& bytes, Integer number) {
    for (int shift = static_cast<int>(sizeof number) * 8 - 8; shift >= 0; shift -= 8) {
        bytes += static_cast<char>(number >> shift & 0xFF);
    }
}

template <typename Integer>
Integer take(std::string_view& bytes) {
    if (bytes.size() < sizeof(Integer)) {
        damaged();
    }
    Integer number = 0;
    for (const char byte : bytes.substr(0, sizeof(Integer))) {
        number = static_cast<Integer>(number << 8 | static_cast<unsigned char>(byte));
    }
    bytes.remove_prefix(sizeof(Integer));
    return number;
}

constexpr std::size_t id_size = 24;

Json nanoseconds(Instant instant) {
    return instant.time_since_epoch().count();
}
Instant instant_in(const Json& value) {
    return Instant(Duration(value.get<std::int64_t>()));
}

Json instants(const std::deque<Instant>& all) {
    Json list = Json::array();
    for (const Instant each : all) {
        list.push_back(nanoseconds(each));
    }
    return list;
}
std::deque<Instant> instants_in(const Json& list) {
    std::deque<Instant> all;
    for (const Json& each : list) {
        all.push_back(instant_in(each));
    }
    return all;
}

Json saved_settings(const StreamSettings& settings) {
    return {{"on_demand", settings.on_demand},
            {"retention", settings.retention.count()},
            {"record_kib", settings.record_kib},
            {"warm_mibps", settings.warm_mibps},
            {"key", settings.key_id},
            {"shard_metrics", settings.shard_metrics},
            {"tags", settings.tags},
            {"policy", settings.policy},
            {"count_updates", instants(settings.count_updates)},
            {"mode_updates", instants(settings.mode_updates)},
            {"key_updates", instants(settings.key_updates)}};
}

StreamSettings read_settings(const Json& saved) {
    StreamSettings settings;
    settings.on_demand = saved.at("on_demand");
    settings.retention = Duration(saved.at("retention").get<std::int64_t>());
    settings.record_kib = saved.at("record_kib");
    settings.warm_mibps = saved.at("warm_mibps");
    settings.key_id = saved.at("key");
    settings.shard_metrics = saved.at("shard_metrics").get<std::set<std::string>>();
    settings.tags = saved.at("tags").get<std::map<std::string, std::string>>();
    settings.policy = saved.at("policy");
    settings.count_updates = instants_in(saved.at("count_updates"));
    settings.mode_updates = instants_in(saved.at("mode_updates"));
    settings.key_updates = instants_in(saved.at("key_updates"));
    return settings;
}

Json saved_consumer(const Consumer& consumer) {
    return {{"name", consumer.name},
            {"arn", consumer.arn},
            {"deleting", consumer.status == ConsumerStatus::deleting},
            {"created", nanoseconds(consumer.created_at)},
            {"tags", consumer.tags},
            {"policy", consumer.policy}};
}

Consumer read_consumer(const Json& saved) {
    Consumer consumer;
    consumer.name = saved.at("name");
    consumer.arn = saved.at("arn");
    consumer.status = ConsumerStatus::active;
    consumer.created_at = instant_in(saved.at("created"));
    consumer.tags = saved.at("tags").get<std::map<std::string, std::string>>();
    consumer.policy = saved.at("policy");
    return consumer;
}

Json saved_shard(const Shard& shard) {
    Json saved{{"index", shard.index()},
               {"first_key", hash_key_text(shard.range().first)},
               {"last_key", hash_key_text(shard.range().last)},
               {"opened", nanoseconds(shard.opened_at())},
               {"children", shard.children}};
    if (shard.closed_at) {
        saved["closed"] = nanoseconds(*shard.closed_at);
    }
    if (shard.parent) {
        saved["parent"] = *shard.parent;
    }
    if (shard.adjacent_parent) {
        saved["adjacent_parent"] = *shard.adjacent_parent;
    }
    return saved;
}

Shard read_shard(const Json& saved) {
    const auto first = parse_hash_key(saved.at("first_key").get_ref<const std::string&>());
    const auto last = parse_hash_key(saved.at("last_key").get_ref<const std::string&>());
    if (!first || !last) {
        damaged();
    }
    Shard shard(saved.at("index"), {*first, *last}, instant_in(saved.at("opened")));
    shard.children = saved.at("children").get<std::vector<std::uint32_t>>();
    if (saved.contains("closed")) {
        shard.closed_at = instant_in(saved["closed"]);
    }
    if (saved.contains("parent")) {
        shard.parent = saved["parent"].get<std::uint32_t>();
    }
    if (saved.contains("adjacent_parent")) {
        shard.adjacent_parent = saved["adjacent_parent"].get<std::uint32_t>();
    }
    return shard;
}

}  // namespace

std::string saved_key(std::string_view stream_id, std::uint32_t shard) {
    std::string key(stream_id);
    append(key, shard);
    return key;
}

std::string saved_key(std::string_view stream_id, std::uint32_t shard, std::uint64_t index) {
    std::string key = saved_key(stream_id, shard);
    append(key, index);
    return key;
}

SavedKey read_key(std::string_view key) {
    if (key.size() < id_size) {
        damaged();
    }
    SavedKey read{key.substr(0, id_size)};
    key.remove_prefix(id_size);
    read.shard = take<std::uint32_t>(key);
    read.index = key.empty() ? 0 : take<std::uint64_t>(key);
    return read;
}

std::string saved_place(std::uint64_t next) {
    std::string bytes;
    append(bytes, next);
    return bytes;
}

std::uint64_t read_place(std::string_view bytes) {
    return take<std::uint64_t>(bytes);
}

std::string saved_record(const Record& record) {
    std::string bytes;
    append(bytes, static_cast<std::uint64_t>(record.arrived().time_since_epoch().count()));
    bytes += record.encrypted() ? '\1' : '\0';
    append(bytes, static_cast<std::uint32_t>(record.key().size()));
    bytes += record.key();
    bytes += record.data();
    return bytes;
}

Record read_record(std::string_view bytes) {
    const Instant arrived(Duration(static_cast<std::int64_t>(take<std::uint64_t>(bytes))));
    const bool encrypted = take<std::uint8_t>(bytes) != 0;
    const auto key_size = take<std::uint32_t>(bytes);
    if (key_size > bytes.size()) {
        damaged();
    }
    return {arrived, bytes.substr(0, key_size), bytes.substr(key_size), encrypted};
}

Json saved_stream(Stream& stream) {
    Json consumers = Json::array();
    for (const auto& [name, consumer] : stream.consumers) {
        if (consumer.status != ConsumerStatus::deleting) {
            consumers.push_back(saved_consumer(consumer));
        }
    }
    Json shards = Json::array();
    for (const auto& [index, shard] : stream.all_shards()) {
        shards.push_back(saved_shard(shard));
    }
    return {{"name", stream.identity().name},
            {"id", stream.identity().id},
            {"created", nanoseconds(stream.identity().created_at)},
            {"deleting", stream.status == StreamStatus::deleting},
            {"settings", saved_settings(stream.settings)},
            {"consumers", std::move(consumers)},
            {"shards", std::move(shards)}};
}

SavedNames read_names(const Json& saved) {
    try {
        return {saved.at("name"), saved.at("id"), instant_in(saved.at("created"))};
    } catch (const Json::exception&) {
        damaged();
    }
}

void read_stream(const Json& saved, Stream& stream) {
    try {
        stream.status =
            saved.at("deleting") == true ? StreamStatus::deleting : StreamStatus::active;
        stream.settings = read_settings(saved.at("settings"));
        for (const Json& each : saved.at("consumers")) {
            Consumer consumer = read_consumer(each);
            const std::string name = consumer.name;
            stream.consumers.emplace(name, std::move(consumer));
        }
        for (const Json& each : saved.at("shards")) {
            stream.restore_shard(read_shard(each));
        }
    } catch (const Json::exception&) {
        damaged();
    }
}

Json saved_account(const AccountSettings& settings) {
    Json saved = Json::object();
    if (settings.started_at) {
        saved["started"] = nanoseconds(*settings.started_at);
    }
    if (settings.ended_at) {
        saved["ended"] = nanoseconds(*settings.ended_at);
    }
    return saved;
}

AccountSettings read_account(const Json& saved) {
    try {
        AccountSettings settings;
        if (saved.contains("started")) {
            settings.started_at = instant_in(saved["started"]);
        }
        if (saved.contains("ended")) {
            settings.ended_at = instant_in(saved["ended"]);
        }
        return settings;
    } catch (const Json::exception&) {
        damaged();
    }
}

}  // namespace orrery::kinesis
