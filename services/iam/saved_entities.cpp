#include "services/iam/saved_entities.h"

#include "engine/error.h"

#include <nlohmann/json.hpp>

namespace orrery::iam {

namespace {

using Json = nlohmann::json;

Json instant(Instant value) {
    return value.time_since_epoch().count();
}

Instant instant_in(const Json& record) {
    return Instant(Duration(record.get<std::int64_t>()));
}

template <typename Value>
Json or_null(const std::optional<Value>& value) {
    return value ? Json(*value) : Json();
}

std::optional<std::string> text_or_none(const Json& record) {
    return record.is_null() ? std::nullopt : std::optional(record.get<std::string>());
}

Json entity_record(const Entity& entity) {
    return {{"name", entity.name},
            {"path", entity.path},
            {"id", entity.id},
            {"arn", entity.arn},
            {"created", instant(entity.created)},
            {"tags", entity.tags}};
}

void read_entity(const Json& record, Entity& entity) {
    entity.name = record.at("name");
    entity.path = record.at("path");
    entity.id = record.at("id");
    entity.arn = record.at("arn");
    entity.created = instant_in(record.at("created"));
    entity.tags = record.at("tags").get<Tags>();
}

Json principal_record(const Principal& principal) {
    Json record = entity_record(principal);
    record["inline"] = principal.inline_policies;
    record["attached"] = principal.attached;
    record["boundary"] = or_null(principal.boundary);
    return record;
}

void read_principal(const Json& record, Principal& principal) {
    read_entity(record, principal);
    principal.inline_policies = record.at("inline").get<std::map<std::string, std::string>>();
    principal.attached = record.at("attached").get<std::set<std::string>>();
    principal.boundary = text_or_none(record.at("boundary"));
}

Json record_of(const Role& role) {
    Json record = principal_record(role);
    record["trust"] = role.trust;
    record["description"] = or_null(role.description);
    record["most_session_seconds"] = role.most_session_seconds;
    record["service_linked"] = role.service_linked;
    return record;
}

void read(const Json& record, Role& role) {
    read_principal(record, role);
    role.trust = record.at("trust");
    role.description = text_or_none(record.at("description"));
    role.most_session_seconds = record.at("most_session_seconds");
    role.service_linked = record.at("service_linked");
}

Json record_of(const User& user) {
    Json record = principal_record(user);
    record["keys"] = Json::array();
    for (const AccessKey& key : user.access_keys) {
        record["keys"].push_back({{"id", key.id},
                                  {"secret", key.secret},
                                  {"active", key.active},
                                  {"created", instant(key.created)}});
    }
    if (user.login) {
        record["login"] = {{"created", instant(user.login->created)},
                           {"reset", user.login->reset_required}};
    }
    return record;
}

void read(const Json& record, User& user) {
    read_principal(record, user);
    for (const Json& key : record.at("keys")) {
        user.access_keys.push_back(
            {key.at("id"), key.at("secret"), key.at("active"), instant_in(key.at("created"))});
    }
    if (record.contains("login")) {
        const Json& login = record.at("login");
        user.login = LoginProfile{instant_in(login.at("created")), login.at("reset")};
    }
}

Json record_of(const Group& group) {
    Json record = principal_record(group);
    record["members"] = group.members;
    return record;
}

void read(const Json& record, Group& group) {
    read_principal(record, group);
    group.members = record.at("members").get<std::set<std::string>>();
}

Json record_of(const Policy& policy) {
    Json record = entity_record(policy);
    record["description"] = or_null(policy.description);
    record["default"] = policy.default_version;
    record["newest"] = policy.newest_version;
    record["updated"] = instant(policy.updated);
    record["versions"] = Json::array();
    for (const auto& [number, version] : policy.versions) {
        record["versions"].push_back({number, version.document, instant(version.created)});
    }
    return record;
}

void read(const Json& record, Policy& policy) {
    read_entity(record, policy);
    policy.description = text_or_none(record.at("description"));
    policy.default_version = record.at("default");
    policy.newest_version = record.at("newest");
    policy.updated = instant_in(record.at("updated"));
    for (const Json& version : record.at("versions")) {
        policy.versions[version.at(0)] = {version.at(1), instant_in(version.at(2))};
    }
}

Json record_of(const InstanceProfile& profile) {
    Json record = entity_record(profile);
    record["role"] = or_null(profile.role);
    return record;
}

void read(const Json& record, InstanceProfile& profile) {
    read_entity(record, profile);
    profile.role = text_or_none(record.at("role"));
}

template <typename Map>
Json records_of(const Map& entities) {
    Json records = Json::array();
    for (const auto& [key, entity] : entities) {
        records.push_back({key, record_of(entity)});
    }
    return records;
}

template <typename Map>
void read_all(const Json& records, Map& entities) {
    for (const Json& record : records) {
        read(record.at(1), entities[record.at(0).get<std::string>()]);
    }
}

}  // namespace

std::string entities_record(const Entities& entities) {
    return Json{{"roles", records_of(entities.roles)},
                {"users", records_of(entities.users)},
                {"groups", records_of(entities.groups)},
                {"policies", records_of(entities.policies)},
                {"instance_profiles", records_of(entities.instance_profiles)},
                {"alias", or_null(entities.alias)},
                {"deletions", entities.deletions}}
        .dump();
}

Entities read_entities(std::string_view record) {
    try {
        const Json saved = Json::parse(record);
        Entities entities;
        read_all(saved.at("roles"), entities.roles);
        read_all(saved.at("users"), entities.users);
        read_all(saved.at("groups"), entities.groups);
        read_all(saved.at("policies"), entities.policies);
        read_all(saved.at("instance_profiles"), entities.instance_profiles);
        entities.alias = text_or_none(saved.at("alias"));
        entities.deletions = saved.at("deletions").get<std::set<std::string>>();
        return entities;
    } catch (const Json::exception& error) {
        throw UsageError(std::string("the state of IAM cannot be read: ") + error.what());
    }
}

}  // namespace orrery::iam
