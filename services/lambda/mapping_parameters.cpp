#include "services/lambda/mapping_parameters.h"

#include "engine/ensure.h"
#include "services/aws/error.h"
#include "services/lambda/async_invocations.h"
#include "services/lambda/limits.h"
#include "services/lambda/refusal.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;

constexpr std::size_t default_stream_batch = 100;

struct PositionName {
    std::string_view name;
    StartingPosition position;
};
constexpr std::array<PositionName, 3> positions{{
    {"LATEST", StartingPosition::latest},
    {"AT_TIMESTAMP", StartingPosition::at_timestamp},
    {"TRIM_HORIZON", StartingPosition::trim_horizon},
}};

/// [LS test_event_source_mapping_exceptions, which has it for DestinationConfig]
[[noreturn]] void unsupported(std::string_view parameter) {
    invalid_parameter("Unsupported " + std::string(parameter) +
                      " parameter for given event source mapping type.");
}

bool is_empty(const Json* value) {
    return value == nullptr || value->empty();
}

void read_response_types(Parameters& parameters, MappingSettings& settings) {
    if (parameters.optional("FunctionResponseTypes") == nullptr) {
        return;
    }
    settings.report_item_failures = false;
    for (const std::string& type : parameters.strings("FunctionResponseTypes")) {
        if (type != "ReportBatchItemFailures") {
            throw ApiError("ValidationException",
                           "1 validation error detected: Value '[" + type +
                               "]' at 'functionResponseTypes' failed to satisfy constraint: Member "
                               "must satisfy constraint: [Member must satisfy enum value set: "
                               "[ReportBatchItemFailures]]");
        }
        settings.report_item_failures = true;
    }
}

/// An empty list is accepted and forgotten. [LS test_create_event_filter_criteria_validation]
void read_filter(Parameters& parameters, FilteredSource source, MappingSettings& settings) {
    const Json* value = parameters.optional("FilterCriteria");
    if (value == nullptr) {
        return;
    }
    Parameters criteria(*value, "FilterCriteria");
    const Json* filters = criteria.optional("Filters");
    criteria.finish();
    std::vector<std::string> patterns;
    for (const Json& filter : filters == nullptr ? Json::array() : *filters) {
        Parameters members(filter, "Filter");
        // What has no pattern asks for nothing. [choice]
        patterns.push_back(members.optional_string("Pattern").value_or("{}"));
        members.finish();
    }
    if (patterns.size() > limits::filters_of_a_mapping) {
        // (text unverified)
        invalid_parameter("Exceeded maximum number of filters: " +
                          std::to_string(limits::filters_of_a_mapping));
    }
    settings.filter = patterns.empty() ? EventFilter() : EventFilter(std::move(patterns), source);
}

void read_metrics(Parameters& parameters, MappingSettings& settings) {
    const Json* value = parameters.optional("MetricsConfig");
    if (value == nullptr) {
        return;
    }
    Parameters members(*value, "MetricsConfig");
    settings.metrics = members.strings("Metrics");
    members.finish();
    for (const std::string& metric : settings.metrics) {
        if (metric != "EventCount") {
            // [docs: monitoring-metrics-types: the others are of Kafka]
            invalid_parameter("Unsupported metric " + metric +
                              " for given event source mapping type.");
        }
    }
}

// Queues.

void read_scaling(Parameters& parameters, MappingSettings& settings) {
    const Json* value = parameters.optional("ScalingConfig");
    if (value == nullptr) {
        return;
    }
    Parameters members(*value, "ScalingConfig");
    settings.maximum_concurrency = members.optional_integer("MaximumConcurrency");
    members.finish();
    if (settings.maximum_concurrency) {
        limits::maximum_concurrency.check(*settings.maximum_concurrency);
    }
}

void read_provisioned_pollers(Parameters& parameters, MappingSettings& settings) {
    const Json* value = parameters.optional("ProvisionedPollerConfig");
    if (value == nullptr) {
        return;
    }
    Parameters members(*value, "ProvisionedPollerConfig");
    const auto minimum = members.optional_integer("MinimumPollers");
    const auto maximum = members.optional_integer("MaximumPollers");
    members.finish();
    settings.provisioned_pollers.reset();
    if (!minimum && !maximum) {
        return;
    }
    MappingSettings::ProvisionedPollers pollers;
    pollers.minimum = minimum.value_or(pollers.minimum);
    pollers.maximum = maximum.value_or(pollers.maximum);
    if (pollers.minimum > pollers.maximum) {
        // (text unverified)
        invalid_parameter("MinimumPollers must be less than or equal to MaximumPollers.");
    }
    settings.provisioned_pollers = pollers;
}

void read_queue_settings(Parameters& parameters, MappingSettings& settings) {
    for (const char* name : {"ParallelizationFactor",
                             "BisectBatchOnFunctionError",
                             "MaximumRecordAgeInSeconds",
                             "MaximumRetryAttempts",
                             "TumblingWindowInSeconds"}) {
        if (parameters.optional(name) != nullptr) {
            unsupported(name);
        }
    }
    if (!is_empty(parameters.optional("DestinationConfig"))) {
        unsupported("DestinationConfig");
    }
    read_scaling(parameters, settings);
    read_provisioned_pollers(parameters, settings);
    if (settings.maximum_concurrency && settings.provisioned_pollers) {
        // (text unverified) [docs: services-sqs-parameters]
        invalid_parameter(
            "ScalingConfig and ProvisionedPollerConfig cannot be configured at the same time.");
    }
}

// Streams.

/// Where batches that were given up are told of: a standard queue. [docs:
/// kinesis-on-failure-destination]
void read_destination(Request& request, MappingSettings& settings) {
    const Json* value = request.parameters.optional("DestinationConfig");
    if (value == nullptr) {
        return;
    }
    Parameters config(*value, "DestinationConfig");
    const Json* success = config.optional("OnSuccess");
    const Json* failure = config.optional("OnFailure");
    config.finish();
    if (!is_empty(success)) {
        invalid_parameter(
            "DestinationConfig.OnSuccess is not supported for event source mappings.");
    }
    settings.on_failure.clear();
    if (failure == nullptr) {
        return;
    }
    Parameters members(*failure, "OnFailure");
    settings.on_failure = members.optional_string("Destination").value_or("");
    members.finish();
    if (!settings.on_failure.empty() && !request.control.events->serves(settings.on_failure)) {
        invalid_parameter("The destination " + settings.on_failure +
                          " is not supported: on-failure destinations of event source mappings are "
                          "standard SQS queues here, of the same account and Region; FIFO queues "
                          "cannot be, SNS and S3 are not supported yet");
    }
}

void read_record_age(Parameters& parameters, MappingSettings& settings) {
    const auto age = parameters.optional_integer("MaximumRecordAgeInSeconds");
    if (!age) {
        return;
    }
    settings.maximum_record_age.reset();
    if (*age != -1) {
        settings.maximum_record_age = std::chrono::seconds(limits::record_age_seconds.check(*age));
    }
}

void read_stream_settings(Request& request, MappingSettings& settings) {
    Parameters& parameters = request.parameters;
    for (const char* name : {"ScalingConfig", "ProvisionedPollerConfig"}) {
        if (!is_empty(parameters.optional(name))) {
            unsupported(name);
        }
    }
    if (const auto factor = parameters.optional_integer("ParallelizationFactor")) {
        settings.parallelization_factor = static_cast<std::size_t>(*factor);
    }
    settings.bisect =
        parameters.optional_boolean("BisectBatchOnFunctionError").value_or(settings.bisect);
    if (const auto window = parameters.optional_integer("TumblingWindowInSeconds")) {
        settings.tumbling_window = std::chrono::seconds(*window);
    }
    if (const auto attempts = parameters.optional_integer("MaximumRetryAttempts")) {
        settings.maximum_retry_attempts = *attempts == -1 ? std::nullopt : attempts;
    }
    read_record_age(parameters, settings);
    read_destination(request, settings);
}

StartingPosition read_position(Parameters& parameters) {
    const auto given = parameters.optional_string("StartingPosition");
    if (!given) {
        // [LS test_create_event_source_validation]
        invalid_parameter(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
            "constraint: Member must not be null.");
    }
    const auto* found = std::find_if(positions.begin(),
                                     positions.end(),
                                     [&](const PositionName& each) { return each.name == *given; });
    ENSURE(found != positions.end());  // the model knows no others
    return found->position;
}

}  // namespace

std::string_view position_name(StartingPosition position) {
    return std::find_if(positions.begin(),
                        positions.end(),
                        [&](const PositionName& each) { return each.position == position; })
        ->name;
}

MappingSettings default_settings(FilteredSource source) {
    MappingSettings settings;
    if (source != FilteredSource::sqs) {
        settings.batch_size = default_stream_batch;
    }
    return settings;
}

void read_mapping_settings(Request& request, FilteredSource source, MappingSettings& settings) {
    Parameters& parameters = request.parameters;
    if (const auto name = parameters.optional_string("FunctionName")) {
        settings.function = FunctionReference::reachable(*name, request.control.identity());
        settings.function_arn = settings.function.arn(request.control.identity());
    }
    if (const auto size = parameters.optional_integer("BatchSize")) {
        settings.batch_size = static_cast<std::size_t>(limits::batch_size.check(*size));
    }
    if (const auto window = parameters.optional_integer("MaximumBatchingWindowInSeconds")) {
        settings.batching_window =
            std::chrono::seconds(limits::batching_window_seconds.check(*window));
    }
    if (const auto enabled = parameters.optional_boolean("Enabled")) {
        settings.state = *enabled ? MappingState::enabled : MappingState::disabled;
    }
    settings.kms_key_arn = parameters.optional_string("KMSKeyArn").value_or(settings.kms_key_arn);
    read_response_types(parameters, settings);
    read_filter(parameters, source, settings);
    read_metrics(parameters, settings);
    if (source == FilteredSource::sqs) {
        read_queue_settings(parameters, settings);
    } else {
        read_stream_settings(request, settings);
    }
}

void read_starting_position(Request& request, FilteredSource source, MappingSettings& settings) {
    Parameters& parameters = request.parameters;
    if (source == FilteredSource::sqs) {
        for (const char* name : {"StartingPosition", "StartingPositionTimestamp"}) {
            if (parameters.optional(name) != nullptr) {
                unsupported(name);
            }
        }
        return;
    }
    settings.starting_position = read_position(parameters);
    const Json* timestamp = parameters.optional("StartingPositionTimestamp");
    if (settings.starting_position != StartingPosition::at_timestamp) {
        if (timestamp != nullptr) {
            // (text unverified)
            invalid_parameter("StartingPositionTimestamp is valid only for AT_TIMESTAMP.");
        }
        return;
    }
    if (source == FilteredSource::dynamodb) {
        invalid_parameter("Unsupported starting position for arn type: " +
                          settings.event_source_arn);  // [LS]
    }
    if (timestamp == nullptr || !timestamp->is_number()) {
        invalid_parameter("Need to specify a timestamp");  // [public error logs]
    }
    // Milliseconds, as timestamps of Kinesis have.
    const double milliseconds = std::round(timestamp->get<double>() * 1000);
    const double now = static_cast<double>(epoch_millis(request.now()));
    if (!(milliseconds <= now)) {
        // (text unverified) [botocore: "StartingPositionTimestamp cannot be in the future"]
        invalid_parameter("StartingPositionTimestamp cannot be in the future.");
    }
    settings.starting_timestamp =
        Instant(std::chrono::milliseconds(static_cast<std::int64_t>(std::max(milliseconds, 0.0))));
}

}  // namespace orrery::lambda
