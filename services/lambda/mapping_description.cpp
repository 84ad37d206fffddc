#include "services/lambda/mapping_description.h"

#include "services/aws/identity.h"
#include "services/lambda/event_source_mapping.h"
#include "services/lambda/mapping_parameters.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

std::int64_t whole_seconds(Duration duration) {
    return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

/// The keys that AWS answers for streams besides those of all mappings. [LS
/// test_create_kinesis_event_source_mapping]
void describe_stream(const EventSourceMapping& mapping, Json& answer) {
    const MappingSettings& settings = mapping.settings;
    answer["BisectBatchOnFunctionError"] = settings.bisect;
    answer["DestinationConfig"] = {{"OnFailure", Json::object()}};
    if (!settings.on_failure.empty()) {
        answer["DestinationConfig"]["OnFailure"]["Destination"] = settings.on_failure;
    }
    answer["LastProcessingResult"] = mapping.poller->last_processing_result();
    answer["MaximumRecordAgeInSeconds"] =
        settings.maximum_record_age ? whole_seconds(*settings.maximum_record_age) : -1;
    answer["MaximumRetryAttempts"] = settings.maximum_retry_attempts.value_or(-1);
    answer["ParallelizationFactor"] = settings.parallelization_factor;
    answer["StartingPosition"] = position_name(settings.starting_position);
    if (settings.starting_position == StartingPosition::at_timestamp) {
        answer["StartingPositionTimestamp"] =
            static_cast<double>(epoch_millis(settings.starting_timestamp)) / 1000;
    }
    answer["TumblingWindowInSeconds"] = whole_seconds(settings.tumbling_window);
}

/// What is in the answer only where it was given.
void describe_optional(const MappingSettings& settings, Json& answer) {
    if (!settings.filter.empty()) {
        Json filters = Json::array();
        for (const std::string& pattern : settings.filter.patterns()) {
            filters.push_back({{"Pattern", pattern}});
        }
        answer["FilterCriteria"] = {{"Filters", std::move(filters)}};
    }
    if (!settings.metrics.empty()) {
        answer["MetricsConfig"] = {{"Metrics", settings.metrics}};
    }
    if (!settings.kms_key_arn.empty()) {
        answer["KMSKeyArn"] = settings.kms_key_arn;
    }
    if (settings.maximum_concurrency) {
        answer["ScalingConfig"] = {{"MaximumConcurrency", *settings.maximum_concurrency}};
    }
    if (settings.provisioned_pollers) {
        answer["ProvisionedPollerConfig"] = {
            {"MinimumPollers", settings.provisioned_pollers->minimum},
            {"MaximumPollers", settings.provisioned_pollers->maximum}};
    }
}

}  // namespace

Json describe(const EventSourceMapping& mapping,
              const aws::Identity& identity,
              std::string_view state) {
    const MappingSettings& settings = mapping.settings;
    const bool queue = source_kind(settings.event_source_arn) == FilteredSource::sqs;
    Json types = Json::array();
    if (settings.report_item_failures) {
        types.push_back("ReportBatchItemFailures");
    }
    // [LS test_event_source_mapping_default_batch_size, test_create_kinesis_event_source_mapping]
    Json answer{
        {"UUID", settings.uuid},
        {"BatchSize", settings.batch_size},
        {"MaximumBatchingWindowInSeconds", whole_seconds(settings.batching_window)},
        {"EventSourceArn", settings.event_source_arn},
        {"EventSourceMappingArn", identity.arn("lambda", "event-source-mapping:" + settings.uuid)},
        {"FunctionArn", settings.function_arn},
        {"FunctionResponseTypes", std::move(types)},
        // Epoch seconds; the fraction is dropped. [docs: with-kinesis]
        {"LastModified", epoch_seconds(mapping.last_modified)},
        {"State", state},
        {"StateTransitionReason", queue ? "USER_INITIATED" : "User action"}};
    if (!queue) {
        describe_stream(mapping, answer);
    }
    describe_optional(settings, answer);
    return answer;
}

}  // namespace orrery::lambda
