#include "services/aws/error.h"
#include "services/lambda/control_plane.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

Json recursion_of(const Function& function) {
    return {
        {"RecursiveLoop", function.recursive_loop == RecursiveLoop::allow ? "Allow" : "Terminate"}};
}

Json put_recursion(Request& request) {
    Function& function = request.function();
    const std::string loop = request.parameters.string("RecursiveLoop");
    request.parameters.finish();
    function.recursive_loop = loop == "Allow" ? RecursiveLoop::allow : RecursiveLoop::terminate;
    return recursion_of(function);
}

Json get_recursion(Request& request) {
    const Function& function = request.function();
    request.parameters.finish();
    return recursion_of(function);
}

Json describe(const Request& request, const Found& found, const RuntimeManagement& management) {
    Json answer{{"FunctionArn", request.arn(found.function, found.version.name())},
                {"UpdateRuntimeOn", management.update_on}};
    if (!management.version_arn.empty()) {
        answer["RuntimeVersionArn"] = management.version_arn;
    }
    return answer;
}

/// Runtimes are those of this machine; what is set is answered and changes nothing.
Json put_management(Request& request) {
    const Found found = request.found();
    RuntimeManagement management;
    management.update_on = request.parameters.string("UpdateRuntimeOn");
    management.version_arn = request.parameters.optional_string("RuntimeVersionArn").value_or("");
    request.parameters.finish();
    if ((management.update_on == "Manual") == management.version_arn.empty()) {
        // [docs: API_PutRuntimeManagementConfig] (text our own)
        throw aws::ApiError(
            "InvalidParameterValueException",
            "RuntimeVersionArn goes with UpdateRuntimeOn Manual, and with no other");
    }
    return describe(
        request, found, found.function.runtime_management[found.version.name()] = management);
}

Json get_management(Request& request) {
    const Found found = request.found();
    request.parameters.finish();
    const auto known = found.function.runtime_management.find(found.version.name());
    return describe(
        request,
        found,
        known == found.function.runtime_management.end() ? RuntimeManagement{} : known->second);
}

}  // namespace

void add_runtime_operations(const Rows& rows) {
    rows.add("GetFunctionRecursionConfig", get_recursion);
    rows.add("GetRuntimeManagementConfig", get_management);
    rows.add("PutFunctionRecursionConfig", put_recursion);
    rows.add("PutRuntimeManagementConfig", put_management);
}

}  // namespace orrery::lambda
