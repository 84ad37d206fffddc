#include "tests/services/iam/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::iam;

TEST_CASE("iam CreateRole: answers id, ARN with path and the document in percent-encoding") {
    Bench bench;
    const Json role = bench.make_role("worker", "/team/blue/");
    CHECK(role["RoleName"] == "worker");
    CHECK(role["Path"] == "/team/blue/");
    CHECK(role["Arn"] == "arn:aws:iam::123456789012:role/team/blue/worker");
    const std::string id = role["RoleId"];
    CHECK(id.size() == 21);
    CHECK(id.starts_with("AROA"));
    CHECK(id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == std::string::npos);
    CHECK(role["CreateDate"] == 1767225600);
    const std::string document = role["AssumeRolePolicyDocument"];
    CHECK(document.starts_with("%7B%22Version%22%3A%222012-10-17%22%2C"));
    CHECK_FALSE(role.contains("Tags"));
}

TEST_CASE("iam CreateRole: names are unique in any case, and checked") {
    Bench bench;
    bench.make_role("worker");
    const auto failure = [&](const std::string& name, const std::string& document = trust) {
        return bench.failure("CreateRole",
                             {{"RoleName", name}, {"AssumeRolePolicyDocument", document}});
    };
    CHECK(failure("worker") ==
          "EntityAlreadyExistsException: Role with name worker already exists.");
    CHECK(failure("WORKER") ==
          "EntityAlreadyExistsException: Role with name WORKER already exists.");
    CHECK(failure("a/b") ==
          "ValidationError: The specified value for roleName is invalid. It must contain only "
          "alphanumeric characters and/or the following: +=,.@_-");
    CHECK(failure(std::string(65, 'a')) ==
          "ValidationError: 1 validation error detected: Value '" + std::string(65, 'a') +
              "' at 'roleName' failed to satisfy constraint: Member must have length less than or "
              "equal to 64");
    CHECK(failure("other", "{") ==
          "MalformedPolicyDocumentException: This policy contains invalid Json");
    CHECK(failure("other", permissions) ==
          "MalformedPolicyDocumentException: Has prohibited field Resource");
    CHECK(bench.failure("CreateRole", {{"RoleName", "x"}}) ==
          "ValidationError: 1 validation error detected: Value null at "
          "'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null");
    const Json path{{"RoleName", "x"}, {"AssumeRolePolicyDocument", trust}, {"Path", "team"}};
    CHECK(bench.failure("CreateRole", path)
              .starts_with("ValidationError: The specified value for "
                           "path is invalid."));
    CHECK(failure("long",
                  R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":")" +
                      std::string(2048, '1') + R"("},"Action":"sts:AssumeRole"}]})") ==
          "LimitExceededException: Cannot exceed quota for ACLSizePerRole: 2048");
}

TEST_CASE("iam GetRole: answers everything that was set") {
    Bench bench;
    const std::string boundary = bench.make_policy("edge");
    bench.call("CreateRole",
               {{"RoleName", "worker"},
                {"AssumeRolePolicyDocument", trust},
                {"Description", "does things"},
                {"MaxSessionDuration", 7200},
                {"PermissionsBoundary", boundary},
                {"Tags", {{{"Key", "b"}, {"Value", "2"}}, {{"Key", "a"}, {"Value", "1"}}}}});
    const Json role = bench.call("GetRole", {{"RoleName", "worker"}})["Role"];
    CHECK(role["Description"] == "does things");
    CHECK(role["MaxSessionDuration"] == 7200);
    CHECK(role["PermissionsBoundary"] ==
          Json{{"PermissionsBoundaryType", "Policy"}, {"PermissionsBoundaryArn", boundary}});
    CHECK(each(role["Tags"], "Key") == "a b ");
    CHECK(role["RoleLastUsed"] == Json::object());
    CHECK(bench.failure("GetRole", {{"RoleName", "nobody"}}) ==
          "NoSuchEntityException: The role with name nobody cannot be found.");
}

TEST_CASE("iam ListRoles: by name, below a path, in pages") {
    Bench bench;
    for (const char* name : {"c", "a", "b"}) {
        bench.make_role(name, "/team/");
    }
    bench.make_role("d");
    const Json first = bench.call("ListRoles", {{"PathPrefix", "/team/"}, {"MaxItems", 2}});
    CHECK(each(first["Roles"], "RoleName") == "a b ");
    CHECK(first["IsTruncated"] == true);
    const Json rest =
        bench.call("ListRoles", {{"PathPrefix", "/team/"}, {"Marker", first["Marker"]}});
    CHECK(each(rest["Roles"], "RoleName") == "c ");
    CHECK(rest["IsTruncated"] == false);
    CHECK_FALSE(rest.contains("Marker"));
    CHECK(each(bench.call("ListRoles")["Roles"], "RoleName") == "a b c d ");
}

TEST_CASE("iam UpdateRole, UpdateRoleDescription, UpdateAssumeRolePolicy: change what they name") {
    Bench bench;
    bench.make_role("worker");
    bench.call("UpdateRole", {{"RoleName", "worker"}, {"MaxSessionDuration", 3601}});
    const Json answer =
        bench.call("UpdateRoleDescription", {{"RoleName", "worker"}, {"Description", "new"}});
    CHECK(answer["Role"]["Description"] == "new");
    CHECK(answer["Role"]["MaxSessionDuration"] == 3601);
    const std::string other =
        R"({"Version":"2008-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}})";
    bench.call("UpdateAssumeRolePolicy", {{"RoleName", "worker"}, {"PolicyDocument", other}});
    const std::string document =
        bench.call("GetRole", {{"RoleName", "worker"}})["Role"]["AssumeRolePolicyDocument"];
    CHECK(document.find("2008-10-17") != std::string::npos);
    CHECK(bench.failure("UpdateAssumeRolePolicy",
                        {{"RoleName", "worker"}, {"PolicyDocument", R"({"Statement":[]})"}}) ==
          "MalformedPolicyDocumentException: This policy contains invalid Json");
}

TEST_CASE("iam DeleteRole: only when nothing hangs on it") {
    Bench bench;
    bench.make_role("worker");
    const Json role{{"RoleName", "worker"}};
    const auto with = [&](Json more) {
        more.update(role);
        return more;
    };
    const std::string policy = bench.make_policy("queues");
    bench.call("AttachRolePolicy", with({{"PolicyArn", policy}}));
    CHECK(bench.failure("DeleteRole", role) ==
          "DeleteConflictException: Cannot delete entity, must detach all policies first.");
    bench.call("DetachRolePolicy", with({{"PolicyArn", policy}}));
    bench.call("PutRolePolicy", with({{"PolicyName", "own"}, {"PolicyDocument", permissions}}));
    CHECK(bench.failure("DeleteRole", role) ==
          "DeleteConflictException: Cannot delete entity, must delete policies first.");
    bench.call("DeleteRolePolicy", with({{"PolicyName", "own"}}));
    bench.call("CreateInstanceProfile", {{"InstanceProfileName", "p"}});
    bench.call("AddRoleToInstanceProfile", with({{"InstanceProfileName", "p"}}));
    CHECK(bench.failure("DeleteRole", role) ==
          "DeleteConflictException: Cannot delete entity, must remove roles from instance profile "
          "first.");
    bench.call("RemoveRoleFromInstanceProfile", with({{"InstanceProfileName", "p"}}));
    bench.call("DeleteRole", role);
    CHECK(bench.failure("DeleteRole", role) ==
          "NoSuchEntityException: The role with name worker cannot be found.");
}

TEST_CASE("iam PutRolePermissionsBoundary, DeleteRolePermissionsBoundary: set and take it") {
    Bench bench;
    bench.make_role("worker");
    const Json role{{"RoleName", "worker"}};
    bench.call("PutRolePermissionsBoundary",
               {{"RoleName", "worker"},
                {"PermissionsBoundary", "arn:aws:iam::aws:policy/AmazonSQSFullAccess"}});
    CHECK(bench.call("GetRole", role)["Role"].contains("PermissionsBoundary"));
    bench.call("DeleteRolePermissionsBoundary", role);
    CHECK_FALSE(bench.call("GetRole", role)["Role"].contains("PermissionsBoundary"));
    CHECK(bench.failure("DeleteRolePermissionsBoundary", role)
              .starts_with("NoSuchEntityException: "));
}

TEST_CASE("iam CreateServiceLinkedRole: only AWS may change what it makes") {
    Bench bench;
    const Json role =
        bench.call("CreateServiceLinkedRole", {{"AWSServiceName", "rds.amazonaws.com"}})["Role"];
    CHECK(role["RoleName"] == "AWSServiceRoleForRDS");
    CHECK(role["Arn"] ==
          "arn:aws:iam::123456789012:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS");
    CHECK(bench.failure("DeleteRole", {{"RoleName", "AWSServiceRoleForRDS"}}) ==
          "UnmodifiableEntityException: Cannot perform the operation on the protected role "
          "'AWSServiceRoleForRDS' - this role is only modifiable by AWS");
    CHECK(bench.failure("CreateServiceLinkedRole", {{"AWSServiceName", "rds.amazonaws.com"}}) ==
          "InvalidInputException: Service role name AWSServiceRoleForRDS has been taken in this "
          "account, please try a different suffix.");
    CHECK(bench.failure("CreateServiceLinkedRole", {{"AWSServiceName", "tea.amazonaws.com"}})
              .starts_with("InvalidInputException: "));
}

TEST_CASE("iam DeleteServiceLinkedRole: GetServiceLinkedRoleDeletionStatus says that it is done") {
    Bench bench;
    bench.call("CreateServiceLinkedRole", {{"AWSServiceName", "ecs.amazonaws.com"}});
    const Json task = bench.call("DeleteServiceLinkedRole", {{"RoleName", "AWSServiceRoleForECS"}});
    CHECK(bench.call("GetServiceLinkedRoleDeletionStatus", task)["Status"] == "SUCCEEDED");
    CHECK(bench.call("ListRoles")["Roles"].empty());
    CHECK(bench.failure("GetServiceLinkedRoleDeletionStatus", {{"DeletionTaskId", "task/x"}})
              .starts_with("NoSuchEntityException: "));
}
