#include "services/aws/error.h"
#include "services/lambda/control_plane.h"
#include "services/lambda/limits.h"
#include "services/lambda/refusal.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

using aws::ApiError;

Json concurrency_of(const Function& function) {
    // Nothing at all without a reservation. [LS test_lambda_concurrency_crud]
    return function.reserved_concurrency
               ? Json{{"ReservedConcurrentExecutions", *function.reserved_concurrency}}
               : Json::object();
}

/// Of the whole function only. [LS provider]
Function& function_to_reserve_for(Request& request) {
    FunctionReference reference = request.reference();
    if (!reference.qualifier.empty()) {
        invalid_parameter(
            "This operation is permitted on Lambda functions only. Aliases and versions do not "
            "support this operation. Please specify either a function name or an unqualified "
            "function ARN.");
    }
    reference.qualifier = "$LATEST";  // which a function that is not there is told with
    return find_function(request.functions(), reference).function;
}

Json put_function_concurrency(Request& request) {
    Function& function = function_to_reserve_for(request);
    const auto concurrency = request.parameters.optional_integer("ReservedConcurrentExecutions");
    request.parameters.finish();
    if (!concurrency) {
        throw ApiError("ValidationException",
                       "1 validation error detected: Value null at 'reservedConcurrentExecutions' "
                       "failed to satisfy constraint: Member must not be null");
    }
    request.functions().reserve(function, limits::reserved_concurrency.check(*concurrency));
    return concurrency_of(function);
}

Json get_function_concurrency(Request& request) {
    const Function& function = request.function();
    request.parameters.finish();
    return concurrency_of(function);
}

Json delete_function_concurrency(Request& request) {
    Function& function = request.function();
    request.parameters.finish();
    request.functions().reserve(function, std::nullopt);
    return Json::object();
}

/// The version or alias, which has to be one that can be provisioned.
Found provisioned_target(Request& request) {
    const Found found = request.found();
    if (found.version.name() == "$LATEST") {
        // [public error logs: terraform-provider-aws]
        invalid_parameter(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
    }
    return found;
}

Json describe(Function& function, const ProvisionedConcurrency& provisioned) {
    const FunctionVersion::Provision& now = function.find_version(provisioned.version)->provision();
    Json answer{{"RequestedProvisionedConcurrentExecutions", provisioned.requested},
                {"AllocatedProvisionedConcurrentExecutions", now.allocated},
                {"AvailableProvisionedConcurrentExecutions", now.available},
                {"Status", now.ready() ? "READY" : "IN_PROGRESS"},
                {"LastModified", timestamp(provisioned.last_modified)}};
    if (now.failed) {
        answer["Status"] = "FAILED";
        answer["StatusReason"] = "FUNCTION_ERROR_INIT_FAILURE";  // [public error logs: serverless]
    }
    return answer;
}

/// [LS test_provisioned_concurrency_limits]
void check_room(Request& request, const Function& function, std::int64_t more) {
    if (function.reserved_concurrency) {
        if (function.provisioned_concurrency() + more > *function.reserved_concurrency) {
            invalid_parameter(
                "Requested Provisioned Concurrency should not be greater than the "
                "reservedConcurrentExecution for function");
        }
        return;
    }
    const std::int64_t unreserved = request.functions().unreserved();
    if (more > unreserved) {
        invalid_parameter(
            "Specified ConcurrentExecutions for function is greater than account's unreserved "
            "concurrency [" +
            std::to_string(unreserved) + "].");
    }
    if (unreserved - more < limits::least_unreserved_concurrency) {
        invalid_parameter(
            "Specified ConcurrentExecutions for function decreases account's "
            "UnreservedConcurrentExecution below its minimum value of [100].");
    }
}

Json put_provisioned_concurrency(Request& request) {
    const Found found = provisioned_target(request);
    const std::int64_t count =
        request.parameters.optional_integer("ProvisionedConcurrentExecutions").value_or(0);
    request.parameters.finish();
    Function& function = found.function;
    const auto alias = function.aliases.find(found.qualifier);
    if (alias != function.aliases.end() && !alias->second.additional_version.empty()) {
        // [public error logs: terraform]
        invalid_parameter("Alias with weights can not be used with Provisioned Concurrency");
    }
    check_not_provisioned_twice(function, found.qualifier, found.version.name());
    const auto before = function.provisioned.find(found.qualifier);
    const std::int64_t had = before == function.provisioned.end() ? 0 : before->second.requested;
    check_room(request, function, count - had);
    ProvisionedConcurrency& provisioned = function.provisioned[found.qualifier];
    provisioned = {count, found.version.name(), request.now()};
    request.functions().provisioning_changed();
    found.version.provision(count);
    return describe(function, provisioned);
}

Json get_provisioned_concurrency(Request& request) {
    const Found found = provisioned_target(request);
    request.parameters.finish();
    const auto provisioned = found.function.provisioned.find(found.qualifier);
    if (provisioned == found.function.provisioned.end()) {
        // [public error logs]
        throw ApiError("ProvisionedConcurrencyConfigNotFoundException",
                       "No Provisioned Concurrency Config found for this function",
                       404);
    }
    return describe(found.function, provisioned->second);
}

Json delete_provisioned_concurrency(Request& request) {
    const Found found = provisioned_target(request);
    request.parameters.finish();
    if (found.function.provisioned.erase(found.qualifier) > 0) {
        found.version.provision(0);
        request.functions().provisioning_changed();
    }
    return Json::object();
}

Json list_provisioned_concurrency(Request& request) {
    Function& function = request.function();
    const Page page(request, "ProvisionedConcurrencyConfigs");
    request.parameters.finish();
    std::vector<std::pair<std::string, Json>> items;
    for (const auto& [qualifier, provisioned] : function.provisioned) {
        Json item = describe(function, provisioned);
        item["FunctionArn"] = request.arn(function, qualifier);
        items.emplace_back(qualifier, std::move(item));
    }
    return page.answer(std::move(items));
}

}  // namespace

void add_concurrency_operations(const Rows& rows) {
    rows.add("DeleteFunctionConcurrency", delete_function_concurrency);
    rows.add("DeleteProvisionedConcurrencyConfig", delete_provisioned_concurrency);
    rows.add("GetFunctionConcurrency", get_function_concurrency);
    rows.add("GetProvisionedConcurrencyConfig", get_provisioned_concurrency);
    rows.add("ListProvisionedConcurrencyConfigs", list_provisioned_concurrency);
    rows.add("PutFunctionConcurrency", put_function_concurrency);
    rows.add("PutProvisionedConcurrencyConfig", put_provisioned_concurrency);
}

}  // namespace orrery::lambda
