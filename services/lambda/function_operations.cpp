#include "engine/json.h"
#include "engine/world.h"
#include "services/aws/error.h"
#include "services/lambda/code_parameters.h"
#include "services/lambda/control_plane.h"
#include "services/lambda/function_description.h"
#include "services/lambda/function_settings.h"
#include "services/lambda/limits.h"
#include "services/lambda/refusal.h"
#include "services/lambda/tags.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;

void read_package_type(Parameters& parameters) {
    const std::string type = parameters.optional_string("PackageType").value_or("Zip");
    if (type != "Zip") {
        invalid_parameter("PackageType " + type + " is not supported here: only Zip is");
    }
    if (parameters.optional("PublishTo") != nullptr) {
        invalid_parameter("PublishTo is not supported here");
    }
}

void read_function_code(Request& request, FunctionSettings& settings) {
    CodePackage package;
    if (const Json* code = request.parameters.optional("Code")) {
        Parameters members(*code, "CreateFunction.Code");
        package = read_code(members, request.control.code, "CreateFunction");
    }
    if (package.directory.empty() && settings.configuration.runtime != codeless_runtime) {
        invalid_parameter("Please provide a source for function code.");
    }
    settings.configuration.directory = package.directory;
    settings.description.code_sha256 = package.sha256;
    settings.description.code_size = package.size;
    settings.description.unpacked_size = package.unpacked_size;
}

void read_layers(Request& request, FunctionSettings& settings) {
    if (request.parameters.optional("Layers") == nullptr) {
        return;
    }
    request.control.layers.attach(request.parameters.strings("Layers"),
                                  settings.description.unpacked_size,
                                  settings.configuration,
                                  settings.description);
}

/// A dead-letter queue that is new.
void check_dead_letters(const Request& request,
                        const FunctionSettings& settings,
                        const std::string& present = "") {
    const std::string& arn = settings.configuration.dead_letter_arn;
    if (!arn.empty() && arn != present) {
        check_can_send_to(request.control, arn);
    }
}

Json create_function(Request& request) {
    Parameters& parameters = request.parameters;
    FunctionSettings settings;
    settings.configuration.identity = request.control.identity();
    settings.configuration.name = request.reference().name;
    const std::string& name = settings.configuration.name;
    settings.description.role =
        "arn:aws:iam::" + request.control.identity().account + ":role/" + name + "-role";
    read_package_type(parameters);
    read_settings(parameters, settings, request.functions().runtimes());
    check_dead_letters(request, settings);
    read_architecture(parameters, settings.description);
    const bool publish = parameters.optional_boolean("Publish").value_or(false);
    Tags tags = read_tags(parameters.optional("Tags"));
    if (request.functions().find(name) != nullptr) {
        throw ApiError("ResourceConflictException", "Function already exist: " + name, 409);
    }
    read_function_code(request, settings);
    read_layers(request, settings);
    parameters.finish();
    Function& function = request.functions().add(std::move(settings.configuration));
    FunctionDescription& description = function.latest().description;
    description = std::move(settings.description);
    function.tags = std::move(tags);
    description.last_modified = request.now();
    description.revision_id = request.functions().random().uuid();
    if (!ControlPlane::at_once(request.caller)) {
        description.created_at = request.now() + limits::creation;
        description.first_revision_id = request.control.random.uuid();
    }
    if (publish) {
        const FunctionVersion& version = function.publish();
        return describe(version, request.now(), version.name(), ShownChange::created);
    }
    return describe(function.latest(), request.now(), "", ShownChange::created);
}

Json update_function_configuration(Request& request) {
    Parameters& parameters = request.parameters;
    Function& function = request.function();
    FunctionVersion& latest = function.latest();
    const std::string revision = request.revision();
    FunctionSettings settings{latest.configuration(), latest.description};
    read_settings(parameters, settings, request.functions().runtimes());
    check_dead_letters(request, settings, latest.configuration().dead_letter_arn);
    check_settled(latest, request.now());
    check_revision(revision, latest.description.revision(request.now()));
    read_layers(request, settings);
    parameters.finish();
    latest.reconfigure(std::move(settings.configuration));
    latest.description = std::move(settings.description);
    begin_update(request, function);
    return describe(latest, request.now(), "", ShownChange::updated);
}

Json get_function(Request& request) {
    const Found found = request.found();
    request.parameters.finish();
    const Function& function = found.function;
    const FunctionDescription& description = found.version.description;
    Json answer{{"Configuration", describe(found.version, request.now(), found.qualifier)},
                {"Code", Json::object()}};
    if (!description.code_sha256.empty()) {
        answer["Code"] = {
            {"RepositoryType", "S3"},
            {"Location", code_location(request.control, request.caller, description.code_sha256)}};
    } else if (!found.version.configuration().directory.empty()) {
        answer["Code"]["Directory"] = found.version.configuration().directory.string();
    }
    if (!function.tags.empty()) {
        answer["Tags"] = function.tags;
    }
    if (function.reserved_concurrency) {
        answer["Concurrency"] = {{"ReservedConcurrentExecutions", *function.reserved_concurrency}};
    }
    return answer;
}

Json get_function_configuration(Request& request) {
    const Found found = request.found();
    request.parameters.finish();
    return describe(found.version, request.now(), found.qualifier);
}

Json delete_function(Request& request) {
    const FunctionReference reference = request.reference();
    request.parameters.finish();
    const Json answer{{"StatusCode", 204}};  // [docs: DeleteFunction]
    if (reference.qualifier.empty()) {
        Function& function = find_function(request.functions(), reference).function;
        request.functions().remove(function);
        return answer;
    }
    if (reference.qualifier == "$LATEST") {
        // [LS]
        invalid_parameter("$LATEST version cannot be deleted without deleting the function.");
    }
    const Found found = find_function(request.functions(), reference);
    if (found.function.aliases.contains(reference.qualifier)) {
        invalid_parameter("Deletion of aliases is not currently supported.");  // [LS]
    }
    std::string used;
    for (const auto& [name, alias] : found.function.aliases) {
        if (alias.version == found.version.name() ||
            alias.additional_version == found.version.name()) {
            used.append(used.empty() ? "" : ", ").append(name);
        }
    }
    if (!used.empty()) {
        // [public error logs]
        throw ApiError(
            "ResourceConflictException",
            "Unable to delete version because the following aliases reference it: [" + used + "]",
            409);
    }
    found.function.event_invoke_configs.erase(reference.qualifier);
    found.function.policies.erase(reference.qualifier);
    found.function.provisioned.erase(reference.qualifier);
    found.function.runtime_management.erase(reference.qualifier);
    found.function.remove_version(found.version);
    request.functions().provisioning_changed();
    return answer;
}

Json list_functions(Request& request) {
    const bool all = request.parameters.optional_string("FunctionVersion").value_or("") == "ALL";
    request.parameters.accept("MasterRegion");  // there are no functions of Lambda@Edge here
    const Page page(request, "Functions");
    request.parameters.finish();
    std::vector<std::pair<std::string, Json>> items;
    for (const auto& [name, function] : request.functions().all()) {
        items.emplace_back(name, describe(function->latest(), request.now(), all ? "$LATEST" : ""));
        if (!all) {
            continue;
        }
        for (const auto& [number, version] : function->published()) {
            // A blank sorts before all that a name can have.
            items.emplace_back(name + " " + sortable(number),
                               describe(*version, request.now(), version->name()));
        }
    }
    return page.answer(std::move(items));
}

}  // namespace

void add_function_operations(const Rows& rows) {
    rows.add("CreateFunction", create_function);
    rows.add("DeleteFunction", delete_function);
    rows.add("GetFunction", get_function);
    rows.add("GetFunctionConfiguration", get_function_configuration);
    rows.add("ListFunctions", list_functions);
    rows.add("UpdateFunctionConfiguration", update_function_configuration);
}

}  // namespace orrery::lambda
