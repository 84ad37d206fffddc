// Roles: making, reading, changing and deleting them.

#include "services/aws/error.h"
#include "services/iam/limits.h"
#include "services/iam/policy_document.h"
#include "services/iam/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::iam {

namespace {

std::string trust_document(Request& request, std::string_view member) {
    std::string document = request.parameters.string(member);
    check_document(document, DocumentUse::trust);
    if (document_size(document) > limits::trust_policy_size) {
        check_quota("ACLSizePerRole", limits::trust_policy_size, limits::trust_policy_size);
    }
    return document;
}

/// As lists have it: without tags, boundary and last use [docs: ListRoles].
Json listed_role(const Role& role) {
    Json answer = role_json(role);
    if (role.description) {
        answer["Description"] = *role.description;
    }
    answer["MaxSessionDuration"] = role.most_session_seconds;
    return answer;
}

Json whole_role(const Role& role) {
    Json answer = listed_role(role);
    add_boundary_and_tags(answer, role);
    answer["RoleLastUsed"] = Json::object();  // nobody keeps track of it
    return answer;
}

Json create_role(Request& request) {
    Role role;
    role.name = request.name("RoleName");
    role.path = request.path();
    role.trust = trust_document(request, "AssumeRolePolicyDocument");
    role.description = request.parameters.optional_string("Description");
    role.most_session_seconds = request.parameters.optional_integer("MaxSessionDuration")
                                    .value_or(role.most_session_seconds);
    if (request.parameters.optional("PermissionsBoundary") != nullptr) {
        role.boundary = boundary_parameter(request);
    }
    role.tags = request.tags();
    request.parameters.finish();
    if (has_name(request.entities.roles, role.name)) {
        already_exists("Role with name " + role.name + " already exists.");
    }
    check_quota("RolesPerAccount", request.entities.roles.size(), limits::roles);
    role.id = request.new_id("AROA");
    role.arn = request.arn("role", role.path, role.name);
    role.created = request.now;
    Json answer = role_json(role);
    add_boundary_and_tags(answer, role);
    request.entities.roles.emplace(role.name, std::move(role));
    return {{"Role", answer}};
}

Json get_role(Request& request) {
    const Role& role = request.role();
    request.parameters.finish();
    return {{"Role", whole_role(role)}};
}

Json list_roles(Request& request) {
    const std::string prefix = request.path_prefix();
    std::vector<Item> items;
    for (const auto& [name, role] : request.entities.roles) {
        if (role.path.starts_with(prefix)) {
            items.emplace_back(name, listed_role(role));
        }
    }
    return page(request, std::move(items), "Roles");
}

Json update_role(Request& request) {
    Role& role = request.changeable_role();
    const auto description = request.parameters.optional_string("Description");
    const auto seconds = request.parameters.optional_integer("MaxSessionDuration");
    request.parameters.finish();
    role.description = description ? description : role.description;
    role.most_session_seconds = seconds.value_or(role.most_session_seconds);
    return Json::object();
}

Json update_role_description(Request& request) {
    Role& role = request.role();  // of a service-linked role too [docs: UpdateRoleDescription]
    std::string description = request.parameters.string("Description");
    request.parameters.finish();
    role.description = std::move(description);
    return {{"Role", whole_role(role)}};
}

Json update_assume_role_policy(Request& request) {
    Role& role = request.changeable_role();
    std::string document = trust_document(request, "PolicyDocument");
    request.parameters.finish();
    role.trust = std::move(document);
    return Json::object();
}

Json delete_role(Request& request) {
    const Role& role = request.changeable_role();
    request.parameters.finish();
    const auto& profiles = request.entities.instance_profiles;
    if (std::any_of(profiles.begin(), profiles.end(), [&](const auto& each) {
            return each.second.role == role.name;
        })) {
        delete_conflict("remove roles from instance profile first.");
    }
    if (!role.attached.empty()) {
        delete_conflict("detach all policies first.");
    }
    if (!role.inline_policies.empty()) {
        delete_conflict("delete policies first.");
    }
    request.entities.roles.erase(request.entities.roles.find(role.name));
    return Json::object();
}

Json put_role_permissions_boundary(Request& request) {
    Role& role = request.changeable_role();
    std::string boundary = boundary_parameter(request);
    request.parameters.finish();
    role.boundary = std::move(boundary);
    return Json::object();
}

Json delete_role_permissions_boundary(Request& request) {
    Role& role = request.changeable_role();
    request.parameters.finish();
    if (!role.boundary) {
        no_such_entity("The role with name " + role.name + " has no permissions boundary.");
    }
    role.boundary.reset();
    return Json::object();
}

}  // namespace

Json role_json(const Role& role) {
    Json answer = entity_json("Role", role);
    answer["AssumeRolePolicyDocument"] = encoded_document(role.trust);
    return answer;
}

void add_role_operations(aws::ApiService& api, IamService& service) {
    const Rows rows(api, service);
    rows.add("CreateRole", create_role);
    rows.add("DeleteRole", delete_role);
    rows.add("DeleteRolePermissionsBoundary", delete_role_permissions_boundary);
    rows.add("GetRole", get_role);
    rows.add("ListRoles", list_roles);
    rows.add("PutRolePermissionsBoundary", put_role_permissions_boundary);
    rows.add("UpdateAssumeRolePolicy", update_assume_role_policy);
    rows.add("UpdateRole", update_role);
    rows.add("UpdateRoleDescription", update_role_description);
}

}  // namespace orrery::iam
