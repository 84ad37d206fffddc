#include "services/aws/error.h"
#include "services/lambda/control_plane.h"
#include "services/lambda/refusal.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;

constexpr std::string_view latest_version = "$LATEST";

Json describe(const Request& request, const Function& function, const Alias& alias) {
    Json answer{{"AliasArn", request.arn(function, alias.name)},
                {"Name", alias.name},
                {"FunctionVersion", alias.version},
                {"Description", alias.description},
                {"RevisionId", alias.revision_id}};
    if (!alias.additional_version.empty()) {
        answer["RoutingConfig"] = {
            {"AdditionalVersionWeights", {{alias.additional_version, alias.additional_weight}}}};
    }
    return answer;
}

void check_version(const Request& request, Function& function, const std::string& version) {
    if (function.find_version(version) == nullptr) {
        throw ApiError("ResourceNotFoundException",
                       "Function not found: " + request.arn(function, version),
                       404);
    }
}

/// Reads RoutingConfig; absent: the weights stay as they are.
void read_routing(Parameters& parameters, Alias& alias) {
    const Json* routing = parameters.optional("RoutingConfig");
    if (routing == nullptr) {
        return;
    }
    Parameters members(*routing, "RoutingConfig");
    const Json* weights = members.optional("AdditionalVersionWeights");
    members.finish();
    alias.additional_version.clear();
    alias.additional_weight = 0;
    if (weights == nullptr || weights->empty()) {
        return;
    }
    if (weights->size() > 1) {
        // [LS]
        invalid_parameter("Number of items in AdditionalVersionWeights cannot be greater than 1");
    }
    const auto& weight = weights->items().begin();
    const double share = weight.value().get<double>();
    const auto refuse = [&](const std::string& constraint) {
        throw ApiError("ValidationException",
                       "1 validation error detected: Value '{" + weight.key() + "=" +
                           weight.value().dump() +
                           "}' at 'routingConfig.additionalVersionWeights' failed to satisfy "
                           "constraint: " +
                           constraint);
    };
    // Both [LS provider]: how AWS tells mistakes inside of maps.
    if (share < 0 || share > 1) {
        refuse(
            "Map value must satisfy constraint: [Member must have value less than or equal to "
            "1.0, Member must have value greater than or equal to 0.0, Member must not be null]");
    }
    if (weight.key().find_first_not_of("0123456789") != std::string::npos) {
        refuse(
            "Map keys must satisfy constraint: [Member must have length less than or equal to "
            "1024, Member must have length greater than or equal to 1, Member must satisfy "
            "regular expression pattern: [0-9]+, Member must not be null]");
    }
    alias.additional_version = weight.key();
    alias.additional_weight = share;
}

void check_routing(const Request& request, Function& function, const Alias& alias) {
    if (alias.additional_version.empty()) {
        return;
    }
    if (alias.version == alias.additional_version) {
        // [public error logs: serverless]
        invalid_parameter("Invalid function version " + alias.version + ". Function version " +
                          alias.version + " is already included in routing configuration.");
    }
    if (alias.version == latest_version) {
        // [docs: configuration-aliases; LS]
        invalid_parameter("$LATEST is not supported for an alias pointing to more than 1 version");
    }
    check_version(request, function, alias.additional_version);
    if (function.provisioned.contains(alias.name)) {
        // [public error logs: terraform]
        invalid_parameter("Alias with weights can not be used with Provisioned Concurrency");
    }
}

Json create_alias(Request& request) {
    Parameters& parameters = request.parameters;
    Function& function = request.function();
    Alias alias;
    alias.name = parameters.string("Name");
    check_alias_name(alias.name, "name", "(?!^[0-9]+$)([a-zA-Z0-9-_]+)");
    alias.version = parameters.string("FunctionVersion");
    alias.description = parameters.optional_string("Description").value_or("");
    read_routing(parameters, alias);
    parameters.finish();
    check_version(request, function, alias.version);
    if (function.aliases.contains(alias.name)) {
        throw ApiError("ResourceConflictException",
                       "Alias already exists: " + request.arn(function, alias.name),
                       409);
    }
    check_routing(request, function, alias);
    alias.revision_id = request.control.random.uuid();
    return describe(request, function, function.aliases[alias.name] = alias);
}

Alias& existing_alias(const Request& request, Function& function, const std::string& name) {
    const auto found = function.aliases.find(name);
    if (found == function.aliases.end()) {
        throw ApiError("ResourceNotFoundException",
                       "Cannot find alias arn: " + request.arn(function, name),
                       404);
    }
    return found->second;
}

Json get_alias(Request& request) {
    Function& function = request.function();
    const std::string name = request.parameters.string("Name");
    request.parameters.finish();
    return describe(request, function, existing_alias(request, function, name));
}

/// What is provisioned for an alias goes with it from version to version. [docs:
/// provisioned-concurrency]
void move_provision(Request& request, Function& function, const Alias& alias) {
    const auto found = function.provisioned.find(alias.name);
    if (found == function.provisioned.end() || found->second.version == alias.version) {
        return;
    }
    function.find_version(found->second.version)->provision(0);
    found->second.version = alias.version;
    found->second.last_modified = request.now();
    function.find_version(alias.version)->provision(found->second.requested);
}

Json update_alias(Request& request) {
    Parameters& parameters = request.parameters;
    Function& function = request.function();
    const std::string name = parameters.string("Name");
    const auto found = function.aliases.find(name);
    if (found == function.aliases.end()) {
        throw ApiError("ResourceNotFoundException",
                       "Alias not found: " + request.arn(function, name),  // [LS]
                       404);
    }
    Alias alias = found->second;
    alias.version = parameters.optional_string("FunctionVersion").value_or(alias.version);
    alias.description = parameters.optional_string("Description").value_or(alias.description);
    read_routing(parameters, alias);
    const std::string revision = request.revision();
    parameters.finish();
    check_revision(revision, alias.revision_id);
    check_version(request, function, alias.version);
    check_routing(request, function, alias);
    if (function.provisioned.contains(name)) {
        // As for who provisions it there. [choice]
        if (alias.version == latest_version) {
            invalid_parameter(
                "Provisioned Concurrency Configs cannot be applied to unpublished function "
                "versions.");
        }
        check_not_provisioned_twice(function, name, alias.version);
    }
    alias.revision_id = request.control.random.uuid();
    found->second = alias;
    move_provision(request, function, alias);
    return describe(request, function, alias);
}

/// An alias that is not there is no error. [docs: API_DeleteAlias names none]
Json remove_alias(Request& request) {
    Function& function = request.function();
    const std::string name = request.parameters.string("Name");
    request.parameters.finish();
    const auto provisioned = function.provisioned.find(name);
    if (provisioned != function.provisioned.end()) {
        function.find_version(provisioned->second.version)->provision(0);
        function.provisioned.erase(provisioned);
        request.functions().provisioning_changed();
    }
    function.aliases.erase(name);
    function.event_invoke_configs.erase(name);
    function.policies.erase(name);
    function.urls.erase(name);
    return Json::object();
}

Json list_aliases(Request& request) {
    const Function& function = request.function();
    const auto version = request.parameters.optional_string("FunctionVersion");
    const Page page(request, "Aliases");
    request.parameters.finish();
    std::vector<std::pair<std::string, Json>> items;
    for (const auto& [name, alias] : function.aliases) {
        if (!version || alias.version == *version || alias.additional_version == *version) {
            items.emplace_back(name, describe(request, function, alias));
        }
    }
    return page.answer(std::move(items));
}

}  // namespace

void add_alias_operations(const Rows& rows) {
    rows.add("CreateAlias", create_alias);
    rows.add("DeleteAlias", remove_alias);
    rows.add("GetAlias", get_alias);
    rows.add("ListAliases", list_aliases);
    rows.add("UpdateAlias", update_alias);
}

}  // namespace orrery::lambda
