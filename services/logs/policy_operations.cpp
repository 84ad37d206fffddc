// Resource policies.
#include "services/aws/error.h"
#include "services/logs/limits.h"
#include "services/logs/request.h"

#include <nlohmann/json.hpp>

namespace orrery::logs {

namespace {

void refuse_resource_scope(Request& request) {
    for (const char* member : {"resourceArn", "expectedRevisionId"}) {
        if (request.parameters.optional(member) != nullptr) {
            invalid(std::string(member) +
                    ": policies of single log groups are not supported by Orrery");
        }
    }
}

Json describe(const std::string& name, const ResourcePolicy& policy) {
    return {{"policyName", name},
            {"policyDocument", policy.document},
            {"lastUpdatedTime", policy.updated},
            {"policyScope", "ACCOUNT"}};
}

Json put_resource_policy(Request& request) {
    const auto name = request.parameters.optional_string("policyName");
    const auto document = request.parameters.optional_string("policyDocument");
    refuse_resource_scope(request);
    request.parameters.finish();
    if (!name || name->empty() || !document) {
        invalid("policyName and policyDocument must be given");
    }
    if (!Json::parse(*document, nullptr, false).is_object()) {
        invalid("The policy document is not valid JSON.");
    }
    const auto& all = request.policies.all();
    if (all.find(*name) == all.end() && all.size() >= limits::resource_policies) {
        limit_exceeded();
    }
    const ResourcePolicy policy{*document, epoch_millis(request.now)};
    request.policies.put(*name, policy);
    return {{"resourcePolicy", describe(*name, policy)}};
}

Json delete_resource_policy(Request& request) {
    const auto name = request.parameters.optional_string("policyName");
    refuse_resource_scope(request);
    request.parameters.finish();
    if (!name || !request.policies.remove(*name)) {
        throw aws::ApiError("ResourceNotFoundException",
                            "Policy with name [" + name.value_or("") + "] does not exist");
    }
    return Json::object();
}

Json describe_resource_policies(Request& request) {
    refuse_resource_scope(request);
    const bool ours =
        request.parameters.optional_string("policyScope").value_or("ACCOUNT") == "ACCOUNT";
    std::vector<Item> items;
    for (const auto& [name, policy] : request.policies.all()) {
        if (ours) {
            items.push_back({name, describe(name, policy)});
        }
    }
    return page(request, std::move(items), "resourcePolicies", limits::descriptions_per_answer);
}

}  // namespace

void add_policy_operations(aws::ApiService& api, LogsService& service) {
    const Rows rows(api, service);
    rows.add("DeleteResourcePolicy", delete_resource_policy);
    rows.add("DescribeResourcePolicies", describe_resource_policies);
    rows.add("PutResourcePolicy", put_resource_policy);
}

}  // namespace orrery::logs
