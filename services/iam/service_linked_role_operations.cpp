// Roles that belong to a service of AWS.

#include "services/aws/error.h"
#include "services/iam/request.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::iam {

namespace {

constexpr std::string_view ending = ".amazonaws.com";

struct ServiceRole {
    std::string_view service;  // without the ending
    std::string_view name;     // after "AWSServiceRoleFor"
};

/// Which names services give their roles [docs: "Using service-linked roles" of each service].
constexpr ServiceRole service_roles[] = {
    {"autoscaling", "AutoScaling"},
    {"batch", "Batch"},
    {"dynamodb.application-autoscaling", "ApplicationAutoScaling_DynamoDBTable"},
    {"ecs", "ECS"},
    {"ecs.application-autoscaling", "ApplicationAutoScaling_ECSService"},
    {"eks", "AmazonEKS"},
    {"elasticache", "ElastiCache"},
    {"elasticbeanstalk", "ElasticBeanstalk"},
    {"elasticloadbalancing", "ElasticLoadBalancing"},
    {"kafka", "Kafka"},
    {"kinesis.application-autoscaling", "ApplicationAutoScaling_KinesisStream"},
    {"lambda.application-autoscaling", "ApplicationAutoScaling_LambdaConcurrency"},
    {"logger.cloudfront", "CloudFrontLogger"},
    {"ops.apigateway", "APIGateway"},
    {"opensearchservice", "AmazonOpenSearchService"},
    {"organizations", "Organizations"},
    {"rds", "RDS"},
    {"rds.application-autoscaling", "ApplicationAutoScaling_RDSCluster"},
    {"replication.dynamodb", "DynamoDBReplication"},
    {"replicator.lambda", "LambdaReplicator"},
    {"spot", "EC2Spot"},
    {"ssm", "AmazonSSM"},
};

std::string role_name(const std::string& service) {
    const std::string_view start = std::string_view(service).substr(
        0, service.size() - std::min(ending.size(), service.size()));
    const auto* found =
        std::find_if(std::begin(service_roles), std::end(service_roles), [&](const auto& each) {
            return service.ends_with(ending) && each.service == start;
        });
    if (found == std::end(service_roles)) {
        invalid_input("Orrery does not know what the service-linked role of " + service +
                      " is called.");
    }
    return "AWSServiceRoleFor" + std::string(found->name);
}

std::string trust_of(const std::string& service) {
    return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":")" +
           service + R"("},"Action":"sts:AssumeRole"}]})";
}

Json create_service_linked_role(Request& request) {
    const std::string service = request.name("AWSServiceName");
    const auto suffix = request.optional_name("CustomSuffix");
    Role role;
    role.description = request.parameters.optional_string("Description");
    request.parameters.finish();
    role.name = role_name(service) + (suffix ? "_" + *suffix : "");
    if (has_name(request.entities.roles, role.name)) {
        invalid_input("Service role name " + role.name +
                      " has been taken in this account, please try a different suffix.");
    }
    role.path = "/aws-service-role/" + service + "/";
    role.arn = request.arn("role", role.path, role.name);
    role.id = request.new_id("AROA");
    role.created = request.now;
    role.trust = trust_of(service);
    role.service_linked = true;
    Json answer{{"Role", role_json(role)}};
    request.entities.roles.emplace(role.name, std::move(role));
    return answer;
}

/// Done at once: no service here uses its role.
Json delete_service_linked_role(Request& request) {
    const Role& role = request.role();
    request.parameters.finish();
    if (!role.service_linked) {
        invalid_input("The role " + role.name + " is not a service-linked role.");
    }
    const std::string task = "task" + role.path + role.name + "/" + request.random.uuid();
    request.entities.deletions.insert(task);
    request.entities.roles.erase(request.entities.roles.find(role.name));
    return {{"DeletionTaskId", task}};
}

Json get_service_linked_role_deletion_status(Request& request) {
    const std::string task = request.parameters.string("DeletionTaskId");
    request.parameters.finish();
    if (request.entities.deletions.count(task) == 0) {
        no_such_entity("The deletion task " + task + " cannot be found.");
    }
    return {{"Status", "SUCCEEDED"}};
}

}  // namespace

void add_service_linked_role_operations(aws::ApiService& api, IamService& service) {
    const Rows rows(api, service);
    rows.add("CreateServiceLinkedRole", create_service_linked_role);
    rows.add("DeleteServiceLinkedRole", delete_service_linked_role);
    rows.add("GetServiceLinkedRoleDeletionStatus", get_service_linked_role_deletion_status);
}

}  // namespace orrery::iam
