// What concerns the whole account. [docs: API_DescribeLimits, API_UpdateAccountSettings]
#include "engine/world.h"
#include "services/kinesis/operations.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::kinesis {

namespace {

Json describe_limits(Request& request) {
    request.parameters.finish();
    const Streams& streams = request.streams;
    const auto on_demand =
        std::count_if(streams.all().begin(), streams.all().end(), [](const auto& stream) {
            return stream.second->settings.on_demand;
        });
    return {{"ShardLimit", streams.shard_limit()},
            {"OpenShardCount", streams.open_shards()},
            {"OnDemandStreamCount", on_demand},
            {"OnDemandStreamCountLimit", limits::on_demand_streams}};
}

/// A commitment lasts a day at least. [botocore: MinimumThroughputBillingCommitmentInput]
constexpr Duration least_commitment = std::chrono::hours(24);

Json commitment(const AccountSettings& settings, Instant now) {
    const bool ending = settings.ended_at && *settings.ended_at > now;
    Json json{{"Status",
               ending                    ? "ENABLED_UNTIL_EARLIEST_ALLOWED_END"
               : settings.committed(now) ? "ENABLED"
                                         : "DISABLED"}};
    if (settings.started_at) {
        json["StartedAt"] = timestamp(*settings.started_at);
        json["EarliestAllowedEndAt"] = timestamp(*settings.started_at + least_commitment);
    }
    if (settings.ended_at && !ending) {
        json["EndedAt"] = timestamp(*settings.ended_at);
    }
    return {{"MinimumThroughputBillingCommitment", std::move(json)}};
}

Json describe_account_settings(Request& request) {
    request.parameters.finish();
    return commitment(request.streams.account(), request.streams.now());
}

/// One that is ended early goes on until it may end.
Json update_account_settings(Request& request) {
    const bool wanted =
        request.parameters.optional("MinimumThroughputBillingCommitment")->at("Status") ==
        "ENABLED";
    request.parameters.finish();
    Streams& streams = request.streams;
    const Instant now = streams.now();
    AccountSettings settings = streams.account();
    if (wanted && !settings.committed(now)) {
        settings = {now, std::nullopt};
    } else if (wanted) {
        settings.ended_at.reset();
    } else if (settings.committed(now) && !settings.ended_at) {
        settings.ended_at = std::max(now, *settings.started_at + least_commitment);
    }
    streams.set_account(settings);
    return commitment(settings, now);
}

}  // namespace

void add_account_operations(const Rows& rows) {
    rows.add("DescribeAccountSettings", describe_account_settings);
    rows.add("DescribeLimits", describe_limits);
    rows.add("UpdateAccountSettings", update_account_settings);
}

}  // namespace orrery::kinesis
