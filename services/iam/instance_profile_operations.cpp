// Instance profiles: what carries a role to an EC2 instance.

#include "services/iam/limits.h"
#include "services/iam/request.h"

#include <nlohmann/json.hpp>

namespace orrery::iam {

namespace {

Json with_tags(const Request& request, const InstanceProfile& profile) {
    Json answer = instance_profile_json(request, profile);
    if (!profile.tags.empty()) {
        answer["Tags"] = tags_json(profile.tags);
    }
    return answer;
}

Json create_instance_profile(Request& request) {
    InstanceProfile profile;
    profile.name = request.name("InstanceProfileName");
    profile.path = request.path();
    profile.tags = request.tags();
    request.parameters.finish();
    auto& profiles = request.entities.instance_profiles;
    if (has_name(profiles, profile.name)) {
        already_exists("Instance Profile " + profile.name + " already exists.");
    }
    check_quota("InstanceProfilesPerAccount", profiles.size(), limits::instance_profiles);
    profile.id = request.new_id("AIPA");
    profile.arn = request.arn("instance-profile", profile.path, profile.name);
    profile.created = request.now;
    Json answer{{"InstanceProfile", with_tags(request, profile)}};
    profiles.emplace(profile.name, std::move(profile));
    return answer;
}

Json get_instance_profile(Request& request) {
    const InstanceProfile& profile = request.instance_profile();
    request.parameters.finish();
    return {{"InstanceProfile", with_tags(request, profile)}};
}

Json list_instance_profiles(Request& request) {
    const std::string prefix = request.path_prefix();
    std::vector<Item> items;
    for (const auto& [name, profile] : request.entities.instance_profiles) {
        if (profile.path.starts_with(prefix)) {
            items.emplace_back(name, instance_profile_json(request, profile));
        }
    }
    return page(request, std::move(items), "InstanceProfiles");
}

Json list_instance_profiles_for_role(Request& request) {
    const Role& role = request.role();
    std::vector<Item> items;
    for (const auto& [name, profile] : request.entities.instance_profiles) {
        if (profile.role == role.name) {
            items.emplace_back(name, instance_profile_json(request, profile));
        }
    }
    return page(request, std::move(items), "InstanceProfiles");
}

Json delete_instance_profile(Request& request) {
    const InstanceProfile& profile = request.instance_profile();
    request.parameters.finish();
    if (profile.role) {
        delete_conflict("remove roles from instance profile first.");
    }
    auto& profiles = request.entities.instance_profiles;
    profiles.erase(profiles.find(profile.name));
    return Json::object();
}

/// A profile has one role; AWS calls that quota InstanceSessionsPerInstanceProfile.
Json add_role_to_instance_profile(Request& request) {
    InstanceProfile& profile = request.instance_profile();
    const Role& role = request.changeable_role();
    request.parameters.finish();
    check_quota("InstanceSessionsPerInstanceProfile", profile.role ? 1 : 0, 1);
    profile.role = role.name;
    return Json::object();
}

Json remove_role_from_instance_profile(Request& request) {
    InstanceProfile& profile = request.instance_profile();
    const Role& role = request.changeable_role();
    request.parameters.finish();
    if (profile.role != role.name) {
        no_such_entity("The role with name " + role.name + " cannot be found.");
    }
    profile.role.reset();
    return Json::object();
}

}  // namespace

Json instance_profile_json(const Request& request, const InstanceProfile& profile) {
    Json answer = entity_json("InstanceProfile", profile);
    answer["Roles"] = Json::array();
    if (profile.role) {
        answer["Roles"].push_back(role_json(request.entities.roles.at(*profile.role)));
    }
    return answer;
}

void add_instance_profile_operations(aws::ApiService& api, IamService& service) {
    const Rows rows(api, service);
    rows.add("AddRoleToInstanceProfile", add_role_to_instance_profile);
    rows.add("CreateInstanceProfile", create_instance_profile);
    rows.add("DeleteInstanceProfile", delete_instance_profile);
    rows.add("GetInstanceProfile", get_instance_profile);
    rows.add("ListInstanceProfiles", list_instance_profiles);
    rows.add("ListInstanceProfilesForRole", list_instance_profiles_for_role);
    rows.add("RemoveRoleFromInstanceProfile", remove_role_from_instance_profile);
}

}  // namespace orrery::iam
