// Log groups: creating, changing and deleting one.
#include "services/aws/error.h"
#include "services/logs/limits.h"
#include "services/logs/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::logs {

namespace {

Json create_log_group(Request& request) {
    aws::Parameters& parameters = request.parameters;
    const std::string name = parameters.string("logGroupName");
    const auto kms_key = parameters.optional_string("kmsKeyId");
    const std::string log_class = parameters.optional_string("logGroupClass").value_or("STANDARD");
    const bool is_protected =
        parameters.optional_boolean("deletionProtectionEnabled").value_or(false);
    std::map<std::string, std::string> tags;
    if (const Json* given = parameters.optional("tags")) {
        tags = given->get<std::map<std::string, std::string>>();
    }
    parameters.finish();
    if (request.groups.find(name) != nullptr) {
        throw aws::ApiError("ResourceAlreadyExistsException",
                            "The specified log group already exists");
    }
    LogGroup& group = request.groups.add(name);
    group.kms_key = kms_key;
    group.log_class = log_class;
    group.deletion_protection = is_protected;
    group.tags = std::move(tags);
    if (log_class == "DELIVERY") {
        group.retention_days = 1;  // [API reference: CreateLogGroup, logGroupClass]
    }
    return Json::object();
}

Json delete_log_group(Request& request) {
    LogGroup& group = request.group();
    request.parameters.finish();
    if (group.deletion_protection) {
        throw aws::ApiError("ValidationException",
                            "The log group " + group.name() +
                                " cannot be deleted: its deletion protection is enabled.");
    }
    request.groups.remove(group);
    return Json::object();
}

Json put_log_group_deletion_protection(Request& request) {
    LogGroup& group = request.group_of(request.parameters.string("logGroupIdentifier"));
    group.deletion_protection =
        request.parameters.optional_boolean("deletionProtectionEnabled").value_or(false);
    request.parameters.finish();
    request.groups.changed(group);
    return Json::object();
}

Json put_retention_policy(Request& request) {
    LogGroup& group = request.group();
    const std::int64_t days = request.parameters.optional_integer("retentionInDays").value_or(0);
    request.parameters.finish();
    const auto& allowed = limits::retention_days;
    if (std::find(allowed.begin(), allowed.end(), days) == allowed.end()) {
        invalid("1 validation error detected: Value '" + std::to_string(days) +
                "' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum "
                "value set of retention periods");
    }
    if (group.log_class == "DELIVERY") {
        invalid("The retention of a log group of the Delivery class cannot be changed.");
    }
    request.groups.set_retention(group, days);
    return Json::object();
}

Json delete_retention_policy(Request& request) {
    LogGroup& group = request.group();
    request.parameters.finish();
    request.groups.set_retention(group, std::nullopt);
    return Json::object();
}

/// The group of logGroupName or resourceIdentifier.
LogGroup& encrypted_group(Request& request) {
    const auto name = request.parameters.optional_string("logGroupName");
    const auto identifier = request.parameters.optional_string("resourceIdentifier");
    if (name.has_value() == identifier.has_value()) {
        invalid("Either logGroupName or resourceIdentifier must be given, and not both.");
    }
    if (identifier && identifier->find(":query-result:") != std::string::npos) {
        invalid("resourceIdentifier: encrypted query results are not supported by Orrery");
    }
    return request.group_of(name ? *name : *identifier);
}

Json associate_kms_key(Request& request) {
    LogGroup& group = encrypted_group(request);
    group.kms_key = request.parameters.string("kmsKeyId");
    request.parameters.finish();
    request.groups.changed(group);
    return Json::object();
}

Json disassociate_kms_key(Request& request) {
    LogGroup& group = encrypted_group(request);
    request.parameters.finish();
    group.kms_key.reset();
    request.groups.changed(group);
    return Json::object();
}

}  // namespace

void add_group_operations(aws::ApiService& api, LogsService& service) {
    const Rows rows(api, service);
    rows.add("AssociateKmsKey", associate_kms_key);
    rows.add("CreateLogGroup", create_log_group);
    rows.add("DeleteLogGroup", delete_log_group);
    rows.add("DeleteRetentionPolicy", delete_retention_policy);
    rows.add("DisassociateKmsKey", disassociate_kms_key);
    rows.add("PutLogGroupDeletionProtection", put_log_group_deletion_protection);
    rows.add("PutRetentionPolicy", put_retention_policy);
}

}  // namespace orrery::logs
