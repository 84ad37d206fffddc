#include "services/aws/error.h"
#include "services/aws/parameters.h"
#include "services/lambda/control_plane.h"
#include "services/lambda/event_source_mapping.h"
#include "services/lambda/limits.h"
#include "services/lambda/tags.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

using aws::ApiError;

[[noreturn]] void nothing_to_tag(const std::string& message) {
    throw ApiError("ResourceNotFoundException", message, 404);
}

/// The tags of what the ARN in Resource names.
Tags& tags_of(Request& request) {
    const std::string arn = request.parameters.string("Resource");
    const std::string mappings = request.control.identity().arn("lambda", "event-source-mapping:");
    if (arn.starts_with(mappings)) {
        EventSourceMapping* mapping =
            request.control.mappings->find(std::string_view(arn).substr(mappings.size()));
        if (mapping == nullptr) {
            nothing_to_tag("Event source mapping not found: " + arn);  // [LS test_tag_exceptions]
        }
        return mapping->tags;
    }
    const FunctionReference reference = FunctionReference::parse(arn);
    if (!reference.qualifier.empty()) {
        // [LS; its first sentence also in public notes of AWS's answers]
        throw ApiError("InvalidParameterValueException",
                       "Tags on function aliases and versions are not supported. Please specify "
                       "a function ARN.");
    }
    if (reference.arn(request.control.identity()) != arn) {
        nothing_to_tag("Function not found: " + arn);  // of another account or Region, or no ARN
    }
    return existing_function(request.functions(), reference).tags;
}

Json tag_resource(Request& request) {
    Tags& tags = tags_of(request);
    const Tags added = read_tags(request.parameters.optional("Tags"));
    request.parameters.finish();
    if (added.empty()) {
        // [LS provider]
        throw ApiError("InvalidParameterValueException",
                       "An error occurred and the request cannot be processed.");
    }
    Tags all = added;
    all.insert(tags.begin(), tags.end());
    check_tags(all);
    tags = std::move(all);
    return Json::object();
}

Json untag_resource(Request& request) {
    Tags& tags = tags_of(request);
    const std::vector<std::string> keys = request.parameters.strings("TagKeys");
    request.parameters.finish();
    for (const std::string& key : keys) {
        tags.erase(key);
    }
    return Json::object();
}

Json list_tags(Request& request) {
    const Tags& tags = tags_of(request);
    request.parameters.finish();
    return {{"Tags", tags}};
}

}  // namespace

Tags read_tags(const Json* given) {
    Tags tags;
    if (given == nullptr) {
        return tags;
    }
    aws::Parameters members(*given, "Tags");
    for (const auto& [name, value] : given->items()) {
        tags[name] = members.string(name);
    }
    check_tags(tags);
    return tags;
}

void check_tags(const Tags& tags) {
    if (tags.size() > limits::tags_of_a_resource) {
        // [LS provider]
        throw ApiError("InvalidParameterValueException",
                       "Number of tags exceeds resource tag limit.");
    }
}

void add_tag_operations(const Rows& rows) {
    rows.add("ListTags", list_tags);
    rows.add("TagResource", tag_resource);
    rows.add("UntagResource", untag_resource);
}

}  // namespace orrery::lambda
