#include "services/aws/error.h"
#include "services/lambda/control_plane.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;

[[noreturn]] void policy_not_found(const std::string& message) {
    throw ApiError("ResourceNotFoundException", message, 404);
}

/// The Condition of a statement, by the parameters that become one.
Json read_condition(Parameters& parameters) {
    Json condition = Json::object();
    const auto add = [&](const char* parameter, const char* comparison, const char* key) {
        if (const auto value = parameters.optional_string(parameter)) {
            condition[comparison][key] = *value;
        }
    };
    add("SourceAccount", "StringEquals", "AWS:SourceAccount");
    add("SourceArn", "ArnLike", "AWS:SourceArn");
    add("EventSourceToken", "StringEquals", "lambda:EventSourceToken");
    add("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID");
    add("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType");
    if (const auto via = parameters.optional_boolean("InvokedViaFunctionUrl")) {
        condition["Bool"]["lambda:InvokedViaFunctionUrl"] = *via ? "true" : "false";
    }
    return condition;
}

/// The statement's JSON with its members as AWS orders them.
std::string statement_text(const std::string& id,
                           const std::string& principal,
                           const std::string& action,
                           const std::string& resource,
                           const Json& condition) {
    std::string text = "{\"Sid\":" + Json(id).dump();
    text.append(",\"Effect\":\"Allow\",\"Principal\":").append(principal_element(principal).dump());
    text.append(",\"Action\":").append(Json(action).dump());
    text.append(",\"Resource\":").append(Json(resource).dump());
    if (!condition.empty()) {
        text.append(",\"Condition\":").append(condition.dump());
    }
    return text.append("}");
}

/// The function and the qualifier whose policy is meant.
Found policy_owner(Request& request, const FunctionReference& reference) {
    if (reference.qualifier == "$LATEST") {
        // [public error logs: Terraform modules]
        throw ApiError("InvalidParameterValueException",
                       "We currently do not support adding policies for $LATEST.");
    }
    return find_function(request.functions(), reference);
}

/// A policy has no revision but that of the version or alias that it belongs to. [LS provider]
const std::string& revision_of(const Found& found, Instant now) {
    const auto alias = found.function.aliases.find(found.qualifier);
    return alias != found.function.aliases.end() ? alias->second.revision_id
                                                 : found.version.description.revision(now);
}

void set_revision(const Found& found, std::string revision) {
    const auto alias = found.function.aliases.find(found.qualifier);
    (alias != found.function.aliases.end() ? alias->second.revision_id
                                           : found.version.description.revision_id) =
        std::move(revision);
}

Json add_permission(Request& request) {
    Parameters& parameters = request.parameters;
    const Found found = policy_owner(request, request.reference());
    const std::string id = parameters.string("StatementId");
    const std::string action = parameters.string("Action");
    const std::string principal = parameters.string("Principal");
    const Json condition = read_condition(parameters);
    const std::string revision = request.revision();
    parameters.finish();
    const std::string text = statement_text(
        id, principal, action, request.arn(found.function, found.qualifier), condition);
    check_revision(revision, revision_of(found, request.now()));
    ResourcePolicy policy = found.function.policies[found.qualifier];
    const std::string revised = request.control.random.uuid();
    policy.add({id, text}, revised);
    found.function.policies[found.qualifier] = std::move(policy);
    set_revision(found, revised);
    return {{"Statement", text}};
}

Json remove_permission(Request& request) {
    const FunctionReference reference = request.reference();
    if (request.functions().find(reference.name) == nullptr) {
        policy_not_found("No policy found for: " +  // [LS provider]
                         FunctionReference{reference.name, ""}.arn(request.control.identity()));
    }
    const Found found = policy_owner(request, reference);
    const std::string id = request.parameters.string("StatementId");
    const std::string revision = request.revision();
    request.parameters.finish();
    const auto policy = found.function.policies.find(found.qualifier);
    if (policy == found.function.policies.end() || policy->second.empty()) {
        policy_not_found("No policy is associated with the given resource.");  // [LS provider]
    }
    const std::string revised = request.control.random.uuid();
    ResourcePolicy remaining = policy->second;
    remaining.remove(id, revised);
    check_revision(revision, revision_of(found, request.now()));
    policy->second = std::move(remaining);
    set_revision(found, revised);
    return Json::object();
}

Json get_policy(Request& request) {
    const Found found = request.found();
    request.parameters.finish();
    const auto policy = found.function.policies.find(found.qualifier);
    if (policy == found.function.policies.end() || policy->second.empty()) {
        policy_not_found("The resource you requested does not exist.");
    }
    return {{"Policy", policy->second.document()},
            {"RevisionId", revision_of(found, request.now())}};
}

LayerVersion& layer_version(Request& request) {
    const std::string name = layer_name(request.parameters.string("LayerName"));
    const std::int64_t number = request.parameters.optional_integer("VersionNumber").value_or(0);
    LayerVersion* version = request.control.layers.find(name, static_cast<std::uint64_t>(number));
    if (version == nullptr) {
        policy_not_found("Layer version " + request.control.layers.arn(name) + ":" +
                         std::to_string(number) + " does not exist.");
    }
    return *version;
}

Json add_layer_permission(Request& request) {
    Parameters& parameters = request.parameters;
    LayerVersion& version = layer_version(request);
    const std::string id = parameters.string("StatementId");
    const std::string action = parameters.string("Action");
    const std::string principal = parameters.string("Principal");
    Json condition = Json::object();
    if (const auto organization = parameters.optional_string("OrganizationId")) {
        condition["StringEquals"]["aws:PrincipalOrgID"] = *organization;
    }
    const std::string revision = request.revision();
    parameters.finish();
    check_policy_revision(version.policy, revision);
    const std::string text = statement_text(id, principal, action, version.arn(), condition);
    version.policy.add({id, text}, request.control.random.uuid());
    return {{"Statement", text}, {"RevisionId", version.policy.revision_id()}};
}

Json remove_layer_permission(Request& request) {
    LayerVersion& version = layer_version(request);
    const std::string id = request.parameters.string("StatementId");
    const std::string revision = request.revision();
    request.parameters.finish();
    check_policy_revision(version.policy, revision);
    version.policy.remove(id, request.control.random.uuid());
    return Json::object();
}

Json get_layer_policy(Request& request) {
    const LayerVersion& version = layer_version(request);
    request.parameters.finish();
    if (version.policy.empty()) {
        policy_not_found("No policy is associated with the given resource.");  // [LS provider]
    }
    return {{"Policy", version.policy.document()}, {"RevisionId", version.policy.revision_id()}};
}

}  // namespace

void add_permission_operations(const Rows& rows) {
    rows.add("AddLayerVersionPermission", add_layer_permission);
    rows.add("AddPermission", add_permission);
    rows.add("GetLayerVersionPolicy", get_layer_policy);
    rows.add("GetPolicy", get_policy);
    rows.add("RemoveLayerVersionPermission", remove_layer_permission);
    rows.add("RemovePermission", remove_permission);
}

}  // namespace orrery::lambda
