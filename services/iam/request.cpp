#include "services/iam/request.h"

#include "services/aws/access_key.h"
#include "services/aws/encoding.h"
#include "services/aws/error.h"
#include "services/iam/limits.h"
#include "services/iam/managed_policies.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::iam {

namespace {

bool is_name(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view("_+=,.@-").find(c) != std::string_view::npos;
    });
}

bool is_visible(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

/// "roleName": messages name parameters with a small first letter.
std::string small(std::string_view member) {
    std::string text(member);
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

// The wording of ValidationError is quoted in shashankprasanna/torchserve-examples 7.
std::string checked_name(std::string name, std::string_view member) {
    if (name.empty() || !is_name(name)) {
        validation_error("The specified value for " + small(member) +
                         " is invalid. It must contain only alphanumeric characters and/or the "
                         "following: +=,.@_-");
    }
    return name;
}

std::string checked_path(std::string path, std::string_view member) {
    if (!path.starts_with('/') || !path.ends_with('/') || !is_visible(path)) {
        validation_error("The specified value for " + small(member) +
                         " is invalid. It must begin and end with / and contain only "
                         "alphanumeric characters and/or / characters.");
    }
    return path;
}

template <typename Map>
auto& find_or_throw(Map& entities, const std::string& name, std::string_view word) {
    const auto found = entities.find(name);
    if (found == entities.end()) {
        no_such_entity("The " + std::string(word) + " with name " + name + " cannot be found.");
    }
    return found->second;
}

template <typename Map>
bool has_id(const Map& entities, const std::string& id) {
    return std::any_of(
        entities.begin(), entities.end(), [&](const auto& each) { return each.second.id == id; });
}

}  // namespace

void no_such_entity(const std::string& message) {
    throw aws::ApiError("NoSuchEntityException", message);
}
void already_exists(const std::string& message) {
    throw aws::ApiError("EntityAlreadyExistsException", message);
}
void delete_conflict(const std::string& what_first) {
    throw aws::ApiError("DeleteConflictException", "Cannot delete entity, must " + what_first);
}
void validation_error(const std::string& message) {
    throw aws::ApiError("ValidationError", message);
}
void invalid_input(const std::string& message) {
    throw aws::ApiError("InvalidInputException", message);
}

void check_quota(std::string_view quota, std::size_t count, std::size_t most) {
    if (count >= most) {
        throw aws::ApiError(
            "LimitExceededException",
            "Cannot exceed quota for " + std::string(quota) + ": " + std::to_string(most));
    }
}

bool equal_but_case(std::string_view one, std::string_view other) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : int{c}; };
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), [&](char a, char b) {
        return lower(a) == lower(b);
    });
}

std::string Request::arn(std::string_view kind,
                         std::string_view path,
                         std::string_view entity) const {
    std::string text = "arn:aws:iam::" + account + ":";
    return text.append(kind).append(path).append(entity);
}

std::string Request::new_id(std::string_view prefix) {
    constexpr std::size_t characters = 17;
    std::string id;
    do {
        id = std::string(prefix) + aws::make_id_characters(random, characters);
    } while (has_id(entities.roles, id) || has_id(entities.users, id) ||
             has_id(entities.groups, id) || has_id(entities.policies, id) ||
             has_id(entities.instance_profiles, id));
    return id;
}

std::string Request::name(std::string_view member) {
    return checked_name(parameters.string(member), member);
}

std::optional<std::string> Request::optional_name(std::string_view member) {
    auto given = parameters.optional_string(member);
    return given ? std::optional(checked_name(*std::move(given), member)) : std::nullopt;
}

std::string Request::path(std::string_view member) {
    return optional_path(member).value_or("/");
}

std::optional<std::string> Request::optional_path(std::string_view member) {
    auto given = parameters.optional_string(member);
    return given ? std::optional(checked_path(*std::move(given), member)) : std::nullopt;
}

std::string Request::path_prefix() {
    std::string prefix = parameters.optional_string("PathPrefix").value_or("/");
    if (!prefix.starts_with('/') || !is_visible(prefix)) {
        validation_error(
            "The specified value for pathPrefix is invalid. It must begin with / and "
            "contain only alphanumeric characters and/or / characters.");
    }
    return prefix;
}

Role& Request::role(std::string_view member) {
    return find_or_throw(entities.roles, name(member), "role");
}
User& Request::user(std::string_view member) {
    return find_or_throw(entities.users, name(member), "user");
}
Group& Request::group(std::string_view member) {
    return find_or_throw(entities.groups, name(member), "group");
}

InstanceProfile& Request::instance_profile() {
    const std::string given = name("InstanceProfileName");
    const auto found = entities.instance_profiles.find(given);
    if (found == entities.instance_profiles.end()) {
        no_such_entity("Instance Profile " + given + " cannot be found.");
    }
    return found->second;
}

Role& Request::changeable_role() {
    Role& found = role();
    if (found.service_linked) {
        throw aws::ApiError("UnmodifiableEntityException",
                            "Cannot perform the operation on the protected role '" + found.name +
                                "' - this role is only modifiable by AWS");
    }
    return found;
}

std::vector<Item> take_page(Request& request, std::vector<Item> items, Json& answer) {
    const auto marker = request.parameters.optional_string("Marker");
    const auto most = static_cast<std::size_t>(
        request.parameters.optional_integer("MaxItems").value_or(limits::items_per_answer));
    std::sort(items.begin(), items.end(), [](const Item& one, const Item& two) {
        return one.first < two.first;
    });
    if (marker) {
        const auto after = aws::decode_base64(*marker);
        if (!after) {
            validation_error("Invalid Marker.");
        }
        std::erase_if(items, [&](const Item& item) { return item.first <= *after; });
    }
    answer["IsTruncated"] = items.size() > most;
    if (items.size() > most) {
        items.resize(most);
        answer["Marker"] = aws::base64(items.back().first);
    }
    return items;
}

Json page(Request& request, std::vector<Item> items, const char* list) {
    Json answer{{list, Json::array()}};
    for (Item& item : take_page(request, std::move(items), answer)) {
        answer[list].push_back(std::move(item.second));
    }
    request.parameters.finish();
    return answer;
}

std::int64_t date(Instant instant) {
    return epoch_seconds(instant);
}

Json tags_json(const Tags& tags) {
    Json list = Json::array();
    for (const auto& [key, value] : tags) {
        list.push_back({{"Key", key}, {"Value", value}});
    }
    return list;
}

Json entity_json(const std::string& kind, const Entity& entity) {
    return {{kind + "Name", entity.name},
            {kind + "Id", entity.id},
            {"Path", entity.path},
            {"Arn", entity.arn},
            {"CreateDate", date(entity.created)}};
}

void add_boundary_and_tags(Json& answer, const Principal& principal) {
    if (principal.boundary) {
        // "Policy", whatever the model says (awsdocs/iam-user-guide 82).
        answer["PermissionsBoundary"] = {{"PermissionsBoundaryType", "Policy"},
                                         {"PermissionsBoundaryArn", *principal.boundary}};
    }
    if (!principal.tags.empty()) {
        answer["Tags"] = tags_json(principal.tags);
    }
}

}  // namespace orrery::iam
