// Groups and their members.

#include "services/iam/limits.h"
#include "services/iam/request.h"

#include <nlohmann/json.hpp>

namespace orrery::iam {

namespace {

Json create_group(Request& request) {
    Group group;
    group.name = request.name("GroupName");
    group.path = request.path();
    request.parameters.finish();
    if (has_name(request.entities.groups, group.name)) {
        already_exists("Group with name " + group.name + " already exists.");
    }
    check_quota("GroupsPerAccount", request.entities.groups.size(), limits::groups);
    group.id = request.new_id("AGPA");
    group.arn = request.arn("group", group.path, group.name);
    group.created = request.now;
    Json answer{{"Group", group_json(group)}};
    request.entities.groups.emplace(group.name, std::move(group));
    return answer;
}

/// The list is of the group's users.
Json get_group(Request& request) {
    const Group& group = request.group();
    std::vector<Item> items;
    for (const std::string& name : group.members) {
        items.emplace_back(name, user_json(request.entities.users.at(name)));
    }
    Json answer = page(request, std::move(items), "Users");
    answer["Group"] = group_json(group);
    return answer;
}

Json list_groups(Request& request) {
    const std::string prefix = request.path_prefix();
    std::vector<Item> items;
    for (const auto& [name, group] : request.entities.groups) {
        if (group.path.starts_with(prefix)) {
            items.emplace_back(name, group_json(group));
        }
    }
    return page(request, std::move(items), "Groups");
}

std::vector<Item> groups_of(const Request& request, const User& user) {
    std::vector<Item> items;
    for (const auto& [name, group] : request.entities.groups) {
        if (group.members.count(user.name) > 0) {
            items.emplace_back(name, group_json(group));
        }
    }
    return items;
}

Json list_groups_for_user(Request& request) {
    return page(request, groups_of(request, request.user()), "Groups");
}

Json update_group(Request& request) {
    Group& group = request.group();
    const auto path = request.optional_path("NewPath");
    const auto name = request.optional_name("NewGroupName");
    request.parameters.finish();
    if (name && !equal_but_case(*name, group.name) && has_name(request.entities.groups, *name)) {
        already_exists("Group with name " + *name + " already exists.");
    }
    const std::string old = group.name;
    group.path = path.value_or(group.path);
    group.name = name.value_or(group.name);
    group.arn = request.arn("group", group.path, group.name);
    if (group.name != old) {
        auto moved = request.entities.groups.extract(old);
        moved.key() = name.value();
        request.entities.groups.insert(std::move(moved));
    }
    return Json::object();
}

Json delete_group(Request& request) {
    const Group& group = request.group();
    request.parameters.finish();
    if (!group.members.empty()) {
        delete_conflict("remove users from group first.");
    }
    if (!group.attached.empty()) {
        delete_conflict("detach all policies first.");
    }
    if (!group.inline_policies.empty()) {
        delete_conflict("delete policies first.");
    }
    request.entities.groups.erase(request.entities.groups.find(group.name));
    return Json::object();
}

Json add_user_to_group(Request& request) {
    Group& group = request.group();
    const User& user = request.user();
    request.parameters.finish();
    if (group.members.count(user.name) == 0) {
        check_quota("GroupsPerUser", groups_of(request, user).size(), limits::groups_of_user);
        group.members.insert(user.name);
    }
    return Json::object();
}

Json remove_user_from_group(Request& request) {
    Group& group = request.group();
    const User& user = request.user();
    request.parameters.finish();
    group.members.erase(user.name);
    return Json::object();
}

}  // namespace

Json group_json(const Group& group) {
    return entity_json("Group", group);
}

void add_group_operations(aws::ApiService& api, IamService& service) {
    const Rows rows(api, service);
    rows.add("AddUserToGroup", add_user_to_group);
    rows.add("CreateGroup", create_group);
    rows.add("DeleteGroup", delete_group);
    rows.add("GetGroup", get_group);
    rows.add("ListGroups", list_groups);
    rows.add("ListGroupsForUser", list_groups_for_user);
    rows.add("RemoveUserFromGroup", remove_user_from_group);
    rows.add("UpdateGroup", update_group);
}

}  // namespace orrery::iam
