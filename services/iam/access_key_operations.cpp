// Access keys of users.

#include "services/aws/access_key.h"
#include "services/iam/limits.h"
#include "services/iam/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::iam {

namespace {

Json key_json(const User& user, const AccessKey& key) {
    return {{"UserName", user.name},
            {"AccessKeyId", key.id},
            {"Status", key.active ? "Active" : "Inactive"},
            {"CreateDate", date(key.created)}};
}

[[noreturn]] void no_such_key(const std::string& id) {
    no_such_entity("The Access Key with id " + id + " cannot be found.");
}

std::vector<AccessKey>::iterator find_key(User& user, const std::string& id) {
    const auto found = std::find_if(user.access_keys.begin(),
                                    user.access_keys.end(),
                                    [&](const AccessKey& key) { return key.id == id; });
    if (found == user.access_keys.end()) {
        no_such_key(id);
    }
    return found;
}

bool is_used(const Request& request, const std::string& id) {
    const auto& users = request.entities.users;
    return std::any_of(users.begin(), users.end(), [&](const auto& each) {
        const auto& keys = each.second.access_keys;
        return std::any_of(
            keys.begin(), keys.end(), [&](const AccessKey& key) { return key.id == id; });
    });
}

Json create_access_key(Request& request) {
    User& user = user_or_caller(request);
    request.parameters.finish();
    check_quota("AccessKeysPerUser", user.access_keys.size(), limits::access_keys);
    AccessKey key;
    do {
        key.id = aws::make_access_key_id("AKIA", request.account, request.random);
    } while (is_used(request, key.id));
    key.secret = aws::make_secret_access_key(request.random);
    key.created = request.now;
    Json answer = key_json(user, key);
    answer["SecretAccessKey"] = key.secret;
    user.access_keys.push_back(std::move(key));
    return {{"AccessKey", answer}};
}

Json delete_access_key(Request& request) {
    User& user = user_or_caller(request);
    const auto key = find_key(user, request.parameters.string("AccessKeyId"));
    request.parameters.finish();
    user.access_keys.erase(key);
    return Json::object();
}

Json update_access_key(Request& request) {
    User& user = user_or_caller(request);
    AccessKey& key = *find_key(user, request.parameters.string("AccessKeyId"));
    const std::string status = request.parameters.string("Status");
    request.parameters.finish();
    if (status != "Active" && status != "Inactive") {
        validation_error("A key's status can be set to Active or Inactive.");
    }
    key.active = status == "Active";
    return Json::object();
}

Json list_access_keys(Request& request) {
    const User& user = user_or_caller(request);
    std::vector<Item> items;
    for (const AccessKey& key : user.access_keys) {
        items.emplace_back(std::to_string(items.size()) + key.id, key_json(user, key));
    }
    Json answer = page(request, std::move(items), "AccessKeyMetadata");
    return answer;
}

/// Nobody keeps track of uses: every key answers as one that was never used does [docs:
/// AccessKeyLastUsed].
Json get_access_key_last_used(Request& request) {
    const std::string id = request.parameters.string("AccessKeyId");
    request.parameters.finish();
    for (auto& [name, user] : request.entities.users) {
        for (const AccessKey& key : user.access_keys) {
            if (key.id == id) {
                return {{"UserName", name},
                        {"AccessKeyLastUsed", {{"ServiceName", "N/A"}, {"Region", "N/A"}}}};
            }
        }
    }
    no_such_key(id);
}

}  // namespace

void add_access_key_operations(aws::ApiService& api, IamService& service) {
    const Rows rows(api, service);
    rows.add("CreateAccessKey", create_access_key);
    rows.add("DeleteAccessKey", delete_access_key);
    rows.add("GetAccessKeyLastUsed", get_access_key_last_used);
    rows.add("ListAccessKeys", list_access_keys);
    rows.add("UpdateAccessKey", update_access_key);
}

}  // namespace orrery::iam
