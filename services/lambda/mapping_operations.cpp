#include "services/aws/error.h"
#include "services/lambda/control_plane.h"
#include "services/lambda/event_source_mapping.h"
#include "services/lambda/limits.h"
#include "services/lambda/refusal.h"
#include "services/lambda/tags.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;

/// The keys that AWS answers for SQS, and no others. [LS
/// test_event_source_mapping_default_batch_size]
Json describe(const EventSourceMapping& mapping,
              const aws::Identity& identity,
              std::string_view state) {
    const MappingSettings& settings = mapping.settings;
    const PollerSettings& poller = settings.poller;
    Json types = Json::array();
    if (poller.report_item_failures) {
        types.push_back("ReportBatchItemFailures");
    }
    const std::int64_t window =
        std::chrono::duration_cast<std::chrono::seconds>(poller.window).count();
    Json answer{
        {"UUID", mapping.uuid},
        {"BatchSize", poller.batch_size},
        {"MaximumBatchingWindowInSeconds", window},
        {"EventSourceArn", settings.event_source_arn},
        {"EventSourceMappingArn", identity.arn("lambda", "event-source-mapping:" + mapping.uuid)},
        {"FunctionArn", settings.function_arn},
        {"FunctionResponseTypes", std::move(types)},
        // Epoch seconds; the fraction is dropped. [docs: with-kinesis]
        {"LastModified", epoch_seconds(mapping.last_modified)},
        {"State", state},
        {"StateTransitionReason", "USER_INITIATED"}};
    if (poller.maximum_concurrency) {
        answer["ScalingConfig"] = {{"MaximumConcurrency", *poller.maximum_concurrency}};
    }
    return answer;
}

std::string_view state_name(const EventSourceMapping& mapping) {
    return mapping.settings.state == MappingState::enabled ? "Enabled" : "Disabled";
}

void read_response_types(Parameters& parameters, PollerSettings& settings) {
    const Json* value = parameters.optional("FunctionResponseTypes");
    if (value == nullptr) {
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

void read_scaling(Parameters& parameters, PollerSettings& settings) {
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

void refuse_unsupported_mapping(Parameters& parameters) {
    if (const Json* criteria = parameters.optional("FilterCriteria")) {
        const auto filters = criteria->find("Filters");
        // An empty list is accepted and forgotten. [LS
        // test_create_event_filter_criteria_validation]
        const bool empty = criteria->empty() || (filters != criteria->end() && filters->empty());
        if (!empty) {
            invalid_parameter("FilterCriteria is not supported here yet");
        }
    }
    if (const Json* destinations = parameters.optional("DestinationConfig")) {
        if (!destinations->empty()) {
            // [LS test_event_source_mapping_exceptions]
            invalid_parameter(
                "Unsupported DestinationConfig parameter for given event source mapping type.");
        }
    }
}

/// Reads what CreateEventSourceMapping and UpdateEventSourceMapping share; what is absent stays.
void read_settings(Parameters& parameters, MappingSettings& settings) {
    PollerSettings& poller = settings.poller;
    if (const auto size = parameters.optional_integer("BatchSize")) {
        poller.batch_size = static_cast<std::size_t>(limits::batch_size.check(*size));
    }
    if (const auto window = parameters.optional_integer("MaximumBatchingWindowInSeconds")) {
        poller.window = std::chrono::seconds(limits::batching_window_seconds.check(*window));
    }
    if (const auto enabled = parameters.optional_boolean("Enabled")) {
        settings.state = *enabled ? MappingState::enabled : MappingState::disabled;
    }
    read_response_types(parameters, poller);
    read_scaling(parameters, poller);
    refuse_unsupported_mapping(parameters);
}

void read_function(const std::string& text, MappingSettings& settings, const Functions& functions) {
    const FunctionReference reference = FunctionReference::reachable(text, functions.identity());
    settings.poller.function = reference;
    settings.function_arn = reference.arn(functions.identity());
}

Json create_mapping(Request& request) {
    Parameters& parameters = request.parameters;
    MappingSettings settings;
    const auto arn = parameters.optional_string("EventSourceArn");
    if (!arn) {
        invalid_parameter(
            "Unrecognized event source.");  // [LS test_event_source_mapping_exceptions]
    }
    if (!arn->starts_with("arn:aws:sqs:")) {
        invalid_parameter(
            "Unrecognized event source: only SQS queues are supported here yet, not " + *arn);
    }
    settings.event_source_arn = *arn;
    read_function(parameters.string("FunctionName"), settings, request.functions());
    read_settings(parameters, settings);
    Tags tags = read_tags(parameters.optional("Tags"));
    parameters.finish();
    EventSourceMapping& mapping = request.control.mappings->create(std::move(settings));
    mapping.tags = std::move(tags);
    return describe(mapping,
                    request.control.identity(),
                    mapping.settings.state == MappingState::enabled ? "Creating" : "Disabled");
}

EventSourceMapping& existing_mapping(Request& request) {
    EventSourceMapping* mapping = request.control.mappings->find(request.parameters.string("UUID"));
    if (mapping == nullptr) {
        // [LS test_event_source_mapping_exceptions]
        throw ApiError(
            "ResourceNotFoundException", "The resource you requested does not exist.", 404);
    }
    return *mapping;
}

Json update_mapping(Request& request) {
    Parameters& parameters = request.parameters;
    EventSourceMapping& mapping = existing_mapping(request);
    MappingSettings settings = mapping.settings;
    if (const auto name = parameters.optional_string("FunctionName")) {
        read_function(*name, settings, request.functions());
    }
    read_settings(parameters, settings);
    parameters.finish();
    const bool switched = settings.state != mapping.settings.state;
    request.control.mappings->update(mapping, std::move(settings));
    const bool enabled = mapping.settings.state == MappingState::enabled;
    return describe(mapping,
                    request.control.identity(),
                    !switched ? "Updating"
                    : enabled ? "Enabling"
                              : "Disabling");
}

Json remove_mapping(Request& request) {
    EventSourceMapping& mapping = existing_mapping(request);
    request.parameters.finish();
    Json answer = describe(mapping, request.control.identity(), "Deleting");
    request.control.mappings->remove(mapping);
    return answer;
}

Json get_mapping(Request& request) {
    const EventSourceMapping& mapping = existing_mapping(request);
    request.parameters.finish();
    return describe(mapping, request.control.identity(), state_name(mapping));
}

Json list_mappings(Request& request) {
    const aws::Identity& identity = request.control.identity();
    const auto arn = request.parameters.optional_string("EventSourceArn");
    const auto function = request.parameters.optional_string("FunctionName");
    const Page page(request, "EventSourceMappings", 100);  // [docs: API_ListEventSourceMappings]
    request.parameters.finish();
    const std::string function_arn =
        function ? FunctionReference::reachable(*function, identity).arn(identity) : "";
    // In the order they were created. [choice]
    std::vector<std::pair<std::string, Json>> items;
    for (const auto& mapping : request.control.mappings->all()) {
        const MappingSettings& settings = mapping->settings;
        if ((!arn || settings.event_source_arn == *arn) &&
            (!function || settings.function_arn == function_arn)) {
            items.emplace_back(sortable(mapping->number),
                               describe(*mapping, identity, state_name(*mapping)));
        }
    }
    return page.answer(std::move(items));
}

}  // namespace

void add_mapping_operations(const Rows& rows) {
    rows.add("CreateEventSourceMapping", create_mapping);
    rows.add("DeleteEventSourceMapping", remove_mapping);
    rows.add("GetEventSourceMapping", get_mapping);
    rows.add("ListEventSourceMappings", list_mappings);
    rows.add("UpdateEventSourceMapping", update_mapping);
}

}  // namespace orrery::lambda
