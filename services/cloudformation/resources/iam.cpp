// AWS::IAM::*: accepted with names and ARNs; permissions are not enforced. [docs:
// aws-resource-iam-role, aws-resource-iam-policy, aws-resource-iam-managedpolicy,
// aws-resource-iam-instanceprofile]
#include "services/cloudformation/resource_type.h"

namespace orrery::cloudformation {

namespace {

constexpr std::size_t longest_role_name = 64;
constexpr std::size_t longest_name = 128;

/// IAM is global: its ARNs have no Region.
std::string iam_arn(const Creation& creation, const std::string& kind, const std::string& name) {
    const std::string path = creation.properties.text("Path").value_or("/");
    return "arn:aws:iam::" + creation.identity.account + ":" + kind + path + name;
}

/// "AROA" and 17 characters, in IAM's alphabet of unique ids.
std::string unique_id(Creation& creation, std::string prefix) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (int i = 0; i < 17; ++i) {
        prefix += alphabet[static_cast<std::size_t>(creation.random.below(alphabet.size()))];
    }
    return prefix;
}

Created accept_role(Creation& creation) {
    const std::string name = creation.name_or_generated("RoleName", longest_role_name);
    return {name,
            {{"Arn", iam_arn(creation, "role", name)}, {"RoleId", unique_id(creation, "AROA")}}};
}

Created accept_policy(Creation& creation) {
    const std::string id = creation.generated_name(longest_name);
    return {id, {{"Id", id}}};
}

Created accept_managed_policy(Creation& creation) {
    const std::string name = creation.name_or_generated("ManagedPolicyName", longest_name);
    const std::string arn = iam_arn(creation, "policy", name);
    return {arn, {{"PolicyArn", arn}, {"PolicyId", unique_id(creation, "ANPA")}}};
}

Created accept_instance_profile(Creation& creation) {
    const std::string name = creation.name_or_generated("InstanceProfileName", longest_name);
    return {name, {{"Arn", iam_arn(creation, "instance-profile", name)}}};
}

}  // namespace

std::vector<ResourceType> iam_types() {
    return {
        {.name = "AWS::IAM::Role",
         .required = {"AssumeRolePolicyDocument"},
         .used = {"Path", "RoleName"},
         .accepted = {"AssumeRolePolicyDocument",
                      "Description",
                      "ManagedPolicyArns",
                      "MaxSessionDuration",
                      "PermissionsBoundary",
                      "Policies",
                      "Tags"},
         .unsupported = {},
         .attributes = {"Arn", "RoleId"},
         .create = accept_role},
        {.name = "AWS::IAM::Policy",
         .required = {"PolicyDocument", "PolicyName"},
         .used = {},
         .accepted = {"Groups", "PolicyDocument", "PolicyName", "Roles", "Users"},
         .unsupported = {},
         .attributes = {"Id"},
         .create = accept_policy},
        {.name = "AWS::IAM::ManagedPolicy",
         .required = {"PolicyDocument"},
         .used = {"ManagedPolicyName", "Path"},
         .accepted = {"Description", "Groups", "PolicyDocument", "Roles", "Users"},
         .unsupported = {},
         .attributes = {"PolicyArn", "PolicyId"},
         .create = accept_managed_policy},
        {.name = "AWS::IAM::InstanceProfile",
         .required = {"Roles"},
         .used = {"InstanceProfileName", "Path"},
         .accepted = {"Roles"},
         .unsupported = {},
         .attributes = {"Arn"},
         .create = accept_instance_profile},
    };
}

}  // namespace orrery::cloudformation
