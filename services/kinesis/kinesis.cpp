#include "services/kinesis/kinesis.h"

#include "services/kinesis/operations.h"
#include "services/kinesis/streams.h"
#include "services/kinesis/subscription.h"

#include <utility>

namespace orrery::kinesis {

KinesisService::KinesisService(World& world, aws::Identity identity, aws::MetricWriter* metrics)
    : streams_(std::make_unique<Streams>(world, std::move(identity), metrics)) {
    const Rows rows(api_, *streams_);
    for (const auto add : {add_account_operations,
                           add_consumer_operations,
                           add_describe_operations,
                           add_policy_operations,
                           add_put_operations,
                           add_read_operations,
                           add_settings_operations,
                           add_shard_operations,
                           add_stream_operations,
                           add_tag_operations}) {
        add(rows);
    }
    add_subscribe_operation(api_, *streams_);
    // Not AWS's: what is under way is done at once, as deployments of templates want it.
    api_.add("FinishChanges", [this](const Json&) {
        streams_->changes().finish();
        return Json::object();
    });
}

KinesisService::~KinesisService() = default;

std::vector<std::string> KinesisService::stream_names() const {
    std::vector<std::string> names;
    for (const auto& [name, stream] : streams_->all()) {
        names.push_back(name);
    }
    return names;
}

KinesisService::Found KinesisService::find(std::string_view arn) const {
    Streams::Resource resource = streams_->find_resource(arn);
    return {std::move(resource.stream), resource.consumer};
}

bool KinesisService::owns(std::string_view arn) const {
    const std::string ours = streams_->arn_of("");
    return arn.starts_with(ours) && arn.size() > ours.size();
}

Watch KinesisService::watch(std::function<void()> made) {
    return streams_->watch(std::move(made));
}

void KinesisService::end_subscriptions() {
    for (const auto& [name, stream] : streams_->all()) {
        for (auto& [consumer_name, consumer] : stream->consumers) {
            for (const auto& [shard, last] : consumer.subscriptions) {
                if (const auto subscription = last.subscription.lock()) {
                    subscription->end();
                }
            }
        }
    }
}

bool KinesisService::empty() const {
    return streams_->all().empty();
}

}  // namespace orrery::kinesis
