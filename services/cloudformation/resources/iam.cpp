// AWS::IAM::*. [docs: aws-resource-iam-group, aws-resource-iam-instanceprofile,
// aws-resource-iam-managedpolicy, aws-resource-iam-policy, aws-resource-iam-role,
// aws-resource-iam-user]
#include "services/aws/error.h"
#include "services/cloudformation/resource_type.h"

#include <nlohmann/json.hpp>

namespace orrery::cloudformation {

namespace {

constexpr std::size_t longest_role_name = 64;
constexpr std::size_t longest_user_name = 64;
constexpr std::size_t longest_iam_name = 128;

/// What is there already and may stay as it is; null if there is none.
Json kept(const Creation& creation, const char* operation, const Json& parameters) {
    if (creation.existing != Existing::kept) {
        return nullptr;
    }
    try {
        return creation.api.call_now("iam", operation, parameters);
    } catch (const aws::ApiError&) {
        return nullptr;
    }
}

void call(const Creation& creation, const std::string& operation, const Json& parameters) {
    creation.api.call_now("iam", operation, parameters);
}

/// IAM takes documents as text.
std::string document_text(const Properties& properties, const char* name, const Json& document) {
    if (!document.is_object() && !document.is_string()) {
        properties.fail(name, "must be an object");
    }
    return document.is_string() ? document.get<std::string>() : document.dump();
}

std::string document_property(const Properties& properties, const char* name) {
    return document_text(properties, name, *properties.find(name));
}

void add_texts(Json& parameters,
               const Properties& properties,
               const std::vector<const char*>& names) {
    for (const char* name : names) {
        if (const auto text = properties.text(name)) {
            parameters[name] = *text;
        }
    }
}

void add_tags(Json& parameters, const Properties& properties) {
    for (const auto& [key, value] : properties.tags()) {
        parameters["Tags"].push_back({{"Key", key}, {"Value", value}});
    }
}

/// Adds the inline and managed policies of a role, user or group (`kind`).
void give_policies(const Creation& creation, const std::string& kind, const std::string& name) {
    const Properties& properties = creation.properties;
    const Json* policies = properties.find("Policies");
    if (policies != nullptr && !policies->is_array()) {
        properties.fail("Policies", "must be a list");
    }
    for (const Json& policy : policies == nullptr ? Json::array() : *policies) {
        const bool complete = policy.is_object() && policy.contains("PolicyName") &&
                              policy.contains("PolicyDocument") && policy.size() == 2;
        if (!complete) {
            properties.fail("Policies", "must have PolicyName and PolicyDocument in each item");
        }
        call(creation,
             "Put" + kind + "Policy",
             {{kind + "Name", name},
              {"PolicyName", policy.at("PolicyName")},
              {"PolicyDocument",
               document_text(properties, "Policies", policy.at("PolicyDocument"))}});
    }
    for (const std::string& arn : properties.texts("ManagedPolicyArns")) {
        call(creation, "Attach" + kind + "Policy", {{kind + "Name", name}, {"PolicyArn", arn}});
    }
}

/// Calls `visit` with kind and name of each role, user and group that a policy is for.
template <typename Visit>
void each_principal(const Properties& properties, Visit visit) {
    for (const std::string kind : {"Group", "Role", "User"}) {
        for (const std::string& name : properties.texts(kind + "s")) {
            visit(kind, name);
        }
    }
}

Created create_role(Creation& creation) {
    const std::string name = creation.name_or_generated("RoleName", longest_role_name);
    Json answer = kept(creation, "GetRole", {{"RoleName", name}});
    if (answer.is_null()) {
        const Properties& properties = creation.properties;
        Json parameters{{"RoleName", name},
                        {"AssumeRolePolicyDocument",
                         document_property(properties, "AssumeRolePolicyDocument")}};
        add_texts(parameters, properties, {"Description", "Path", "PermissionsBoundary"});
        if (const auto seconds = properties.integer("MaxSessionDuration")) {
            parameters["MaxSessionDuration"] = *seconds;
        }
        add_tags(parameters, properties);
        answer = creation.api.call_now("iam", "CreateRole", parameters);
        give_policies(creation, "Role", name);
    }
    const Json& role = answer.at("Role");
    return {name, {{"Arn", role.at("Arn")}, {"RoleId", role.at("RoleId")}}};
}

Created create_user(Creation& creation) {
    const std::string name = creation.name_or_generated("UserName", longest_user_name);
    Json answer = kept(creation, "GetUser", {{"UserName", name}});
    if (answer.is_null()) {
        Json parameters{{"UserName", name}};
        add_texts(parameters, creation.properties, {"Path", "PermissionsBoundary"});
        add_tags(parameters, creation.properties);
        answer = creation.api.call_now("iam", "CreateUser", parameters);
        give_policies(creation, "User", name);
        for (const std::string& group : creation.properties.texts("Groups")) {
            call(creation, "AddUserToGroup", {{"GroupName", group}, {"UserName", name}});
        }
    }
    return {name, {{"Arn", answer.at("User").at("Arn")}}};
}

Created create_group(Creation& creation) {
    const std::string name = creation.name_or_generated("GroupName", longest_iam_name);
    Json answer = kept(creation, "GetGroup", {{"GroupName", name}});
    if (answer.is_null()) {
        Json parameters{{"GroupName", name}};
        add_texts(parameters, creation.properties, {"Path"});
        answer = creation.api.call_now("iam", "CreateGroup", parameters);
        give_policies(creation, "Group", name);
    }
    return {name, {{"Arn", answer.at("Group").at("Arn")}}};
}

/// An inline policy, the same for all that it names; it replaces one of that name.
Created create_policy(Creation& creation) {
    const std::string id = creation.generated_name(longest_iam_name);
    const std::string document = document_property(creation.properties, "PolicyDocument");
    const std::string name = creation.properties.text("PolicyName").value_or("");
    bool given = false;
    each_principal(creation.properties, [&](const std::string& kind, const std::string& principal) {
        given = true;
        call(creation,
             "Put" + kind + "Policy",
             {{kind + "Name", principal}, {"PolicyName", name}, {"PolicyDocument", document}});
    });
    if (!given) {
        creation.properties.fail("Roles", "must have a value, or else Groups or Users");
    }
    return {id, {{"Id", id}}};
}

Created create_managed_policy(Creation& creation) {
    const Properties& properties = creation.properties;
    const std::string name = creation.name_or_generated("ManagedPolicyName", longest_iam_name);
    const std::string expected = "arn:aws:iam::" + creation.identity.account + ":policy" +
                                 properties.text("Path").value_or("/") + name;
    Json answer = kept(creation, "GetPolicy", {{"PolicyArn", expected}});
    if (answer.is_null()) {
        Json parameters{{"PolicyName", name},
                        {"PolicyDocument", document_property(properties, "PolicyDocument")}};
        add_texts(parameters, properties, {"Description", "Path"});
        answer = creation.api.call_now("iam", "CreatePolicy", parameters);
        const Json& arn = answer.at("Policy").at("Arn");
        each_principal(properties, [&](const std::string& kind, const std::string& principal) {
            call(creation,
                 "Attach" + kind + "Policy",
                 {{kind + "Name", principal}, {"PolicyArn", arn}});
        });
    }
    const std::string arn = answer.at("Policy").at("Arn");
    return {arn, {{"PolicyArn", arn}, {"PolicyId", answer.at("Policy").at("PolicyId")}}};
}

Created create_instance_profile(Creation& creation) {
    const std::string name = creation.name_or_generated("InstanceProfileName", longest_iam_name);
    const Json by_name{{"InstanceProfileName", name}};
    Json answer = kept(creation, "GetInstanceProfile", by_name);
    if (answer.is_null()) {
        Json parameters = by_name;
        add_texts(parameters, creation.properties, {"Path"});
        answer = creation.api.call_now("iam", "CreateInstanceProfile", parameters);
        for (const std::string& role : creation.properties.texts("Roles")) {
            call(creation,
                 "AddRoleToInstanceProfile",
                 {{"InstanceProfileName", name}, {"RoleName", role}});
        }
    }
    return {name, {{"Arn", answer.at("InstanceProfile").at("Arn")}}};
}

}  // namespace

std::vector<ResourceType> iam_types() {
    return {
        {.name = "AWS::IAM::Group",
         .required = {},
         .used = {"GroupName", "ManagedPolicyArns", "Path", "Policies"},
         .accepted = {},
         .unsupported = {},
         .attributes = {"Arn"},
         .create = create_group},
        {.name = "AWS::IAM::InstanceProfile",
         .required = {"Roles"},
         .used = {"InstanceProfileName", "Path", "Roles"},
         .accepted = {},
         .unsupported = {},
         .attributes = {"Arn"},
         .create = create_instance_profile},
        {.name = "AWS::IAM::ManagedPolicy",
         .required = {"PolicyDocument"},
         .used = {"Description",
                  "Groups",
                  "ManagedPolicyName",
                  "Path",
                  "PolicyDocument",
                  "Roles",
                  "Users"},
         .accepted = {},
         .unsupported = {},
         .attributes = {"PolicyArn", "PolicyId"},
         .create = create_managed_policy},
        {.name = "AWS::IAM::Policy",
         .required = {"PolicyDocument", "PolicyName"},
         .used = {"Groups", "PolicyDocument", "PolicyName", "Roles", "Users"},
         .accepted = {},
         .unsupported = {},
         .attributes = {"Id"},
         .create = create_policy},
        {.name = "AWS::IAM::Role",
         .required = {"AssumeRolePolicyDocument"},
         .used = {"AssumeRolePolicyDocument",
                  "Description",
                  "ManagedPolicyArns",
                  "MaxSessionDuration",
                  "Path",
                  "PermissionsBoundary",
                  "Policies",
                  "RoleName",
                  "Tags"},
         .accepted = {},
         .unsupported = {},
         .attributes = {"Arn", "RoleId"},
         .create = create_role},
        {.name = "AWS::IAM::User",
         .required = {},
         .used = {"Groups",
                  "ManagedPolicyArns",
                  "Path",
                  "PermissionsBoundary",
                  "Policies",
                  "Tags",
                  "UserName"},
         .accepted = {"LoginProfile"},
         .unsupported = {},
         .attributes = {"Arn"},
         .create = create_user},
    };
}

}  // namespace orrery::cloudformation
