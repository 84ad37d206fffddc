/// The Kinesis service as a client sees it: operations by name, answers as JSON, and the clock.
#pragma once

#include "services/aws/encoding.h"
#include "services/kinesis/kinesis.h"
#include "services/kinesis/stream.h"
#include "tests/services/lives.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace orrery::test {

class KinesisClient : public Lives<kinesis::KinesisService> {
public:
    explicit KinesisClient(std::filesystem::path state_file = {},
                           aws::MetricWriter* metrics = nullptr)
        : Lives(std::move(state_file), [metrics](World& world, aws::Api& api) {
              auto service =
                  std::make_unique<kinesis::KinesisService>(world, aws::Identity{}, metrics);
              api.add(service->api());
              return service;
          }) {}

    Json call(const std::string& operation, const Json& parameters) {
        return api().call_now("kinesis", operation, parameters);
    }
    /// "Code: message" of the error, or "" if there was none.
    std::string error(const std::string& operation, const Json& parameters) {
        try {
            call(operation, parameters);
        } catch (const aws::ApiError& error) {
            return error.code() + ": " + error.message();
        }
        return "";
    }
    /// The first part of error().
    std::string code(const std::string& operation, const Json& parameters) {
        const std::string text = error(operation, parameters);
        return text.substr(0, text.find(':'));
    }

    void run_to(Duration since_start) { world().loop.run_until(default_start + since_start); }

    /// Makes a stream that is active.
    void create(const std::string& name, int shards) {
        call("CreateStream", {{"StreamName", name}, {"ShardCount", shards}});
        run_for(10s);
    }
    /// The answer to PutRecord.
    Json put(const std::string& stream, const std::string& key, const std::string& data) {
        return call("PutRecord",
                    {{"StreamName", stream}, {"PartitionKey", key}, {"Data", aws::base64(data)}});
    }
    std::string iterator(const std::string& stream,
                         const std::string& shard,
                         const std::string& type = "TRIM_HORIZON",
                         Json more = Json::object()) {
        more["StreamName"] = stream;
        more["ShardId"] = shard;
        more["ShardIteratorType"] = type;
        return call("GetShardIterator", more)["ShardIterator"];
    }
    Json get(const std::string& iterator, Json more = Json::object()) {
        more["ShardIterator"] = iterator;
        return call("GetRecords", more);
    }
    /// The data of all records of a shard, from the oldest.
    std::vector<std::string> data(const std::string& stream, const std::string& shard) {
        return data_in(get(iterator(stream, shard)));
    }
    static std::vector<std::string> data_in(const Json& answer) {
        std::vector<std::string> all;
        for (const Json& record : answer.at("Records")) {
            all.push_back(*aws::decode_base64(record.at("Data").get<std::string>()));
        }
        return all;
    }
    Json summary(const std::string& stream) {
        return call("DescribeStreamSummary", {{"StreamName", stream}})["StreamDescriptionSummary"];
    }
    Json shards(const std::string& stream) {
        return call("ListShards", {{"StreamName", stream}})["Shards"];
    }
    /// How often something was traced.
    std::size_t traced(std::string_view kind) {
        std::size_t count = 0;
        for (std::uint64_t index = 0; index < world().trace.kept(); ++index) {
            count += world().trace[index].kind == kind ? 1U : 0U;
        }
        return count;
    }
};

inline constexpr const char* first_shard = "shardId-000000000000";
inline constexpr const char* second_shard = "shardId-000000000001";

}  // namespace orrery::test
