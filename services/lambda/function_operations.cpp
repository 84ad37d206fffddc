#include "engine/json.h"
#include "engine/world.h"
#include "services/aws/error.h"
#include "services/aws/parameters.h"
#include "services/lambda/function_settings.h"
#include "services/lambda/functions.h"
#include "services/lambda/limits.h"
#include "services/lambda/operations.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

using aws::ApiError;
using aws::Parameters;

Function& named_function(Functions& functions, Parameters& parameters) {
    FunctionReference reference = FunctionReference::parse(parameters.string("FunctionName"));
    if (const auto qualifier = parameters.optional_string("Qualifier")) {
        reference = FunctionReference::parse(reference.name + ":" + *qualifier);
    }
    return existing_function(functions, reference);
}

void touch(Function& function, Functions& functions) {
    function.description.last_modified = functions.world().loop.now();
    function.description.revision_id = functions.random().uuid();
}

std::map<std::string, std::string> read_tags(const Json* given) {
    std::map<std::string, std::string> tags;
    if (given == nullptr) {
        return tags;
    }
    Parameters members(*given, "Tags");
    for (const auto& [name, value] : given->items()) {
        tags[name] = members.string(name);
    }
    return tags;
}

Json create_function(Functions& functions, const Json& input) {
    Parameters parameters(input, "CreateFunction");
    FunctionSettings settings;
    settings.configuration.identity = functions.identity();
    settings.configuration.name = FunctionReference::parse(parameters.string("FunctionName")).name;
    const std::string& name = settings.configuration.name;
    settings.description.role =
        "arn:aws:iam::" + functions.identity().account + ":role/" + name + "-role";
    read_settings(parameters, settings, functions.runtimes());
    settings.configuration.directory =
        read_code_directory(parameters, settings.configuration.runtime);
    if (const auto package = parameters.optional_string("PackageType")) {
        if (*package != "Zip") {
            throw ApiError("InvalidParameterValueException",
                           "PackageType " + *package + " is not supported here yet: only Zip is");
        }
    }
    if (parameters.optional_boolean("Publish").value_or(false)) {
        throw ApiError("InvalidParameterValueException",
                       "Publish is not supported here yet: there are no versions");
    }
    settings.description.tags = read_tags(parameters.optional("Tags"));
    parameters.finish();
    if (functions.find(name) != nullptr) {
        throw ApiError("ResourceConflictException", "Function already exist: " + name, 409);
    }
    Function& function = functions.add(std::move(settings.configuration));
    function.description = std::move(settings.description);
    touch(function, functions);
    return describe(function, ShownChange::created);
}

Json update_function_configuration(Functions& functions, const Json& input) {
    Parameters parameters(input, "UpdateFunctionConfiguration");
    Function& function = named_function(functions, parameters);
    FunctionSettings settings{function.configuration(), function.description};
    read_settings(parameters, settings, functions.runtimes());
    if (const auto revision = parameters.optional_string("RevisionId")) {
        if (*revision != function.description.revision_id) {
            // [docs; LS]
            throw ApiError("PreconditionFailedException",
                           "The Revision Id provided does not match the latest Revision Id. Call "
                           "the GetFunction/GetAlias API to retrieve the latest Revision Id",
                           412);
        }
    }
    parameters.finish();
    function.reconfigure(std::move(settings.configuration));
    function.description = std::move(settings.description);
    touch(function, functions);
    return describe(function, ShownChange::updated);
}

Json get_function(Functions& functions, const Json& input) {
    Parameters parameters(input, "GetFunction");
    const Function& function = named_function(functions, parameters);
    parameters.finish();
    Json answer{{"Configuration", describe(function, ShownChange::none)}, {"Code", Json::object()}};
    if (!function.configuration().directory.empty()) {
        answer["Code"]["Directory"] = function.configuration().directory.string();
    }
    if (!function.description.tags.empty()) {
        answer["Tags"] = function.description.tags;
    }
    if (function.reserved_concurrency) {
        answer["Concurrency"] = {{"ReservedConcurrentExecutions", *function.reserved_concurrency}};
    }
    return answer;
}

Json get_function_configuration(Functions& functions, const Json& input) {
    Parameters parameters(input, "GetFunctionConfiguration");
    const Function& function = named_function(functions, parameters);
    parameters.finish();
    return describe(function, ShownChange::none);
}

Json delete_function(Functions& functions, const Json& input) {
    Parameters parameters(input, "DeleteFunction");
    Function& function = named_function(functions, parameters);
    parameters.finish();
    functions.remove(function);
    return {{"StatusCode", 204}};  // [docs: DeleteFunction]
}

Json list_functions(Functions& functions, const Json& input) {
    Parameters parameters(input, "ListFunctions");
    parameters.finish();
    Json answer{{"Functions", Json::array()}};
    for (const auto& [name, function] : functions.all()) {
        answer["Functions"].push_back(describe(*function, ShownChange::none));
    }
    return answer;
}

Json concurrency_of(const Function& function) {
    // Nothing at all without a reservation. [LS test_lambda_concurrency_crud]
    return function.reserved_concurrency
               ? Json{{"ReservedConcurrentExecutions", *function.reserved_concurrency}}
               : Json::object();
}

Json put_function_concurrency(Functions& functions, const Json& input) {
    Parameters parameters(input, "PutFunctionConcurrency");
    Function& function = named_function(functions, parameters);
    const auto concurrency = parameters.optional_integer("ReservedConcurrentExecutions");
    parameters.finish();
    if (!concurrency) {
        throw ApiError("ValidationException",
                       "1 validation error detected: Value null at 'reservedConcurrentExecutions' "
                       "failed to satisfy constraint: Member must not be null");
    }
    functions.reserve(function, limits::reserved_concurrency.check(*concurrency));
    return concurrency_of(function);
}

Json get_function_concurrency(Functions& functions, const Json& input) {
    Parameters parameters(input, "GetFunctionConcurrency");
    const Function& function = named_function(functions, parameters);
    parameters.finish();
    return concurrency_of(function);
}

Json delete_function_concurrency(Functions& functions, const Json& input) {
    Parameters parameters(input, "DeleteFunctionConcurrency");
    Function& function = named_function(functions, parameters);
    parameters.finish();
    functions.reserve(function, std::nullopt);
    return Json::object();
}

}  // namespace

void add_function_operations(aws::ApiService& api, Functions& functions) {
    const auto add = [&](std::string name, auto operation) {
        api.add(std::move(name),
                [&functions, operation](const Json& input) { return operation(functions, input); });
    };
    add("CreateFunction", create_function);
    add("DeleteFunction", delete_function);
    add("DeleteFunctionConcurrency", delete_function_concurrency);
    add("GetFunction", get_function);
    add("GetFunctionConcurrency", get_function_concurrency);
    add("GetFunctionConfiguration", get_function_configuration);
    add("ListFunctions", list_functions);
    add("PutFunctionConcurrency", put_function_concurrency);
    add("UpdateFunctionConfiguration", update_function_configuration);
}

}  // namespace orrery::lambda
