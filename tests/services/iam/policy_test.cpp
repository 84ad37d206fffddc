#include "services/iam/managed_policies.h"
#include "tests/services/iam/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::iam;

namespace {
const std::string basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

std::string statement(const std::string& members) {
    return R"({"Version":"2012-10-17","Statement":[{)" + members + "}]}";
}
}  // namespace

TEST_CASE("iam CreatePolicy: has a first version and a name of its own") {
    Bench bench;
    const Json policy = bench.call("CreatePolicy",
                                   {{"PolicyName", "queues"},
                                    {"Path", "/team/"},
                                    {"PolicyDocument", permissions},
                                    {"Description", "all of SQS"},
                                    {"Tags", {{{"Key", "k"}, {"Value", "v"}}}}})["Policy"];
    CHECK(policy["Arn"] == "arn:aws:iam::123456789012:policy/team/queues");
    CHECK(policy["PolicyId"].get<std::string>().starts_with("ANPA"));
    CHECK(policy["DefaultVersionId"] == "v1");
    CHECK(policy["AttachmentCount"] == 0);
    CHECK(policy["IsAttachable"] == true);
    CHECK(each(policy["Tags"], "Key") == "k ");
    const Json found = bench.call("GetPolicy", {{"PolicyArn", policy["Arn"]}})["Policy"];
    CHECK(found["Description"] == "all of SQS");
    CHECK(bench.failure("CreatePolicy",
                        {{"PolicyName", "queues"}, {"PolicyDocument", permissions}}) ==
          "EntityAlreadyExistsException: A policy called queues already exists. Duplicate names "
          "are not allowed.");
}

TEST_CASE("iam CreatePolicy: documents are checked in AWS's words") {
    Bench bench;
    const auto failure = [&](const std::string& document) {
        return bench.failure("CreatePolicy", {{"PolicyName", "p"}, {"PolicyDocument", document}});
    };
    const std::string code = "MalformedPolicyDocumentException: ";
    CHECK(failure("not json") == code + "Syntax errors in policy.");
    CHECK(failure(R"({"Version":"2012-10-17"})") == code + "Syntax errors in policy.");
    CHECK(failure(R"({"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})") ==
          code + "Policy document must be version 2012-10-17 or greater.");
    CHECK(failure(statement(R"("Effect":"Maybe","Action":"*","Resource":"*")")) ==
          code + "Syntax errors in policy.");
    CHECK(failure(statement(R"("Effect":"Allow","Resource":"*")")) ==
          code + "Policy statement must contain actions.");
    CHECK(failure(statement(R"("Effect":"Allow","Action":"sqs:*")")) ==
          code + "Policy statement must contain resources.");
    CHECK(failure(statement(R"("Effect":"Allow","Action":"send","Resource":"*")")) ==
          code + "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    CHECK(failure(statement(R"("Effect":"Allow","Action":"sqs:*","Resource":"queue")")) ==
          code + "Resource queue must be in ARN format or \"*\".");
    CHECK(
        failure(statement(R"("Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*")")) ==
        code + "Policy document should not specify a principal.");
    CHECK(failure(trust) == code + "Policy document should not specify a principal.");
    CHECK(failure(statement(R"("Effect":"Allow","Action":"sqs:*","Resource":"arn:)" +
                            std::string(6144, 'x') + "\"")) ==
          "LimitExceededException: Cannot exceed quota for PolicySize: 6144");
}

TEST_CASE("iam GetPolicy and GetPolicyVersion: AWS's own policies are there by ARN") {
    Bench bench;
    const Json policy = bench.call("GetPolicy", {{"PolicyArn", basic}})["Policy"];
    CHECK(policy["PolicyName"] == "AWSLambdaBasicExecutionRole");
    CHECK(policy["Path"] == "/service-role/");
    CHECK(policy["CreateDate"] == 1428591823);  // 2015-04-09T15:03:43Z
    const Json version = bench.call(
        "GetPolicyVersion",
        {{"PolicyArn", basic}, {"VersionId", policy["DefaultVersionId"]}})["PolicyVersion"];
    CHECK(version["Document"].get<std::string>().find("logs%3ACreateLogGroup") !=
          std::string::npos);
    CHECK(bench.failure("GetPolicyVersion", {{"PolicyArn", basic}, {"VersionId", "v9"}})
              .starts_with("NotImplemented: "));
    CHECK(bench.failure("GetPolicy", {{"PolicyArn", "arn:aws:iam::aws:policy/NoSuchPolicy"}}) ==
          "NoSuchEntityException: Policy arn:aws:iam::aws:policy/NoSuchPolicy was not found.");
    CHECK(bench.failure("GetPolicy", {{"PolicyArn", "arn:aws:sqs:us-east-1:1:policy/x"}}) ==
          "InvalidInputException: ARN arn:aws:sqs:us-east-1:1:policy/x is not valid.");
    CHECK(bench.failure("DeletePolicy", {{"PolicyArn", basic}}).starts_with("AccessDenied: "));
    CHECK(managed_policies().size() > 1000);
}

TEST_CASE("iam ListPolicies: by scope, use and path") {
    Bench bench;
    const std::string own = bench.make_policy("queues");
    bench.make_policy("unused");
    bench.make_role("worker");
    for (const std::string& arn : {own, basic}) {
        bench.call("AttachRolePolicy", {{"RoleName", "worker"}, {"PolicyArn", arn}});
    }
    CHECK(each(bench.call("ListPolicies", {{"Scope", "Local"}})["Policies"], "PolicyName") ==
          "queues unused ");
    const Json used = bench.call("ListPolicies", {{"OnlyAttached", true}});
    CHECK(each(used["Policies"], "PolicyName") == "queues AWSLambdaBasicExecutionRole ");
    CHECK(used["Policies"][0]["AttachmentCount"] == 1);
    const Json lambda = bench.call(
        "ListPolicies", {{"Scope", "AWS"}, {"PathPrefix", "/service-role/"}, {"MaxItems", 1000}});
    CHECK(lambda["IsTruncated"] == false);
    CHECK(bench.call("ListPolicies", {{"Scope", "AWS"}})["IsTruncated"] == true);
}

TEST_CASE("iam CreatePolicyVersion: five at most, and one is the default") {
    Bench bench;
    const std::string arn = bench.make_policy("queues");
    const Json policy{{"PolicyArn", arn}};
    const Json next{{"PolicyArn", arn}, {"PolicyDocument", permissions}};
    CHECK(bench.call("CreatePolicyVersion", next)["PolicyVersion"]["IsDefaultVersion"] == false);
    Json as_default = next;
    as_default["SetAsDefault"] = true;
    CHECK(bench.call("CreatePolicyVersion", as_default)["PolicyVersion"]["VersionId"] == "v3");
    bench.call("CreatePolicyVersion", next);
    bench.call("CreatePolicyVersion", next);
    CHECK(bench.failure("CreatePolicyVersion", next) ==
          "LimitExceededException: A managed policy can have up to 5 versions. Before you create "
          "a new version, you must delete an existing version.");
    CHECK(each(bench.call("ListPolicyVersions", policy)["Versions"], "VersionId") ==
          "v5 v4 v3 v2 v1 ");
    CHECK(bench.failure("DeletePolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v3"}}) ==
          "DeleteConflictException: Cannot delete the default version of a policy.");
    CHECK(bench.failure("DeletePolicy", policy)
              .starts_with("DeleteConflictException: This policy has more than one version."));
    bench.call("SetDefaultPolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v1"}});
    for (const char* version : {"v2", "v3", "v4", "v5"}) {
        bench.call("DeletePolicyVersion", {{"PolicyArn", arn}, {"VersionId", version}});
    }
    CHECK(bench.call("CreatePolicyVersion", next)["PolicyVersion"]["VersionId"] == "v6");
    CHECK(bench.failure("GetPolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v2"}}) ==
          "NoSuchEntityException: Policy " + arn +
              " version v2 does not exist or is not attachable.");
    bench.call("DeletePolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v6"}});
    bench.call("DeletePolicy", policy);
    CHECK(bench.failure("GetPolicy", policy).starts_with("NoSuchEntityException: "));
}

TEST_CASE("iam AttachRolePolicy: what there is, ten at most") {
    Bench bench;
    bench.make_role("worker");
    const auto attach = [&](const std::string& arn) {
        return bench.failure("AttachRolePolicy", {{"RoleName", "worker"}, {"PolicyArn", arn}});
    };
    CHECK(attach(basic) == "no error");
    CHECK(attach(basic) == "no error");
    CHECK(attach("arn:aws:iam::123456789012:policy/none") ==
          "NoSuchEntityException: Policy arn:aws:iam::123456789012:policy/none does not exist or "
          "is not attachable.");
    CHECK(attach("arn:aws:iam::aws:policy/aws-service-role/AWSLambdaReplicator") ==
          "PolicyNotAttachableException: Cannot attach a Service Role Policy to a Customer Role.");
    CHECK(attach("twenty characters and more") ==
          "InvalidInputException: ARN twenty characters and more is not valid.");
    CHECK(bench.failure("AttachRolePolicy", {{"RoleName", "nobody"}, {"PolicyArn", basic}}) ==
          "NoSuchEntityException: The role with name nobody cannot be found.");
    for (int i = 1; i < 10; ++i) {
        CHECK(attach(bench.make_policy("p" + std::to_string(i))) == "no error");
    }
    CHECK(attach(bench.make_policy("last")) ==
          "LimitExceededException: Cannot exceed quota for PoliciesPerRole: 10");
    const Json attached = bench.call("ListAttachedRolePolicies",
                                     {{"RoleName", "worker"}, {"PathPrefix", "/service-role/"}});
    CHECK(attached["AttachedPolicies"] ==
          Json::array({{{"PolicyName", "AWSLambdaBasicExecutionRole"}, {"PolicyArn", basic}}}));
    bench.call("DetachRolePolicy", {{"RoleName", "worker"}, {"PolicyArn", basic}});
    CHECK(bench.failure("DetachRolePolicy", {{"RoleName", "worker"}, {"PolicyArn", basic}}) ==
          "NoSuchEntityException: Policy " + basic + " was not found.");
    CHECK(bench.failure("DeletePolicy", {{"PolicyArn", "arn:aws:iam::123456789012:policy/p1"}}) ==
          "DeleteConflictException: Cannot delete a policy attached to entities.");
}

TEST_CASE("iam AttachUserPolicy, AttachGroupPolicy: as with roles, and ListEntitiesForPolicy") {
    Bench bench;
    const std::string arn = bench.make_policy("queues");
    bench.make_role("worker");
    bench.make_user("ann");
    bench.call("CreateGroup", {{"GroupName", "staff"}});
    const Json user{{"UserName", "ann"}, {"PolicyArn", arn}};
    const Json group{{"GroupName", "staff"}, {"PolicyArn", arn}};
    bench.call("AttachUserPolicy", user);
    bench.call("AttachGroupPolicy", group);
    bench.call("AttachRolePolicy", {{"RoleName", "worker"}, {"PolicyArn", arn}});
    CHECK(each(bench.call("ListAttachedUserPolicies", {{"UserName", "ann"}})["AttachedPolicies"],
               "PolicyName") == "queues ");
    CHECK(
        each(bench.call("ListAttachedGroupPolicies", {{"GroupName", "staff"}})["AttachedPolicies"],
             "PolicyName") == "queues ");
    const Json all = bench.call("ListEntitiesForPolicy", {{"PolicyArn", arn}});
    CHECK(each(all["PolicyRoles"], "RoleName") == "worker ");
    CHECK(each(all["PolicyUsers"], "UserName") == "ann ");
    CHECK(each(all["PolicyGroups"], "GroupName") == "staff ");
    const Json users =
        bench.call("ListEntitiesForPolicy", {{"PolicyArn", arn}, {"EntityFilter", "User"}});
    CHECK(users["PolicyRoles"].empty());
    CHECK(users["PolicyUsers"].size() == 1);
    bench.call("DetachUserPolicy", user);
    bench.call("DetachGroupPolicy", group);
    CHECK(bench.call("GetPolicy", {{"PolicyArn", arn}})["Policy"]["AttachmentCount"] == 1);
}

TEST_CASE("iam PutRolePolicy, PutUserPolicy, PutGroupPolicy: inline policies, read and deleted") {
    Bench bench;
    bench.make_role("x");
    bench.make_user("x");
    bench.call("CreateGroup", {{"GroupName", "x"}});
    for (const std::string kind : {"Role", "User", "Group"}) {
        const Json who{{kind + "Name", "x"}};
        Json policy{{kind + "Name", "x"}, {"PolicyName", "own"}};
        Json put = policy;
        put["PolicyDocument"] = permissions;
        bench.call("Put" + kind + "Policy", put);
        const Json found = bench.call("Get" + kind + "Policy", policy);
        CHECK(found[kind + "Name"] == "x");
        CHECK(found["PolicyDocument"].get<std::string>().starts_with("%7B%22Version%22"));
        CHECK(bench.call("List" + kind + "Policies", who)["PolicyNames"] == Json::array({"own"}));
        put["PolicyDocument"] = "{";
        CHECK(bench.failure("Put" + kind + "Policy", put) ==
              "MalformedPolicyDocumentException: Syntax errors in policy.");
        bench.call("Delete" + kind + "Policy", policy);
        const std::string word = kind == "Role" ? "role" : kind == "User" ? "user" : "group";
        CHECK(bench.failure("Get" + kind + "Policy", policy) ==
              "NoSuchEntityException: The " + word + " policy with name own cannot be found.");
    }
    const std::string big = statement(R"("Effect":"Allow","Action":"sqs:*","Resource":"arn:)" +
                                      std::string(6000, 'x') + "\"");
    const auto put = [&](const std::string& name) {
        return bench.failure("PutRolePolicy",
                             {{"RoleName", "x"}, {"PolicyName", name}, {"PolicyDocument", big}});
    };
    CHECK(put("one") == "no error");
    CHECK(put("one") == "no error");
    CHECK(put("two") ==
          "LimitExceededException: Maximum policy size of 10240 bytes exceeded for role x");
}

// The operations of that test by name: GetRolePolicy, GetUserPolicy, GetGroupPolicy,
// ListRolePolicies, ListUserPolicies, ListGroupPolicies, DeleteUserPolicy, DeleteGroupPolicy.

TEST_CASE("iam SimulatePrincipalPolicy, SimulateCustomPolicy: refused by name") {
    Bench bench;
    CHECK(bench
              .failure("SimulatePrincipalPolicy",
                       {{"PolicySourceArn", "arn:aws:iam::123456789012:user/x"},
                        {"ActionNames", {"sqs:SendMessage"}}})
              .starts_with("NotImplemented: Orrery keeps policies and does not evaluate them"));
    CHECK(bench
              .failure("SimulateCustomPolicy",
                       {{"PolicyInputList", {permissions}}, {"ActionNames", {"sqs:SendMessage"}}})
              .starts_with("NotImplemented: "));
}
