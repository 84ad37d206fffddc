// Users and their passwords.

#include "services/aws/error.h"
#include "services/iam/limits.h"
#include "services/iam/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::iam {

namespace {

Json whole_user(const User& user) {
    Json answer = user_json(user);
    add_boundary_and_tags(answer, user);
    return answer;
}

Json create_user(Request& request) {
    User user;
    user.name = request.name("UserName");
    user.path = request.path();
    if (request.parameters.optional("PermissionsBoundary") != nullptr) {
        user.boundary = boundary_parameter(request);
    }
    user.tags = request.tags();
    request.parameters.finish();
    if (has_name(request.entities.users, user.name)) {
        already_exists("User with name " + user.name + " already exists.");
    }
    check_quota("UsersPerAccount", request.entities.users.size(), limits::users);
    user.id = request.new_id("AIDA");
    user.arn = request.arn("user", user.path, user.name);
    user.created = request.now;
    Json answer{{"User", whole_user(user)}};
    request.entities.users.emplace(user.name, std::move(user));
    return answer;
}

const User* find_caller(const Request& request) {
    for (const auto& [name, user] : request.entities.users) {
        for (const AccessKey& key : user.access_keys) {
            if (key.active && key.id == request.caller.access_key) {
                return &user;
            }
        }
    }
    return nullptr;
}

/// Without a name: who signed the request, the account itself if no user did.
Json get_user(Request& request) {
    if (request.parameters.optional("UserName") != nullptr) {
        const User& user = request.user();
        request.parameters.finish();
        return {{"User", whole_user(user)}};
    }
    request.parameters.finish();
    if (const User* caller = find_caller(request)) {
        return {{"User", whole_user(*caller)}};
    }
    return {{"User",
             {{"UserId", request.account},
              {"Arn", "arn:aws:iam::" + request.account + ":root"},
              {"CreateDate", 0}}}};
}

Json list_users(Request& request) {
    const std::string prefix = request.path_prefix();
    std::vector<Item> items;
    for (const auto& [name, user] : request.entities.users) {
        if (user.path.starts_with(prefix)) {
            items.emplace_back(name, user_json(user));
        }
    }
    return page(request, std::move(items), "Users");
}

Json update_user(Request& request) {
    User& user = request.user();
    const auto path = request.optional_path("NewPath");
    const auto name = request.optional_name("NewUserName");
    request.parameters.finish();
    if (name && !equal_but_case(*name, user.name) && has_name(request.entities.users, *name)) {
        already_exists("User with name " + *name + " already exists.");
    }
    const std::string old = user.name;
    user.path = path.value_or(user.path);
    user.name = name.value_or(user.name);
    user.arn = request.arn("user", user.path, user.name);
    if (user.name != old) {
        auto moved = request.entities.users.extract(old);
        moved.key() = name.value();
        request.entities.users.insert(std::move(moved));
        for (auto& [group_name, group] : request.entities.groups) {
            if (group.members.erase(old) > 0) {
                group.members.insert(*name);
            }
        }
    }
    return Json::object();
}

Json delete_user(Request& request) {
    const User& user = request.user();
    request.parameters.finish();
    const auto& groups = request.entities.groups;
    if (user.login) {
        delete_conflict("delete login profile first.");
    }
    if (!user.access_keys.empty()) {
        delete_conflict("delete access keys first.");
    }
    if (!user.attached.empty()) {
        delete_conflict("detach all policies first.");
    }
    if (!user.inline_policies.empty()) {
        delete_conflict("delete policies first.");
    }
    if (std::any_of(groups.begin(), groups.end(), [&](const auto& each) {
            return each.second.members.count(user.name) > 0;
        })) {
        delete_conflict("remove users from group first.");
    }
    request.entities.users.erase(request.entities.users.find(user.name));
    return Json::object();
}

Json put_user_permissions_boundary(Request& request) {
    User& user = request.user();
    std::string boundary = boundary_parameter(request);
    request.parameters.finish();
    user.boundary = std::move(boundary);
    return Json::object();
}

Json delete_user_permissions_boundary(Request& request) {
    User& user = request.user();
    request.parameters.finish();
    if (!user.boundary) {
        no_such_entity("The user with name " + user.name + " has no permissions boundary.");
    }
    user.boundary.reset();
    return Json::object();
}

Json login_json(const User& user) {
    return {{"LoginProfile",
             {{"UserName", user.name},
              {"CreateDate", date(user.login->created)},
              {"PasswordResetRequired", user.login->reset_required}}}};
}

User& user_with_login(Request& request) {
    User& user = user_or_caller(request);
    if (!user.login) {
        no_such_entity("Login Profile for User " + user.name + " cannot be found.");
    }
    return user;
}

/// The password itself is not kept: nobody can log in here.
Json create_login_profile(Request& request) {
    User& user = user_or_caller(request);
    request.parameters.string("Password");
    const bool reset = request.parameters.optional_boolean("PasswordResetRequired").value_or(false);
    request.parameters.finish();
    if (user.login) {
        already_exists("Login Profile for user " + user.name + " already exists.");
    }
    user.login = LoginProfile{request.now, reset};
    return login_json(user);
}

Json get_login_profile(Request& request) {
    const User& user = user_with_login(request);
    request.parameters.finish();
    return login_json(user);
}

Json update_login_profile(Request& request) {
    User& user = user_with_login(request);
    request.parameters.accept("Password");
    const auto reset = request.parameters.optional_boolean("PasswordResetRequired");
    request.parameters.finish();
    user.login->reset_required = reset.value_or(user.login->reset_required);
    return Json::object();
}

Json delete_login_profile(Request& request) {
    User& user = user_with_login(request);
    request.parameters.finish();
    user.login.reset();
    return Json::object();
}

}  // namespace

User& user_or_caller(Request& request) {
    if (request.parameters.optional("UserName") != nullptr) {
        return request.user();
    }
    const User* caller = find_caller(request);
    if (caller == nullptr) {
        validation_error("Must specify userName when calling with non-User credentials");
    }
    return request.entities.users.find(caller->name)->second;
}

Json user_json(const User& user) {
    return entity_json("User", user);
}

void add_user_operations(aws::ApiService& api, IamService& service) {
    const Rows rows(api, service);
    rows.add("CreateLoginProfile", create_login_profile);
    rows.add("CreateUser", create_user);
    rows.add("DeleteLoginProfile", delete_login_profile);
    rows.add("DeleteUser", delete_user);
    rows.add("DeleteUserPermissionsBoundary", delete_user_permissions_boundary);
    rows.add("GetLoginProfile", get_login_profile);
    rows.add("GetUser", get_user);
    rows.add("ListUsers", list_users);
    rows.add("PutUserPermissionsBoundary", put_user_permissions_boundary);
    rows.add("UpdateLoginProfile", update_login_profile);
    rows.add("UpdateUser", update_user);
}

}  // namespace orrery::iam
