// Tags of roles, users, policies and instance profiles.

#include "services/aws/error.h"
#include "services/iam/limits.h"
#include "services/iam/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::iam {

namespace {

/// Keys of users' and roles' tags are not told apart by case; it is kept [docs: id_tags].
enum class KeyCase : std::uint8_t { told_apart, ignored };

struct Tagged {
    Entity& (*find)(Request& request);
    KeyCase key_case;
};

const Tagged tagged_role{[](Request& request) -> Entity& { return request.role(); },
                         KeyCase::ignored};
const Tagged tagged_user{[](Request& request) -> Entity& { return request.user(); },
                         KeyCase::ignored};
const Tagged tagged_policy{[](Request& request) -> Entity& { return request.policy(); },
                           KeyCase::told_apart};
const Tagged tagged_instance_profile{
    [](Request& request) -> Entity& { return request.instance_profile(); }, KeyCase::told_apart};

bool same_key(const std::string& one, const std::string& other, KeyCase key_case) {
    return key_case == KeyCase::ignored ? equal_but_case(one, other) : one == other;
}

Tags read_tags(Request& request) {
    const Json* given = request.parameters.optional("Tags");
    Tags tags;
    for (const Json& tag : given == nullptr ? Json::array() : *given) {
        const std::string key = tag.at("Key").get<std::string>();
        if (equal_but_case(key.substr(0, 4), "aws:")) {
            invalid_input("System tags cannot be added.");
        }
        if (has_name(tags, key)) {
            invalid_input(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
        }
        tags[key] = tag.at("Value").get<std::string>();
    }
    return tags;
}

void erase_key(Tags& tags, const std::string& key, KeyCase key_case) {
    std::erase_if(tags, [&](const auto& tag) { return same_key(tag.first, key, key_case); });
}

Json tag(Request& request, const Tagged& tagged) {
    Entity& entity = tagged.find(request);
    const Tags added = read_tags(request);
    request.parameters.finish();
    Tags tags = entity.tags;
    for (const auto& [key, value] : added) {
        erase_key(tags, key, tagged.key_case);
        tags[key] = value;
    }
    if (tags.size() > limits::tags) {
        throw aws::ApiError("LimitExceededException",
                            "The number of tags has reached the maximum limit.");
    }
    entity.tags = std::move(tags);
    return Json::object();
}

Json untag(Request& request, const Tagged& tagged) {
    Entity& entity = tagged.find(request);
    const std::vector<std::string> keys = request.parameters.strings("TagKeys");
    request.parameters.finish();
    for (const std::string& key : keys) {
        erase_key(entity.tags, key, tagged.key_case);
    }
    return Json::object();
}

Json list_tags(Request& request, const Tagged& tagged) {
    std::vector<Item> items;
    for (const auto& [key, value] : tagged.find(request).tags) {
        items.emplace_back(key, Json{{"Key", key}, {"Value", value}});
    }
    return page(request, std::move(items), "Tags");
}

}  // namespace

Tags Request::tags() {
    return read_tags(*this);
}

void add_tag_operations(aws::ApiService& api, IamService& service) {
    const Rows rows(api, service);
    rows.add("ListInstanceProfileTags", list_tags, tagged_instance_profile);
    rows.add("ListPolicyTags", list_tags, tagged_policy);
    rows.add("ListRoleTags", list_tags, tagged_role);
    rows.add("ListUserTags", list_tags, tagged_user);
    rows.add("TagInstanceProfile", tag, tagged_instance_profile);
    rows.add("TagPolicy", tag, tagged_policy);
    rows.add("TagRole", tag, tagged_role);
    rows.add("TagUser", tag, tagged_user);
    rows.add("UntagInstanceProfile", untag, tagged_instance_profile);
    rows.add("UntagPolicy", untag, tagged_policy);
    rows.add("UntagRole", untag, tagged_role);
    rows.add("UntagUser", untag, tagged_user);
}

}  // namespace orrery::iam
