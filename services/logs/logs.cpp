#include "services/logs/logs.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/logs/log_store.h"
#include "services/logs/operations.h"

namespace orrery::logs {

LogsService::LogsService(World& world, aws::Identity identity)
    : world_(world), identity_(std::move(identity)), api_("logs") {
    Operations::add_all(*this, api_);
}

LogsService::~LogsService() = default;

void LogsService::append(std::string_view group,
                         std::string_view stream,
                         std::string_view message) {
    LogGroup* found_group = find(group);
    if (found_group == nullptr) {
        found_group = &add_group(group);
    }
    LogStream* found_stream = found_group->find_stream(stream);
    if (found_stream == nullptr) {
        found_stream = &found_group->add_stream(stream, world_.loop.now());
    }
    const Instant now = world_.loop.now();
    found_group->append(*found_stream, epoch_millis(now), now, message);
    trace_event(group, stream, message);
}

bool LogsService::has_group(std::string_view group) const {
    return find(group) != nullptr;
}

std::vector<LogLine> LogsService::events(std::string_view group) const {
    std::vector<LogLine> lines;
    if (const LogGroup* found = find(group)) {
        for (const LogEvent* event : found->events({}, world_.loop.now())) {
            lines.push_back(
                {event->timestamp, event->ingestion_time, event->stream->name, event->message});
        }
    }
    return lines;
}

LogGroup* LogsService::find(std::string_view group) const {
    const auto found = groups_.find(group);
    return found == groups_.end() ? nullptr : found->second.get();
}

LogGroup& LogsService::add_group(std::string_view name) {
    const std::string key(name);
    const auto [place, added] =
        groups_.emplace(key, std::make_unique<LogGroup>(key, world_.loop.now()));
    ENSURE(added);
    return *place->second;
}

void LogsService::trace_event(std::string_view group,
                              std::string_view stream,
                              std::string_view message) {
    trace_source_.assign(identity_.scope()).append("logs/").append(group);
    world_.trace.record(trace_source_, "logs.event", {{"message", message}, {"stream", stream}});
}

}  // namespace orrery::logs
