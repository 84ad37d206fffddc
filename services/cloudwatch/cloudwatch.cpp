#include "services/cloudwatch/cloudwatch.h"

#include "engine/store.h"
#include "engine/world.h"
#include "services/cloudwatch/alarms.h"
#include "services/cloudwatch/metric_store.h"
#include "services/cloudwatch/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::cloudwatch {

namespace {

std::string saved_prefix(const aws::Identity& identity) {
    return identity.account + "/" + identity.region + "/";
}

}  // namespace

CloudWatchService::CloudWatchService(World& world, aws::Identity identity)
    : world_(world),
      identity_(std::move(identity)),
      metrics_(std::make_unique<MetricStore>(world, saved_prefix(identity_))),
      alarms_(std::make_unique<Alarms>(world, *metrics_, identity_, saved_prefix(identity_))) {
    const Bind bind = [this](const char* name, Operation operation) {
        return [this, name, operation](const Json& input) {
            Request request{
                *metrics_, *alarms_, identity_, world_.loop.now(), aws::Parameters(input, name)};
            return operation(request);
        };
    };
    add_put_operations(api_, bind);
    add_read_operations(api_, bind);
    add_alarm_operations(api_, bind);
    add_alarm_state_operations(api_, bind);
    if (world_.store != nullptr) {
        // The store may outlive the service.
        world_.store->add_saver([this, alive = std::weak_ptr<bool>(alive_)] {
            if (!alive.expired()) {
                metrics_->save(*world_.store);
                alarms_->save(*world_.store);
            }
        });
    }
}

CloudWatchService::~CloudWatchService() = default;

aws::Metric& CloudWatchService::metric(const aws::MetricName& name) {
    MetricKey key{name.name_space, name.name, name.dimensions};
    std::sort(key.dimensions.begin(), key.dimensions.end());
    return metrics_->series(key, name.unit);
}

void CloudWatchService::add_sampler(aws::MetricSampler& sampler) {
    metrics_->add_sampler(sampler);
}

bool CloudWatchService::empty() const {
    return alarms_->all().empty();
}

}  // namespace orrery::cloudwatch
