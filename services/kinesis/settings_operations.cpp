// What can be changed of a stream: retention, mode, record size, warm throughput, encryption,
// monitoring. [docs: the operations' pages]
#include "engine/world.h"
#include "services/kinesis/operations.h"
#include "services/kinesis/stream_metrics.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::kinesis {

namespace {

std::string hours(std::int64_t count) {
    return "(" + std::to_string(count) + " hours)";
}

/// RetentionPeriodHours, and what the stream has now.
struct Retention {
    std::int64_t wanted;
    std::int64_t present;
};

Retention read_retention(Request& request, const Stream& stream) {
    const std::int64_t wanted = *request.parameters.optional_integer("RetentionPeriodHours");
    request.parameters.finish();
    // [kinesalite]
    if (wanted < limits::least_retention_hours) {
        throw invalid_argument(
            "Minimum allowed retention period is 24 hours. Requested retention "
            "period " +
            hours(wanted) + " is too short.");
    }
    if (wanted > limits::most_retention_hours) {
        throw invalid_argument(
            "Maximum allowed retention period is 8760 hours. Requested "
            "retention period " +
            hours(wanted) + " is too long.");
    }
    return {wanted,
            std::chrono::duration_cast<std::chrono::hours>(stream.settings.retention).count()};
}

void set_retention(Request& request, Stream& stream, std::int64_t wanted) {
    update(request.streams, stream, limits::setting_change, [wanted](Stream& changed) {
        changed.set_retention(std::chrono::hours(wanted));
    });
}

Json increase_retention(Request& request) {
    Stream& stream = active_stream(request);
    const Retention retention = read_retention(request, stream);
    if (retention.wanted < retention.present) {
        // [kinesalite]
        throw invalid_argument("Requested retention period " + hours(retention.wanted) +
                               " for stream " + stream.identity().name +
                               " can not be shorter than existing retention period " +
                               hours(retention.present) + ". Use DecreaseRetentionPeriod API.");
    }
    set_retention(request, stream, retention.wanted);
    return Json::object();
}

Json decrease_retention(Request& request) {
    Stream& stream = active_stream(request);
    const Retention retention = read_retention(request, stream);
    if (retention.wanted > retention.present) {
        // [kinesalite]
        throw invalid_argument("Requested retention period " + hours(retention.wanted) +
                               " for stream " + stream.identity().name +
                               " can not be longer than existing retention period " +
                               hours(retention.present) + ". Use IncreaseRetentionPeriod API.");
    }
    set_retention(request, stream, retention.wanted);
    return Json::object();
}

Json update_stream_mode(Request& request) {
    Streams& streams = request.streams;
    Stream& stream = active_stream(request);
    const bool on_demand =
        request.parameters.optional("StreamModeDetails")->at("StreamMode") == "ON_DEMAND";
    const std::int64_t warm =
        request.parameters.optional_integer("WarmThroughputMiBps").value_or(0);
    request.parameters.finish();
    if (warm > 0) {
        check_warm_throughput(streams, on_demand, warm);
    }
    auto& updates = stream.settings.mode_updates;
    if (!another_today(updates, limits::mode_updates, streams.now())) {
        // (wording unverified)
        throw limit_exceeded("The mode of stream " + stream.identity().name +
                             " can be changed twice in 24 hours.");
    }
    updates.push_back(streams.now());
    update(streams, stream, limits::setting_change, [on_demand, warm](Stream& changed) {
        changed.settings.on_demand = on_demand;
        changed.settings.warm_mibps = warm;
        const std::size_t wanted = warm > 0 ? warm_shards(warm) : 0;
        if (wanted > changed.open_shards().size()) {
            changed.scale(wanted);
        }
    });
    return Json::object();
}

Json update_warm_throughput(Request& request) {
    Streams& streams = request.streams;
    Stream& stream = active_stream(request);
    const std::int64_t warm = *request.parameters.optional_integer("WarmThroughputMiBps");
    request.parameters.finish();
    check_warm_throughput(streams, stream.settings.on_demand, warm);
    const std::size_t wanted = warm_shards(warm);
    const std::size_t present = stream.open_shards().size();
    if (wanted > present) {
        check_shard_limit(streams, wanted - present);
    }
    Json answer{{"StreamName", stream.identity().name},
                {"StreamARN", stream.identity().arn},
                {"WarmThroughput", {{"TargetMiBps", warm}, {"CurrentMiBps", present}}}};
    update(streams, stream, limits::resharding, [warm, wanted](Stream& changed) {
        changed.settings.warm_mibps = warm;
        if (wanted > changed.open_shards().size()) {
            changed.scale(wanted);
        }
    });
    return answer;
}

Json update_max_record_size(Request& request) {
    Stream& stream = active_stream(request);
    const std::int64_t kib = *request.parameters.optional_integer("MaxRecordSizeInKiB");
    request.parameters.finish();
    update(request.streams, stream, limits::setting_change, [kib](Stream& changed) {
        changed.settings.record_kib = kib;
    });
    return Json::object();
}

/// EncryptionType and KeyId.
std::string read_key(Request& request) {
    const std::string type = request.parameters.string("EncryptionType");
    std::string key = request.parameters.string("KeyId");
    request.parameters.finish();
    if (type != "KMS") {
        // (wording unverified)
        throw invalid_argument("EncryptionType must be KMS.");
    }
    return key;
}

void count_key_update(Streams& streams, Stream& stream) {
    auto& updates = stream.settings.key_updates;
    if (!another_today(updates, limits::key_updates, streams.now())) {
        // (wording unverified)
        throw limit_exceeded("The encryption of stream " + stream.identity().name +
                             " can be changed 25 times in 24 hours.");
    }
    updates.push_back(streams.now());
}

Json start_encryption(Request& request) {
    Stream& stream = active_stream(request);
    const std::string key = read_key(request);
    count_key_update(request.streams, stream);
    update(request.streams, stream, limits::setting_change, [key](Stream& changed) {
        changed.settings.key_id = key;
    });
    return Json::object();
}

Json stop_encryption(Request& request) {
    Stream& stream = active_stream(request);
    const std::string key = read_key(request);
    if (!stream.settings.key_id.empty() && key != stream.settings.key_id) {
        // (wording unverified)
        throw invalid_argument("The KeyId " + key + " is not the one that stream " +
                               stream.identity().name + " is encrypted with.");
    }
    count_key_update(request.streams, stream);
    update(request.streams, stream, limits::setting_change, [](Stream& changed) {
        changed.settings.key_id.clear();
    });
    return Json::object();
}

std::set<std::string> read_metrics(Request& request) {
    static const std::set<std::string> all{"IncomingBytes",
                                           "IncomingRecords",
                                           "IteratorAgeMilliseconds",
                                           "OutgoingBytes",
                                           "OutgoingRecords",
                                           "ReadProvisionedThroughputExceeded",
                                           "WriteProvisionedThroughputExceeded"};
    std::set<std::string> metrics;
    for (const std::string& name : request.parameters.strings("ShardLevelMetrics")) {
        if (name == "ALL") {
            metrics = all;
            break;
        }
        metrics.insert(name);
    }
    request.parameters.finish();
    return metrics;
}

Json set_metrics(Request& request, Stream& stream, std::set<std::string> desired) {
    Json answer{{"StreamName", stream.identity().name},
                {"StreamARN", stream.identity().arn},
                {"CurrentShardLevelMetrics", stream.settings.shard_metrics},
                {"DesiredShardLevelMetrics", desired}};
    update(request.streams,
           stream,
           limits::setting_change,
           [desired = std::move(desired)](Stream& changed) {
               changed.settings.shard_metrics = desired;
               if (StreamMetrics* metrics = changed.metrics()) {
                   metrics->set_shard_metrics(desired);
               }
           });
    return answer;
}

Json enable_monitoring(Request& request) {
    Stream& stream = active_stream(request);
    std::set<std::string> desired = read_metrics(request);
    desired.insert(stream.settings.shard_metrics.begin(), stream.settings.shard_metrics.end());
    return set_metrics(request, stream, std::move(desired));
}

Json disable_monitoring(Request& request) {
    Stream& stream = active_stream(request);
    const std::set<std::string> unwanted = read_metrics(request);
    std::set<std::string> desired = stream.settings.shard_metrics;
    std::erase_if(desired, [&](const std::string& name) { return unwanted.contains(name); });
    return set_metrics(request, stream, std::move(desired));
}

}  // namespace

void check_warm_throughput(const Streams& streams, bool on_demand, std::int64_t mibps) {
    // (wordings unverified)
    if (!on_demand) {
        throw validation_error("Warm throughput is only supported for streams in ON_DEMAND mode.");
    }
    if (!streams.account().committed(streams.now())) {
        throw validation_error(
            "Warm throughput is only supported in accounts that have "
            "MinimumThroughputBillingCommitment enabled.");
    }
    if (mibps > limits::most_warm_mibps) {
        throw limit_exceeded("A stream cannot have more warm throughput than " +
                             std::to_string(limits::most_warm_mibps) + " MiBps.");
    }
}

std::size_t warm_shards(std::int64_t mibps) {
    return std::max(limits::on_demand_shards, static_cast<std::size_t>(mibps));
}

void add_settings_operations(const Rows& rows) {
    rows.add("DecreaseStreamRetentionPeriod", decrease_retention);
    rows.add("DisableEnhancedMonitoring", disable_monitoring);
    rows.add("EnableEnhancedMonitoring", enable_monitoring);
    rows.add("IncreaseStreamRetentionPeriod", increase_retention);
    rows.add("StartStreamEncryption", start_encryption);
    rows.add("StopStreamEncryption", stop_encryption);
    rows.add("UpdateMaxRecordSize", update_max_record_size);
    rows.add("UpdateStreamMode", update_stream_mode);
    rows.add("UpdateStreamWarmThroughput", update_warm_throughput);
}

}  // namespace orrery::kinesis
