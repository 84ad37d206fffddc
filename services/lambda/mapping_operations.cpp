#include "services/aws/error.h"
#include "services/lambda/control_plane.h"
#include "services/lambda/event_source_mapping.h"
#include "services/lambda/mapping_description.h"
#include "services/lambda/mapping_parameters.h"
#include "services/lambda/refusal.h"
#include "services/lambda/tags.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;

Pace pace_of(const Request& request) {
    return ControlPlane::at_once(request.caller) ? Pace::at_once : Pace::in_time;
}

Json create_mapping(Request& request) {
    Parameters& parameters = request.parameters;
    const auto arn = parameters.optional_string("EventSourceArn");
    if (!arn) {
        invalid_parameter(
            "Unrecognized event source.");  // [LS test_event_source_mapping_exceptions]
    }
    const auto source = source_kind(*arn);
    if (!source) {
        invalid_parameter(
            "Unrecognized event source: SQS queues, Kinesis streams and DynamoDB streams are "
            "supported here, not " +
            *arn);
    }
    MappingSettings settings = default_settings(*source);
    settings.event_source_arn = *arn;
    parameters.string("FunctionName");
    read_mapping_settings(request, *source, settings);
    read_starting_position(request, *source, settings);
    Tags tags = read_tags(parameters.optional("Tags"));
    parameters.finish();
    EventSourceMapping& mapping =
        request.control.mappings->create(std::move(settings), pace_of(request));
    mapping.tags = std::move(tags);
    return describe(mapping,
                    request.control.identity(),
                    mapping.settings.state == MappingState::enabled
                        ? change_name(MappingChange::creating)
                        : state_name(mapping));
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
    EventSourceMapping& mapping = existing_mapping(request);
    MappingSettings settings = mapping.settings;
    read_mapping_settings(request, *source_kind(settings.event_source_arn), settings);
    request.parameters.finish();
    const MappingChange change =
        request.control.mappings->update(mapping, std::move(settings), pace_of(request));
    return describe(mapping, request.control.identity(), change_name(change));
}

Json remove_mapping(Request& request) {
    EventSourceMapping& mapping = existing_mapping(request);
    request.parameters.finish();
    Json answer =
        describe(mapping, request.control.identity(), change_name(MappingChange::deleting));
    request.control.mappings->remove(mapping, pace_of(request));
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
