#include "services/lambda/platform_events.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda::platform_events {

namespace {

using OrderedJson = nlohmann::ordered_json;

std::string event_text(Instant now, std::string_view type, OrderedJson record) {
    OrderedJson event;
    event["time"] = iso8601(now);
    event["type"] = type;
    event["record"] = std::move(record);
    return event.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

/// Milliseconds with up to three decimals.
double millis(Duration duration) {
    return static_cast<double>((duration.count() + 500) / 1000) / 1000.0;
}

void add_status(OrderedJson& record, std::string_view status, std::string_view error_type) {
    record["status"] = status.empty() ? "success" : status;
    if (!error_type.empty()) {
        record["errorType"] = error_type;
    }
}

}  // namespace

bool wanted(Level level, std::string_view system_level) {
    const Level least = system_level == "DEBUG"  ? Level::debug
                        : system_level == "WARN" ? Level::warn
                                                 : Level::info;
    return level >= least;
}

Event init_start(Instant now, const FunctionConfiguration& function, std::string_view phase) {
    OrderedJson record;
    record["initializationType"] = function.initialization_type;
    record["phase"] = phase;
    record["runtimeVersion"] = platform_log::runtime_version(function.runtime);
    record["runtimeVersionArn"] =
        platform_log::runtime_version_arn(function.runtime, function.identity.region);
    record["functionName"] = function.name;
    record["functionVersion"] = function.version;
    return {event_text(now, "platform.initStart", std::move(record)), Level::info};
}

Event init_report(Instant now,
                  const FunctionConfiguration& function,
                  Duration duration,
                  std::string_view phase,
                  std::string_view status,
                  std::string_view error_type) {
    OrderedJson record;
    record["initializationType"] = function.initialization_type;
    record["phase"] = phase;
    add_status(record, status, error_type);
    record["metrics"]["durationMs"] = millis(duration);
    const bool expected = status == "success" && function.initialization_type == "on-demand";
    return {event_text(now, "platform.initReport", std::move(record)),
            status != "success" ? Level::warn
            : expected          ? Level::debug
                                : Level::info};
}

Event start(Instant now, std::string_view request_id, std::string_view version) {
    OrderedJson record;
    record["requestId"] = request_id;
    record["version"] = version;
    return {event_text(now, "platform.start", std::move(record)), Level::info};
}

Event runtime_done(Instant now, const platform_log::Report& report) {
    OrderedJson record;
    record["requestId"] = report.request_id;
    add_status(record, report.status, report.error_type);
    record["metrics"]["durationMs"] = millis(report.duration);
    return {event_text(now, "platform.runtimeDone", std::move(record)),
            report.status.empty() ? Level::debug : Level::warn};
}

Event report(Instant now, const platform_log::Report& report) {
    OrderedJson record;
    record["requestId"] = report.request_id;
    OrderedJson& metrics = record["metrics"];
    metrics["durationMs"] = millis(report.duration);
    metrics["billedDurationMs"] = platform_log::billed_millis(report);
    metrics["memorySizeMB"] = report.memory_megabytes;
    metrics["maxMemoryUsedMB"] = report.max_memory_megabytes;
    if (report.init_duration) {
        metrics["initDurationMs"] = millis(*report.init_duration);
    }
    add_status(record, report.status, report.error_type);
    return {event_text(now, "platform.report", std::move(record)),
            report.status.empty() ? Level::info : Level::warn};
}

}  // namespace orrery::lambda::platform_events
