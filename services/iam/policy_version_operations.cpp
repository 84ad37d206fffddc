// Versions of managed policies, and what else their operations share.

#include "services/aws/error.h"
#include "services/iam/limits.h"
#include "services/iam/managed_policies.h"
#include "services/iam/policy_document.h"
#include "services/iam/policy_facts.h"
#include "services/iam/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::iam {

namespace {

[[noreturn]] void no_such_version(const std::string& arn, const std::string& version) {
    no_such_entity("Policy " + arn + " version " + version +
                   " does not exist or is not attachable.");
}

/// The version that VersionId names.
std::map<std::int64_t, PolicyVersion>::iterator find_version(Request& request, Policy& policy) {
    const std::string text = request.parameters.string("VersionId");
    const auto found =
        std::find_if(policy.versions.begin(), policy.versions.end(), [&](const auto& each) {
            return version_text(each.first) == text;
        });
    if (found == policy.versions.end()) {
        no_such_version(policy.arn, text);
    }
    return found;
}

/// Without the document, as lists have it [docs: ListPolicyVersions].
Json listed_version(const Policy& policy, std::int64_t number) {
    return {{"VersionId", version_text(number)},
            {"IsDefaultVersion", number == policy.default_version},
            {"CreateDate", date(policy.versions.at(number).created)}};
}

Json listed_version(const ManagedPolicy& policy) {
    return {{"VersionId", policy.default_version},
            {"IsDefaultVersion", true},
            {"CreateDate", date(policy.updated)}};
}

Json create_policy_version(Request& request) {
    Policy& policy = request.policy();
    const std::string document = managed_document(request);
    const bool as_default = request.parameters.optional_boolean("SetAsDefault").value_or(false);
    request.parameters.finish();
    if (policy.versions.size() >= limits::policy_versions) {
        throw aws::ApiError("LimitExceededException",
                            "A managed policy can have up to 5 versions. Before you create a new "
                            "version, you must delete an existing version.");
    }
    const std::int64_t number = ++policy.newest_version;
    policy.versions[number] = {document, request.now};
    policy.updated = request.now;
    policy.default_version = as_default ? number : policy.default_version;
    return {{"PolicyVersion", listed_version(policy, number)}};
}

Json get_policy_version(Request& request) {
    const std::string arn = policy_arn(request);
    if (const ManagedPolicy* managed = find_managed_policy(arn)) {
        const std::string version = request.parameters.string("VersionId");
        request.parameters.finish();
        if (version != managed->default_version || managed->document.empty()) {
            throw aws::ApiError("NotImplemented",
                                "Orrery knows that AWS has the policy " + arn + ", but not what " +
                                    version + " of it says.",
                                501);
        }
        Json answer = listed_version(*managed);
        answer["Document"] = encoded_document(managed->document);
        return {{"PolicyVersion", answer}};
    }
    Policy& policy = existing_policy(request, arn);
    const auto version = find_version(request, policy);
    request.parameters.finish();
    Json answer = listed_version(policy, version->first);
    answer["Document"] = encoded_document(version->second.document);
    return {{"PolicyVersion", answer}};
}

/// The newest first, as AWS lists them. Of AWS's own policies only the default one is known.
Json list_policy_versions(Request& request) {
    const std::string arn = policy_arn(request);
    std::vector<Item> items;
    if (const ManagedPolicy* managed = find_managed_policy(arn)) {
        items.emplace_back("0", listed_version(*managed));
    } else {
        const Policy& policy = existing_policy(request, arn);
        constexpr std::int64_t more_than_any = 1'000'000'000;
        for (const auto& [number, version] : policy.versions) {
            items.emplace_back(std::to_string(more_than_any - number),
                               listed_version(policy, number));
        }
    }
    return page(request, std::move(items), "Versions");
}

Json delete_policy_version(Request& request) {
    Policy& policy = request.policy();
    const auto version = find_version(request, policy);
    request.parameters.finish();
    if (version->first == policy.default_version) {
        throw aws::ApiError("DeleteConflictException",
                            "Cannot delete the default version of a policy.");
    }
    policy.versions.erase(version);
    policy.updated = request.now;
    return Json::object();
}

Json set_default_policy_version(Request& request) {
    Policy& policy = request.policy();
    const auto version = find_version(request, policy);
    request.parameters.finish();
    policy.default_version = version->first;
    policy.updated = request.now;
    return Json::object();
}

}  // namespace

std::string version_text(std::int64_t number) {
    return "v" + std::to_string(number);
}

std::string managed_document(Request& request) {
    std::string document = request.parameters.string("PolicyDocument");
    check_document(document, DocumentUse::identity);
    if (document_size(document) > limits::managed_policy_size) {
        check_quota("PolicySize", limits::managed_policy_size, limits::managed_policy_size);
    }
    return document;
}

std::string policy_arn(Request& request) {
    std::string arn = request.parameters.string("PolicyArn");
    constexpr std::string_view start = "arn:aws:iam::";
    constexpr std::string_view kind = ":policy/";
    const std::size_t account = arn.find(':', start.size());
    if (!arn.starts_with(start) || account == std::string::npos ||
        arn.compare(account, kind.size(), kind) != 0) {
        invalid_input("ARN " + arn + " is not valid.");
    }
    return arn;
}

Policy& existing_policy(Request& request, const std::string& arn) {
    const auto found = request.entities.policies.find(arn);
    if (found == request.entities.policies.end()) {
        no_such_entity("Policy " + arn + " was not found.");
    }
    return found->second;
}

Policy& Request::policy() {
    const std::string given = policy_arn(*this);
    if (find_managed_policy(given) != nullptr) {
        throw aws::ApiError(
            "AccessDenied", "The policy " + given + " is AWS's own and cannot be changed.", 403);
    }
    return existing_policy(*this, given);
}

void add_policy_version_operations(aws::ApiService& api, IamService& service) {
    const Rows rows(api, service);
    rows.add("CreatePolicyVersion", create_policy_version);
    rows.add("DeletePolicyVersion", delete_policy_version);
    rows.add("GetPolicyVersion", get_policy_version);
    rows.add("ListPolicyVersions", list_policy_versions);
    rows.add("SetDefaultPolicyVersion", set_default_policy_version);
}

}  // namespace orrery::iam
