// Managed policies: the account's own, and AWS's to read.

#include "services/aws/error.h"
#include "services/iam/limits.h"
#include "services/iam/managed_policies.h"
#include "services/iam/policy_document.h"
#include "services/iam/policy_facts.h"
#include "services/iam/principal_kinds.h"
#include "services/iam/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::iam {

namespace {

struct Uses {
    std::size_t attachments = 0;
    std::size_t boundaries = 0;
};

Uses uses_of(const Entities& entities, std::string_view arn) {
    Uses uses;
    each_principal(entities, [&](const PrincipalKind& /*kind*/, const Principal& principal) {
        uses.attachments += principal.attached.count(std::string(arn));
        uses.boundaries += std::size_t{principal.boundary == arn};
    });
    return uses;
}

void add_uses(Json& answer, const Uses& uses) {
    answer["AttachmentCount"] = uses.attachments;
    answer["PermissionsBoundaryUsageCount"] = uses.boundaries;
}

Json listed_policy(const Policy& policy, const Uses& uses) {
    Json answer = entity_json("Policy", policy);
    answer["DefaultVersionId"] = version_text(policy.default_version);
    answer["IsAttachable"] = true;
    answer["UpdateDate"] = date(policy.updated);
    add_uses(answer, uses);
    return answer;
}

/// Without an id: none that could be vouched for is known.
Json listed_policy(const ManagedPolicy& policy, const Uses& uses) {
    Json answer{{"PolicyName", policy.name},
                {"Arn", policy.arn},
                {"Path", policy.path},
                {"DefaultVersionId", policy.default_version},
                {"IsAttachable", true},
                {"CreateDate", date(policy.created)},
                {"UpdateDate", date(policy.updated)}};
    add_uses(answer, uses);
    return answer;
}

Json create_policy(Request& request) {
    Policy policy;
    policy.name = request.name("PolicyName");
    policy.path = request.path();
    const std::string document = managed_document(request);
    policy.description = request.parameters.optional_string("Description");
    policy.tags = request.tags();
    request.parameters.finish();
    policy.arn = request.arn("policy", policy.path, policy.name);
    auto& policies = request.entities.policies;
    if (std::any_of(policies.begin(), policies.end(), [&](const auto& each) {
            return equal_but_case(each.second.name, policy.name);
        })) {
        already_exists("A policy called " + policy.name +
                       " already exists. Duplicate names are not allowed.");
    }
    check_quota("PoliciesPerAccount", policies.size(), limits::policies);
    policy.id = request.new_id("ANPA");
    policy.created = request.now;
    policy.updated = request.now;
    policy.versions[1] = {document, request.now};
    Json answer = listed_policy(policy, {});
    if (!policy.tags.empty()) {
        answer["Tags"] = tags_json(policy.tags);
    }
    policies.emplace(policy.arn, std::move(policy));
    return {{"Policy", answer}};
}

Json get_policy(Request& request) {
    const std::string arn = policy_arn(request);
    request.parameters.finish();
    const Uses uses = uses_of(request.entities, arn);
    if (const ManagedPolicy* managed = find_managed_policy(arn)) {
        return {{"Policy", listed_policy(*managed, uses)}};
    }
    const Policy& policy = existing_policy(request, arn);
    Json answer = listed_policy(policy, uses);
    if (policy.description) {
        answer["Description"] = *policy.description;
    }
    if (!policy.tags.empty()) {
        answer["Tags"] = tags_json(policy.tags);
    }
    return {{"Policy", answer}};
}

struct Filter {
    bool only_attached = false;
    std::string prefix;
    std::string usage;

    bool passes(std::string_view path, const Uses& uses) const {
        const bool used = uses.attachments + uses.boundaries > 0;
        const bool right_use =
            usage.empty() ||
            (usage == "PermissionsBoundary" ? uses.boundaries > 0
                                            : uses.attachments > 0 || uses.boundaries == 0);
        return path.starts_with(prefix) && right_use && (used || !only_attached);
    }
};

Json list_policies(Request& request) {
    const std::string scope = request.parameters.optional_string("Scope").value_or("All");
    Filter filter;
    filter.only_attached = request.parameters.optional_boolean("OnlyAttached").value_or(false);
    filter.usage = request.parameters.optional_string("PolicyUsageFilter").value_or("");
    filter.prefix = request.path_prefix();
    std::vector<Item> items;
    const auto consider = [&](const auto& policy) {
        const Uses uses = uses_of(request.entities, policy.arn);
        if (filter.passes(policy.path, uses)) {
            items.emplace_back(policy.arn, listed_policy(policy, uses));
        }
    };
    if (scope != "AWS") {
        for (const auto& [arn, policy] : request.entities.policies) {
            consider(policy);
        }
    }
    if (scope != "Local") {
        std::for_each(managed_policies().begin(), managed_policies().end(), consider);
    }
    return page(request, std::move(items), "Policies");
}

Json delete_policy(Request& request) {
    const Policy& policy = request.policy();
    request.parameters.finish();
    const Uses uses = uses_of(request.entities, policy.arn);
    if (uses.attachments + uses.boundaries > 0) {
        throw aws::ApiError("DeleteConflictException",
                            "Cannot delete a policy attached to entities.");
    }
    if (policy.versions.size() > 1) {
        throw aws::ApiError(
            "DeleteConflictException",
            "This policy has more than one version. Before you delete a policy, you must delete "
            "the policy's versions. The default version is deleted with the policy.");
    }
    request.entities.policies.erase(request.entities.policies.find(policy.arn));
    return Json::object();
}

}  // namespace

void add_policy_operations(aws::ApiService& api, IamService& service) {
    const Rows rows(api, service);
    rows.add("CreatePolicy", create_policy);
    rows.add("DeletePolicy", delete_policy);
    rows.add("GetPolicy", get_policy);
    rows.add("ListPolicies", list_policies);
}

}  // namespace orrery::iam
