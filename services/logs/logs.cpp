#include "services/logs/logs.h"

#include "engine/world.h"
#include "services/logs/request.h"
#include "services/logs/state.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace orrery::logs {

LogsService::LogsService(World& world, aws::Identity identity)
    : world_(world),
      identity_(std::move(identity)),
      state_(std::make_unique<State>(world_, identity_)),
      api_("logs") {
    for (const auto add : {add_group_operations,
                           add_group_list_operations,
                           add_stream_operations,
                           add_put_operations,
                           add_read_operations,
                           add_tag_operations,
                           add_metric_filter_operations,
                           add_subscription_filter_operations,
                           add_policy_operations,
                           add_field_operations}) {
        add(api_, *this);
    }
}

LogsService::~LogsService() = default;

void Rows::add(std::string name, Operation operation) const {
    LogsService& service = service_;
    const std::string operation_name = name;
    api_.add(std::move(name), [&service, operation_name, operation](const Json& parameters) {
        Request request{service.state_->groups,
                        service.state_->policies,
                        service.identity_,
                        service.world_.loop.now(),
                        aws::Parameters(parameters, operation_name)};
        return operation(request);
    });
}

void LogsService::set_metric_sink(MetricSink& sink) {
    state_->groups.metrics().set_sink(&sink);
}

void LogsService::set_subscription_target(SubscriptionTarget& target) {
    state_->groups.subscriptions().set_target(&target);
}

void LogsService::append(std::string_view group_name,
                         std::string_view stream_name,
                         std::string_view message) {
    GroupRegistry& groups = state_->groups;
    LogGroup* group = groups.find(group_name);
    if (group == nullptr) {
        group = &groups.add(std::string(group_name));
    }
    LogStream* stream = group->find_stream(stream_name);
    if (stream == nullptr) {
        stream = &groups.add_stream(*group, stream_name);
    }
    groups.append(*group, *stream, epoch_millis(world_.loop.now()), message);
}

bool LogsService::has_group(std::string_view group) const {
    return state_->groups.find(group) != nullptr;
}

std::vector<LogLine> LogsService::events(std::string_view group_name) const {
    std::vector<LogLine> lines;
    if (const LogGroup* group = state_->groups.find(group_name)) {
        EventRange range;
        range.from.timestamp = state_->groups.kept_from(*group).value_or(0);
        group->read(range, [&](const LogEvent& event) {
            lines.push_back(
                {event.key.timestamp, event.ingestion_time, event.stream->name, event.message});
            return true;
        });
    }
    return lines;
}

}  // namespace orrery::logs
