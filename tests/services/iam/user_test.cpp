#include "services/aws/access_key.h"
#include "tests/services/iam/support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::iam;

TEST_CASE("iam CreateUser: ListUsers and GetUser know it") {
    Bench bench;
    const Json user = bench.make_user("ann");
    CHECK(user["Arn"] == "arn:aws:iam::123456789012:user/ann");
    CHECK(user["UserId"].get<std::string>().starts_with("AIDA"));
    CHECK(bench.failure("CreateUser", {{"UserName", "Ann"}}) ==
          "EntityAlreadyExistsException: User with name Ann already exists.");
    CHECK(each(bench.call("ListUsers")["Users"], "UserName") == "ann ");
    CHECK(bench.call("GetUser", {{"UserName", "ann"}})["User"] == user);
    CHECK(bench.failure("GetUser", {{"UserName", "bob"}}) ==
          "NoSuchEntityException: The user with name bob cannot be found.");
}

TEST_CASE("iam GetUser: without a name it is the caller") {
    Bench bench;
    bench.make_user("ann");
    const Json key = bench.call("CreateAccessKey", {{"UserName", "ann"}})["AccessKey"];
    CHECK(bench.call_as(key["AccessKeyId"], "GetUser", Json::object())["User"]["UserName"] ==
          "ann");
    CHECK(bench.call("GetUser")["User"]["Arn"] == "arn:aws:iam::123456789012:root");
}

TEST_CASE("iam CreateAccessKey: two a user, ids that say the account") {
    Bench bench;
    bench.make_user("ann");
    const Json ann{{"UserName", "ann"}};
    const Json key = bench.call("CreateAccessKey", ann)["AccessKey"];
    const std::string id = key["AccessKeyId"];
    CHECK(id.size() == 20);
    CHECK(id.starts_with("AKIA"));
    CHECK(key["SecretAccessKey"].get<std::string>().size() == 40);
    CHECK(key["Status"] == "Active");
    CHECK(aws::account_of_own_access_key(id) == "123456789012");
    CHECK(aws::account_of_own_access_key("AKIAIOSFODNN7EXAMPLE") == std::nullopt);
    CHECK(aws::account_of_own_access_key("test") == std::nullopt);
    bench.call("CreateAccessKey", ann);
    CHECK(bench.failure("CreateAccessKey", ann) ==
          "LimitExceededException: Cannot exceed quota for AccessKeysPerUser: 2");
    CHECK(bench.failure("CreateAccessKey", Json::object()) ==
          "ValidationError: Must specify userName when calling with non-User credentials");
    CHECK(bench.service.find_secret(id) == key["SecretAccessKey"].get<std::string>());
}

TEST_CASE("iam UpdateAccessKey, ListAccessKeys, GetAccessKeyLastUsed, DeleteAccessKey") {
    Bench bench;
    bench.make_user("ann");
    const std::string id =
        bench.call("CreateAccessKey", {{"UserName", "ann"}})["AccessKey"]["AccessKeyId"];
    const Json key{{"UserName", "ann"}, {"AccessKeyId", id}};
    Json inactive = key;
    inactive["Status"] = "Inactive";
    bench.call("UpdateAccessKey", inactive);
    const Json list = bench.call("ListAccessKeys", {{"UserName", "ann"}})["AccessKeyMetadata"];
    CHECK(each(list, "Status") == "Inactive ");
    CHECK_FALSE(list[0].contains("SecretAccessKey"));
    CHECK_FALSE(bench.service.find_user_of_key(id));
    const Json last = bench.call("GetAccessKeyLastUsed", {{"AccessKeyId", id}});
    CHECK(last["UserName"] == "ann");
    CHECK(last["AccessKeyLastUsed"]["ServiceName"] == "N/A");
    bench.call("DeleteAccessKey", key);
    CHECK(bench.failure("DeleteAccessKey", key) ==
          "NoSuchEntityException: The Access Key with id " + id + " cannot be found.");
}

TEST_CASE("iam UpdateUser: a new name goes through groups and ARNs") {
    Bench bench;
    bench.make_user("ann");
    bench.make_user("bob");
    bench.call("CreateGroup", {{"GroupName", "staff"}});
    bench.call("AddUserToGroup", {{"GroupName", "staff"}, {"UserName", "ann"}});
    CHECK(bench.failure("UpdateUser", {{"UserName", "ann"}, {"NewUserName", "bob"}}) ==
          "EntityAlreadyExistsException: User with name bob already exists.");
    bench.call("UpdateUser", {{"UserName", "ann"}, {"NewUserName", "anna"}, {"NewPath", "/team/"}});
    CHECK(bench.call("GetUser", {{"UserName", "anna"}})["User"]["Arn"] ==
          "arn:aws:iam::123456789012:user/team/anna");
    CHECK(each(bench.call("GetGroup", {{"GroupName", "staff"}})["Users"], "UserName") == "anna ");
}

TEST_CASE("iam DeleteUser: only when nothing hangs on it") {
    Bench bench;
    bench.make_user("ann");
    const Json ann{{"UserName", "ann"}};
    bench.call("CreateLoginProfile", {{"UserName", "ann"}, {"Password", "correct horse"}});
    CHECK(bench.failure("DeleteUser", ann) ==
          "DeleteConflictException: Cannot delete entity, must delete login profile first.");
    bench.call("DeleteLoginProfile", ann);
    const Json key = bench.call("CreateAccessKey", ann)["AccessKey"];
    CHECK(bench.failure("DeleteUser", ann) ==
          "DeleteConflictException: Cannot delete entity, must delete access keys first.");
    bench.call("DeleteAccessKey", {{"UserName", "ann"}, {"AccessKeyId", key["AccessKeyId"]}});
    bench.call("CreateGroup", {{"GroupName", "staff"}});
    bench.call("AddUserToGroup", {{"GroupName", "staff"}, {"UserName", "ann"}});
    CHECK(bench.failure("DeleteUser", ann) ==
          "DeleteConflictException: Cannot delete entity, must remove users from group first.");
    bench.call("RemoveUserFromGroup", {{"GroupName", "staff"}, {"UserName", "ann"}});
    bench.call("DeleteUser", ann);
    CHECK(bench.call("ListUsers")["Users"].empty());
}

TEST_CASE("iam CreateLoginProfile, GetLoginProfile, UpdateLoginProfile, DeleteLoginProfile") {
    Bench bench;
    bench.make_user("ann");
    const Json ann{{"UserName", "ann"}};
    CHECK(bench.failure("GetLoginProfile", ann) ==
          "NoSuchEntityException: Login Profile for User ann cannot be found.");
    bench.call("CreateLoginProfile", {{"UserName", "ann"}, {"Password", "correct horse"}});
    bench.call("UpdateLoginProfile", {{"UserName", "ann"}, {"PasswordResetRequired", true}});
    CHECK(bench.call("GetLoginProfile", ann)["LoginProfile"]["PasswordResetRequired"] == true);
    CHECK(bench.failure("CreateLoginProfile", {{"UserName", "ann"}, {"Password", "again"}}) ==
          "EntityAlreadyExistsException: Login Profile for user ann already exists.");
    bench.call("DeleteLoginProfile", ann);
}

TEST_CASE("iam PutUserPermissionsBoundary, DeleteUserPermissionsBoundary") {
    Bench bench;
    bench.make_user("ann");
    bench.call("PutUserPermissionsBoundary",
               {{"UserName", "ann"}, {"PermissionsBoundary", bench.make_policy("edge")}});
    CHECK(bench.call("GetUser", {{"UserName", "ann"}})["User"].contains("PermissionsBoundary"));
    bench.call("DeleteUserPermissionsBoundary", {{"UserName", "ann"}});
    CHECK_FALSE(
        bench.call("GetUser", {{"UserName", "ann"}})["User"].contains("PermissionsBoundary"));
}

TEST_CASE("iam CreateGroup: GetGroup, ListGroups, ListGroupsForUser, UpdateGroup, DeleteGroup") {
    Bench bench;
    bench.make_user("ann");
    const Json group = bench.call("CreateGroup", {{"GroupName", "staff"}})["Group"];
    CHECK(group["Arn"] == "arn:aws:iam::123456789012:group/staff");
    CHECK(group["GroupId"].get<std::string>().starts_with("AGPA"));
    CHECK(bench.failure("CreateGroup", {{"GroupName", "staff"}}) ==
          "EntityAlreadyExistsException: Group with name staff already exists.");
    bench.call("AddUserToGroup", {{"GroupName", "staff"}, {"UserName", "ann"}});
    bench.call("UpdateGroup", {{"GroupName", "staff"}, {"NewGroupName", "crew"}});
    CHECK(each(bench.call("ListGroups")["Groups"], "GroupName") == "crew ");
    CHECK(each(bench.call("ListGroupsForUser", {{"UserName", "ann"}})["Groups"], "GroupName") ==
          "crew ");
    const Json found = bench.call("GetGroup", {{"GroupName", "crew"}});
    CHECK(found["Group"]["GroupName"] == "crew");
    CHECK(each(found["Users"], "UserName") == "ann ");
    CHECK(bench.failure("DeleteGroup", {{"GroupName", "crew"}}) ==
          "DeleteConflictException: Cannot delete entity, must remove users from group first.");
    bench.call("RemoveUserFromGroup", {{"GroupName", "crew"}, {"UserName", "ann"}});
    bench.call("DeleteGroup", {{"GroupName", "crew"}});
    CHECK(bench.failure("AddUserToGroup", {{"GroupName", "crew"}, {"UserName", "ann"}}) ==
          "NoSuchEntityException: The group with name crew cannot be found.");
}
