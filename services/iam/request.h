/// What the operations of IAM share: a call with all that it may use, checks of names and paths,
/// errors, pages of lists.
#pragma once

#include "engine/json.h"
#include "engine/random.h"
#include "services/aws/api.h"
#include "services/aws/parameters.h"
#include "services/iam/entities.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::iam {

class IamService;

struct Request {
    Entities& entities;
    const std::string& account;
    Instant now;
    RandomStream& random;
    aws::Parameters parameters;
    const aws::Caller& caller;

    /// The ARN of an entity of this account: arn("role", "/path/", "name").
    std::string arn(std::string_view kind, std::string_view path, std::string_view name) const;
    /// `prefix` ("AROA") and 17 characters.
    std::string new_id(std::string_view prefix);

    /// A name that has to be there and right [docs: reference_iam-quotas].
    std::string name(std::string_view member);
    std::optional<std::string> optional_name(std::string_view member);
    /// A path to be, "/" if there is none.
    std::string path(std::string_view member = "Path");
    std::optional<std::string> optional_path(std::string_view member);
    std::string path_prefix();
    /// The Tags of a new entity.
    Tags tags();

    // The entity that the parameter of that name names, or NoSuchEntity.
    Role& role(std::string_view member = "RoleName");
    User& user(std::string_view member = "UserName");
    Group& group(std::string_view member = "GroupName");
    InstanceProfile& instance_profile();
    /// The customer's policy of PolicyArn; one of AWS's cannot be changed.
    Policy& policy();
    /// A role that only AWS may change is refused.
    Role& changeable_role();
};

using Operation = Json (*)(Request& request);

/// Adds operations to the service's table.
class Rows {
public:
    Rows(aws::ApiService& api, IamService& service) : api_(api), service_(service) {}

    void add(std::string name, Operation operation) const;
    /// The same function for several kinds of things.
    template <typename Kind>
    void add(std::string name,
             Json (*operation)(Request& request, const Kind& kind),
             const Kind& kind) const {
        add_function(std::move(name),
                     [operation, &kind](Request& request) { return operation(request, kind); });
    }

private:
    void add_function(std::string name, std::function<Json(Request&)> operation) const;

    aws::ApiService& api_;
    IamService& service_;
};

// The operations, by group. `service` must outlive `api`'s rows.
void add_role_operations(aws::ApiService& api, IamService& service);
void add_user_operations(aws::ApiService& api, IamService& service);
void add_access_key_operations(aws::ApiService& api, IamService& service);
void add_group_operations(aws::ApiService& api, IamService& service);
void add_instance_profile_operations(aws::ApiService& api, IamService& service);
void add_policy_operations(aws::ApiService& api, IamService& service);
void add_policy_version_operations(aws::ApiService& api, IamService& service);
void add_inline_policy_operations(aws::ApiService& api, IamService& service);
void add_attachment_operations(aws::ApiService& api, IamService& service);
void add_tag_operations(aws::ApiService& api, IamService& service);
void add_service_linked_role_operations(aws::ApiService& api, IamService& service);
void add_account_operations(aws::ApiService& api, IamService& service);

[[noreturn]] void no_such_entity(const std::string& message);
[[noreturn]] void already_exists(const std::string& message);
[[noreturn]] void delete_conflict(const std::string& what_first);
[[noreturn]] void validation_error(const std::string& message);
[[noreturn]] void invalid_input(const std::string& message);
/// LimitExceeded "Cannot exceed quota for PoliciesPerRole: 10" unless `count` things may become one
/// more.
void check_quota(std::string_view quota, std::size_t count, std::size_t most);

/// Whether `names` has the name in any case: "names are not distinguished by case" [docs:
/// reference_iam-quotas].
template <typename Map>
bool has_name(const Map& names, std::string_view name);
bool equal_but_case(std::string_view one, std::string_view other);

template <typename Map>
bool has_name(const Map& names, std::string_view name) {
    for (const auto& each : names) {
        if (equal_but_case(each.first, name)) {
            return true;
        }
    }
    return false;
}

/// An item of a list with what it is sorted by and found again by.
using Item = std::pair<std::string, Json>;
/// The items that Marker and MaxItems ask for; sets IsTruncated and Marker in `answer`.
std::vector<Item> take_page(Request& request, std::vector<Item> items, Json& answer);
/// The same as an answer that has them in the list of that name.
Json page(Request& request, std::vector<Item> items, const char* list);

/// For answers: seconds since the epoch.
std::int64_t date(Instant instant);
/// Sorted by key, as ListRoleTags is [docs].
Json tags_json(const Tags& tags);
/// What all entities have: ("Role", ...) gives RoleName, RoleId, Path, Arn, CreateDate.
Json entity_json(const std::string& kind, const Entity& entity);

Json role_json(const Role& role);  // as another thing's part
Json user_json(const User& user);  // as lists have it
Json group_json(const Group& group);
Json instance_profile_json(const Request& request, const InstanceProfile& profile);
/// Adds PermissionsBoundary and Tags where there are any.
void add_boundary_and_tags(Json& answer, const Principal& principal);

/// A permissions boundary to be: there must be such a policy.
std::string boundary_parameter(Request& request);
/// Throws ApiError unless a policy of that ARN can be attached.
void check_attachable(const Request& request, const std::string& arn);
/// AccessKey, group memberships and the like: the user that UserName names, or else the caller.
User& user_or_caller(Request& request);

}  // namespace orrery::iam
