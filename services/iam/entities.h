/// What an account has in IAM: roles, users, groups, policies, instance profiles. Plain data.
#pragma once

#include "engine/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace orrery::iam {

using Tags = std::map<std::string, std::string>;

struct Entity {
    std::string name;
    std::string path = "/";
    std::string id;  // "AROA..."
    std::string arn;
    Instant created;
    Tags tags;
};

/// What policies can be given to.
struct Principal : Entity {
    std::map<std::string, std::string> inline_policies;  // documents by name
    std::set<std::string> attached;                      // ARNs of managed policies
    std::optional<std::string> boundary;                 // ARN of a managed policy
};

struct Role : Principal {
    std::string trust;  // the document that says who may assume it
    std::optional<std::string> description;
    std::int64_t most_session_seconds = 3600;
    bool service_linked = false;
};

struct AccessKey {
    std::string id;
    std::string secret;
    bool active = true;
    Instant created;
};

struct LoginProfile {
    Instant created;
    bool reset_required = false;
};

struct User : Principal {
    std::vector<AccessKey> access_keys;
    std::optional<LoginProfile> login;
};

struct Group : Principal {
    std::set<std::string> members;  // names of users
};

struct PolicyVersion {
    std::string document;
    Instant created;
};

struct Policy : Entity {
    std::optional<std::string> description;
    std::map<std::int64_t, PolicyVersion> versions;  // by the number in "v1"
    std::int64_t default_version = 1;
    std::int64_t newest_version = 1;  // numbers are not used again
    Instant updated;
};

struct InstanceProfile : Entity {
    std::optional<std::string> role;
};

struct Entities {
    std::map<std::string, Role, std::less<>> roles;  // all by name, but policies
    std::map<std::string, User, std::less<>> users;
    std::map<std::string, Group, std::less<>> groups;
    std::map<std::string, Policy, std::less<>> policies;  // by ARN
    std::map<std::string, InstanceProfile, std::less<>> instance_profiles;
    std::optional<std::string> alias;  // of the account
    std::set<std::string> deletions;   // tasks that deleted service-linked roles
};

}  // namespace orrery::iam
