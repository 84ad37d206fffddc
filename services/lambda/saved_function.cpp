#include "services/lambda/saved_function.h"

#include "services/lambda/control_plane.h"
#include "services/lambda/saved_version.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace orrery::lambda {

namespace {

Json record_of(const Alias& alias) {
    return {alias.name,
            alias.version,
            alias.additional_version,
            alias.additional_weight,
            alias.description,
            alias.revision_id};
}

Alias alias_in(const Json& record) {
    return {record.at(0), record.at(1), record.at(2), record.at(3), record.at(4), record.at(5)};
}

template <typename Number>
Json or_null(const std::optional<Number>& value) {
    return value ? Json(*value) : Json();
}

std::optional<std::int64_t> number_or_none(const Json& record) {
    return record.is_null() ? std::nullopt : std::optional(record.get<std::int64_t>());
}

Json record_of(const EventInvokeConfig& config) {
    return {{"attempts", or_null(config.maximum_retry_attempts)},
            {"age", config.maximum_event_age ? Json(config.maximum_event_age->count()) : Json()},
            {"on_success", config.on_success},
            {"on_failure", config.on_failure},
            {"modified", instant_record(config.last_modified)}};
}

EventInvokeConfig event_invoke_in(const Json& record) {
    EventInvokeConfig config;
    config.maximum_retry_attempts = number_or_none(record.at("attempts"));
    if (const auto age = number_or_none(record.at("age"))) {
        config.maximum_event_age = Duration(*age);
    }
    config.on_success = record.at("on_success");
    config.on_failure = record.at("on_failure");
    config.last_modified = instant_in(record.at("modified"));
    return config;
}

Json record_of(const FunctionUrl& url) {
    Json record{{"id", url.id},
                {"qualifier", url.qualifier},
                {"iam", url.auth_type == FunctionUrl::AuthType::iam},
                {"stream", url.invoke_mode == FunctionUrl::InvokeMode::response_stream},
                {"created", instant_record(url.created)},
                {"modified", instant_record(url.last_modified)}};
    if (url.cors) {
        record["cors"] = {{"credentials", url.cors->allow_credentials},
                          {"headers", url.cors->allow_headers},
                          {"methods", url.cors->allow_methods},
                          {"origins", url.cors->allow_origins},
                          {"exposed", url.cors->expose_headers},
                          {"age", or_null(url.cors->max_age_seconds)}};
    }
    return record;
}

FunctionUrl url_in(const Json& record) {
    using Texts = std::vector<std::string>;
    FunctionUrl url;
    url.id = record.at("id");
    url.qualifier = record.at("qualifier");
    url.auth_type =
        record.at("iam").get<bool>() ? FunctionUrl::AuthType::iam : FunctionUrl::AuthType::none;
    url.invoke_mode = record.at("stream").get<bool>() ? FunctionUrl::InvokeMode::response_stream
                                                      : FunctionUrl::InvokeMode::buffered;
    url.created = instant_in(record.at("created"));
    url.last_modified = instant_in(record.at("modified"));
    if (record.contains("cors")) {
        const Json& cors = record.at("cors");
        url.cors = FunctionUrl::Cors{cors.at("credentials"),
                                     cors.at("headers").get<Texts>(),
                                     cors.at("methods").get<Texts>(),
                                     cors.at("origins").get<Texts>(),
                                     cors.at("exposed").get<Texts>(),
                                     number_or_none(cors.at("age"))};
    }
    return url;
}

Json record_of(const ProvisionedConcurrency& provisioned) {
    return {provisioned.requested, provisioned.version, instant_record(provisioned.last_modified)};
}

ProvisionedConcurrency provisioned_in(const Json& record) {
    return {record.at(0), record.at(1), instant_in(record.at(2))};
}

Json record_of(const RuntimeManagement& management) {
    return {management.update_on, management.version_arn};
}

RuntimeManagement management_in(const Json& record) {
    return {record.at(0), record.at(1)};
}

template <typename Map>
Json records_of(const Map& values) {
    Json records = Json::object();
    for (const auto& [key, value] : values) {
        records[key] = record_of(value);
    }
    return records;
}

template <typename Map, typename Read>
void read_all(const Json& records, Map& values, const Read& read) {
    for (const auto& [key, record] : records.items()) {
        values[key] = read(record);
    }
}

void restore_versions(const Json& record, ControlPlane& control, Function& function) {
    for (const Json& published : record.at("published")) {
        FunctionSettings settings = version_in(published.at(1), control.code);
        settings.configuration.identity = control.identity();
        settings.configuration.name = function.name();
        function.restore_version(
            published.at(0), std::move(settings.configuration), std::move(settings.description));
    }
    function.restore_last_published(record.at("last_published"));
}

}  // namespace

Json instant_record(Instant instant) {
    return instant.time_since_epoch().count();
}

Instant instant_in(const Json& record) {
    return Instant(Duration(record.get<std::int64_t>()));
}

Json policy_record(const ResourcePolicy& policy) {
    Json statements = Json::array();
    for (const auto& statement : policy.statements()) {
        statements.push_back({statement.id, statement.text});
    }
    return {{"statements", std::move(statements)}, {"revision", policy.revision_id()}};
}

void restore_policy(const Json& record, ResourcePolicy& policy) {
    std::vector<ResourcePolicy::Statement> statements;
    for (const Json& statement : record.at("statements")) {
        statements.push_back({statement.at(0), statement.at(1)});
    }
    policy.restore(std::move(statements), record.at("revision"));
}

Json function_record(const Function& function) {
    Json record{{"name", function.name()},
                {"latest", version_record(function.latest())},
                {"published", Json::array()},
                {"last_published", function.last_published()},
                {"aliases", records_of(function.aliases)},
                {"tags", function.tags},
                {"event_invoke", records_of(function.event_invoke_configs)},
                {"urls", records_of(function.urls)},
                {"provisioned", records_of(function.provisioned)},
                {"runtimes", records_of(function.runtime_management)},
                {"recursive", function.recursive_loop == RecursiveLoop::allow},
                {"reserved", or_null(function.reserved_concurrency)},
                {"policies", Json::object()}};
    for (const auto& [number, version] : function.published()) {
        record["published"].push_back({number, version_record(*version)});
    }
    for (const auto& [qualifier, policy] : function.policies) {
        record["policies"][qualifier] = policy_record(policy);
    }
    return record;
}

void restore_function(const Json& record, ControlPlane& control) {
    FunctionSettings settings = version_in(record.at("latest"), control.code);
    settings.configuration.identity = control.identity();
    settings.configuration.name = record.at("name");
    Function& function = control.functions.add(std::move(settings.configuration));
    function.latest().description = std::move(settings.description);
    restore_versions(record, control, function);
    read_all(record.at("aliases"), function.aliases, alias_in);
    read_all(record.at("event_invoke"), function.event_invoke_configs, event_invoke_in);
    read_all(record.at("urls"), function.urls, url_in);
    read_all(record.at("provisioned"), function.provisioned, provisioned_in);
    read_all(record.at("runtimes"), function.runtime_management, management_in);
    function.tags = record.at("tags").get<std::map<std::string, std::string>>();
    function.recursive_loop =
        record.at("recursive").get<bool>() ? RecursiveLoop::allow : RecursiveLoop::terminate;
    for (const auto& [qualifier, policy] : record.at("policies").items()) {
        restore_policy(policy, function.policies[qualifier]);
    }
    control.functions.reserve(function, number_or_none(record.at("reserved")));
}

}  // namespace orrery::lambda
