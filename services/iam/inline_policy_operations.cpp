// Inline policies of roles, users and groups.

#include "services/aws/error.h"
#include "services/iam/limits.h"
#include "services/iam/policy_document.h"
#include "services/iam/principal_kinds.h"
#include "services/iam/request.h"

#include <nlohmann/json.hpp>

namespace orrery::iam {

namespace {

Principal& find_role(Request& request) {
    return request.role();
}
Principal& find_changeable_role(Request& request) {
    return request.changeable_role();
}
Principal& find_user(Request& request) {
    return request.user();
}
Principal& find_group(Request& request) {
    return request.group();
}

/// The inline policy that PolicyName names.
std::map<std::string, std::string>::iterator find_policy(Request& request,
                                                         const PrincipalKind& kind,
                                                         Principal& principal) {
    const std::string name = request.name("PolicyName");
    const auto found = principal.inline_policies.find(name);
    if (found == principal.inline_policies.end()) {
        no_such_entity("The " + kind.word + " policy with name " + name + " cannot be found.");
    }
    return found;
}

Json put_policy(Request& request, const PrincipalKind& kind) {
    Principal& principal = kind.find_to_change(request);
    const std::string name = request.name("PolicyName");
    const std::string document = request.parameters.string("PolicyDocument");
    request.parameters.finish();
    check_document(document, DocumentUse::identity);
    std::size_t size = document_size(document);
    for (const auto& [other, text] : principal.inline_policies) {
        size += other == name ? 0 : document_size(text);
    }
    if (size > kind.inline_size) {
        throw aws::ApiError("LimitExceededException",
                            "Maximum policy size of " + std::to_string(kind.inline_size) +
                                " bytes exceeded for " + kind.word + " " + principal.name);
    }
    principal.inline_policies[name] = document;
    return Json::object();
}

Json get_policy(Request& request, const PrincipalKind& kind) {
    Principal& principal = kind.find(request);
    const auto policy = find_policy(request, kind, principal);
    request.parameters.finish();
    return {{kind.kind + "Name", principal.name},
            {"PolicyName", policy->first},
            {"PolicyDocument", encoded_document(policy->second)}};
}

Json list_policies(Request& request, const PrincipalKind& kind) {
    std::vector<Item> items;
    for (const auto& [name, document] : kind.find(request).inline_policies) {
        items.emplace_back(name, name);
    }
    return page(request, std::move(items), "PolicyNames");
}

Json delete_policy(Request& request, const PrincipalKind& kind) {
    Principal& principal = kind.find_to_change(request);
    const auto policy = find_policy(request, kind, principal);
    request.parameters.finish();
    principal.inline_policies.erase(policy);
    return Json::object();
}

}  // namespace

const PrincipalKind role_kind{
    "Role", "role", limits::role_inline_size, find_role, find_changeable_role};
const PrincipalKind user_kind{"User", "user", limits::user_inline_size, find_user, find_user};
const PrincipalKind group_kind{"Group", "group", limits::group_inline_size, find_group, find_group};

void add_inline_policy_operations(aws::ApiService& api, IamService& service) {
    const Rows rows(api, service);
    rows.add("DeleteGroupPolicy", delete_policy, group_kind);
    rows.add("DeleteRolePolicy", delete_policy, role_kind);
    rows.add("DeleteUserPolicy", delete_policy, user_kind);
    rows.add("GetGroupPolicy", get_policy, group_kind);
    rows.add("GetRolePolicy", get_policy, role_kind);
    rows.add("GetUserPolicy", get_policy, user_kind);
    rows.add("ListGroupPolicies", list_policies, group_kind);
    rows.add("ListRolePolicies", list_policies, role_kind);
    rows.add("ListUserPolicies", list_policies, user_kind);
    rows.add("PutGroupPolicy", put_policy, group_kind);
    rows.add("PutRolePolicy", put_policy, role_kind);
    rows.add("PutUserPolicy", put_policy, user_kind);
}

}  // namespace orrery::iam
