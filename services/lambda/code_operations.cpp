#include "services/aws/error.h"
#include "services/lambda/code_parameters.h"
#include "services/lambda/control_plane.h"
#include "services/lambda/function_description.h"
#include "services/lambda/function_settings.h"
#include "services/lambda/limits.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

/// Code that is new to the function, unless together with its layers it is too large.
void check_size(Layers& layers, FunctionSettings& settings) {
    std::int64_t size = settings.description.unpacked_size;
    for (const LayerReference& reference : settings.description.layers) {
        const LayerVersion* version = layers.find_arn(reference.arn);
        size += version == nullptr ? 0 : version->code.unpacked_size;  // it may be deleted by now
    }
    if (size > limits::unpacked_bytes) {
        throw aws::ApiError("InvalidParameterValueException",
                            "Function code combined with layers exceeds the maximum allowed size "
                            "of " +
                                std::to_string(limits::unpacked_bytes) +
                                " bytes. The actual size is " + std::to_string(size) + " bytes.");
    }
}

Json update_function_code(Request& request) {
    aws::Parameters& parameters = request.parameters;
    Function& function = request.function();
    FunctionVersion& latest = function.latest();
    FunctionSettings settings{latest.configuration(), latest.description};
    const bool publish = parameters.optional_boolean("Publish").value_or(false);
    const bool dry_run = parameters.optional_boolean("DryRun").value_or(false);
    const std::string revision = request.revision();
    if (parameters.optional("PublishTo") != nullptr) {
        throw aws::ApiError("InvalidParameterValueException", "PublishTo is not supported here");
    }
    read_architecture(parameters, settings.description);
    check_settled(latest, request.now());
    check_revision(revision, latest.description.revision(request.now()));
    const CodePackage package = read_code(parameters, request.control.code, "UpdateFunctionCode");
    if (package.directory.empty()) {
        throw aws::ApiError("InvalidParameterValueException",
                            "Please provide a source for function code.");
    }
    settings.configuration.directory = package.directory;
    settings.description.code_sha256 = package.sha256;
    settings.description.code_size = package.size;
    settings.description.unpacked_size = package.unpacked_size;
    check_size(request.control.layers, settings);
    if (dry_run) {
        // What it would be, and nothing has changed. [docs: API_UpdateFunctionCode]
        Json answer = describe(latest, request.now());
        answer["CodeSha256"] = package.sha256;
        answer["CodeSize"] = package.size;
        return answer;
    }
    latest.reconfigure(std::move(settings.configuration));
    latest.description = std::move(settings.description);
    begin_update(request, function);
    if (publish) {
        const FunctionVersion& version = publish_version(request, function, std::nullopt);
        return describe(version, request.now(), version.name());
    }
    return describe(latest, request.now(), "", ShownChange::updated);
}

/// Code signing is not supported here: no function has a configuration of it. Tools that look after
/// functions ask all the same.
Json get_code_signing(Request& request) {
    request.function();
    request.parameters.finish();
    return Json::object();
}

}  // namespace

void begin_update(Request& request, Function& function) {
    FunctionDescription& description = function.latest().description;
    description.last_modified = request.now();
    description.revision_id = request.functions().random().uuid();
    if (!ControlPlane::at_once(request.caller)) {
        description.updated_at = request.now() + limits::update;
        description.first_revision_id = request.control.random.uuid();
    }
}

std::string code_location(const ControlPlane& control,
                          const aws::Caller& caller,
                          const std::string& sha256) {
    const aws::Identity& identity = control.identity();
    return caller.endpoint + "/_orrery/lambda/" + identity.account + "/" + identity.region +
           "/code/" + hex_sum(sha256) + ".zip";
}

void add_code_operations(const Rows& rows) {
    rows.add("GetFunctionCodeSigningConfig", get_code_signing);
    rows.add("UpdateFunctionCode", update_function_code);
}

}  // namespace orrery::lambda
