// What concerns the whole account; and what is refused by name.

#include "services/aws/error.h"
#include "services/iam/limits.h"
#include "services/iam/request.h"

#include <nlohmann/json.hpp>

namespace orrery::iam {

namespace {

Json create_account_alias(Request& request) {
    const std::string alias = request.parameters.string("AccountAlias");
    request.parameters.finish();
    request.entities.alias = alias;  // a second one overwrites the first [docs: account-alias]
    return Json::object();
}

Json delete_account_alias(Request& request) {
    const std::string alias = request.parameters.string("AccountAlias");
    request.parameters.finish();
    if (request.entities.alias != alias) {
        no_such_entity("The account alias with name " + alias + " cannot be found.");
    }
    request.entities.alias.reset();
    return Json::object();
}

Json list_account_aliases(Request& request) {
    std::vector<Item> items;
    if (request.entities.alias) {
        items.emplace_back(*request.entities.alias, *request.entities.alias);
    }
    return page(request, std::move(items), "AccountAliases");
}

/// Counts and quotas; what there is none of here counts as none.
Json get_account_summary(Request& request) {
    request.parameters.finish();
    const Entities& all = request.entities;
    std::size_t versions = 0;
    for (const auto& [arn, policy] : all.policies) {
        versions += policy.versions.size();
    }
    return {{"SummaryMap",
             {{"AccessKeysPerUserQuota", limits::access_keys},
              {"AccountAccessKeysPresent", 0},
              {"AccountMFAEnabled", 0},
              {"AccountSigningCertificatesPresent", 0},
              {"AssumeRolePolicySizeQuota", limits::trust_policy_size},
              {"AttachedPoliciesPerGroupQuota", limits::attached_policies},
              {"AttachedPoliciesPerRoleQuota", limits::attached_policies},
              {"AttachedPoliciesPerUserQuota", limits::attached_policies},
              {"GlobalEndpointTokenVersion", 1},
              {"GroupPolicySizeQuota", limits::group_inline_size},
              {"Groups", all.groups.size()},
              {"GroupsPerUserQuota", limits::groups_of_user},
              {"GroupsQuota", limits::groups},
              {"InstanceProfiles", all.instance_profiles.size()},
              {"InstanceProfilesQuota", limits::instance_profiles},
              {"MFADevices", 0},
              {"MFADevicesInUse", 0},
              {"Policies", all.policies.size()},
              {"PoliciesQuota", limits::policies},
              {"PolicySizeQuota", limits::managed_policy_size},
              {"PolicyVersionsInUse", versions},
              {"PolicyVersionsInUseQuota", 10000},
              {"Providers", 0},
              {"RolePolicySizeQuota", limits::role_inline_size},
              {"Roles", all.roles.size()},
              {"RolesQuota", limits::roles},
              {"ServerCertificates", 0},
              {"ServerCertificatesQuota", 20},
              {"SigningCertificatesPerUserQuota", 2},
              {"UserPolicySizeQuota", limits::user_inline_size},
              {"Users", all.users.size()},
              {"UsersQuota", limits::users},
              {"VersionsPerPolicyQuota", limits::policy_versions}}}};
}

[[noreturn]] Json refuse_simulation(Request& /*request*/) {
    throw aws::ApiError("NotImplemented",
                        "Orrery keeps policies and does not evaluate them: it cannot simulate "
                        "what they allow.",
                        501);
}

}  // namespace

void add_account_operations(aws::ApiService& api, IamService& service) {
    const Rows rows(api, service);
    rows.add("CreateAccountAlias", create_account_alias);
    rows.add("DeleteAccountAlias", delete_account_alias);
    rows.add("GetAccountSummary", get_account_summary);
    rows.add("ListAccountAliases", list_account_aliases);
    rows.add("SimulateCustomPolicy", refuse_simulation);
    rows.add("SimulatePrincipalPolicy", refuse_simulation);
}

}  // namespace orrery::iam
