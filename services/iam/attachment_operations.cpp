// Managed policies attached to roles, users and groups, and as permissions boundaries.

#include "services/aws/error.h"
#include "services/iam/limits.h"
#include "services/iam/managed_policies.h"
#include "services/iam/policy_facts.h"
#include "services/iam/principal_kinds.h"
#include "services/iam/request.h"

#include <nlohmann/json.hpp>

namespace orrery::iam {

namespace {

Json attach_policy(Request& request, const PrincipalKind& kind) {
    const std::string arn = policy_arn(request);
    Principal& principal = kind.find_to_change(request);
    request.parameters.finish();
    check_attachable(request, arn);
    if (principal.attached.count(arn) == 0) {
        check_quota(
            "PoliciesPer" + kind.kind, principal.attached.size(), limits::attached_policies);
        principal.attached.insert(arn);
    }
    return Json::object();
}

Json detach_policy(Request& request, const PrincipalKind& kind) {
    const std::string arn = policy_arn(request);
    Principal& principal = kind.find_to_change(request);
    request.parameters.finish();
    if (principal.attached.erase(arn) == 0) {
        no_such_entity("Policy " + arn + " was not found.");
    }
    return Json::object();
}

Json list_attached_policies(Request& request, const PrincipalKind& kind) {
    const Principal& principal = kind.find(request);
    const std::string prefix = request.path_prefix();
    std::vector<Item> items;
    for (const std::string& arn : principal.attached) {
        const std::string path_and_name = arn.substr(arn.find('/'));
        if (path_and_name.substr(0, path_and_name.rfind('/') + 1).starts_with(prefix)) {
            items.emplace_back(
                arn, Json{{"PolicyName", arn.substr(arn.rfind('/') + 1)}, {"PolicyArn", arn}});
        }
    }
    return page(request, std::move(items), "AttachedPolicies");
}

Json list_entities_for_policy(Request& request) {
    const std::string arn = policy_arn(request);
    const auto wanted = request.parameters.optional_string("EntityFilter");
    const auto usage = request.parameters.optional_string("PolicyUsageFilter");
    const std::string prefix = request.path_prefix();
    if (find_managed_policy(arn) == nullptr) {
        existing_policy(request, arn);
    }
    std::vector<Item> items;  // of all kinds, with the list they belong to
    each_principal(request.entities, [&](const PrincipalKind& kind, const Principal& principal) {
        const bool attached = usage != "PermissionsBoundary" && principal.attached.count(arn) > 0;
        const bool bound = usage != "PermissionsPolicy" && principal.boundary == arn;
        if ((attached || bound) && (!wanted || *wanted == kind.kind) &&
            principal.path.starts_with(prefix)) {
            items.emplace_back(
                kind.kind + "/" + principal.name,
                Json{{"Policy" + kind.kind + "s",
                      {{kind.kind + "Name", principal.name}, {kind.kind + "Id", principal.id}}}});
        }
    });
    Json answer{{"PolicyGroups", Json::array()},
                {"PolicyUsers", Json::array()},
                {"PolicyRoles", Json::array()}};
    for (const Item& item : take_page(request, std::move(items), answer)) {
        for (const auto& [list, entity] : item.second.items()) {
            answer[list].push_back(entity);
        }
    }
    request.parameters.finish();
    return answer;
}

}  // namespace

void check_attachable(const Request& request, const std::string& arn) {
    const ManagedPolicy* managed = find_managed_policy(arn);
    if (managed != nullptr && !managed->attachable()) {
        throw aws::ApiError("PolicyNotAttachableException",
                            "Cannot attach a Service Role Policy to a Customer Role.");
    }
    if (managed == nullptr && request.entities.policies.count(arn) == 0) {
        no_such_entity("Policy " + arn + " does not exist or is not attachable.");
    }
}

std::string boundary_parameter(Request& request) {
    std::string arn = request.parameters.string("PermissionsBoundary");
    if (find_managed_policy(arn) == nullptr && request.entities.policies.count(arn) == 0) {
        no_such_entity("Scope ARN: " + arn + " does not exist or is not attachable.");
    }
    return arn;
}

void add_attachment_operations(aws::ApiService& api, IamService& service) {
    const Rows rows(api, service);
    rows.add("AttachGroupPolicy", attach_policy, group_kind);
    rows.add("AttachRolePolicy", attach_policy, role_kind);
    rows.add("AttachUserPolicy", attach_policy, user_kind);
    rows.add("DetachGroupPolicy", detach_policy, group_kind);
    rows.add("DetachRolePolicy", detach_policy, role_kind);
    rows.add("DetachUserPolicy", detach_policy, user_kind);
    rows.add("ListAttachedGroupPolicies", list_attached_policies, group_kind);
    rows.add("ListAttachedRolePolicies", list_attached_policies, role_kind);
    rows.add("ListAttachedUserPolicies", list_attached_policies, user_kind);
    rows.add("ListEntitiesForPolicy", list_entities_for_policy);
}

}  // namespace orrery::iam
