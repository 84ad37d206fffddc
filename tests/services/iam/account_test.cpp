#include "engine/store.h"
#include "services/iam/entities.h"
#include "services/iam/saved_entities.h"
#include "tests/services/iam/support.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::iam;
using orrery::test::TemporaryFolder;

TEST_CASE("iam CreateInstanceProfile: carries one role") {
    Bench bench;
    const Json profile =
        bench.call("CreateInstanceProfile", {{"InstanceProfileName", "p"}})["InstanceProfile"];
    CHECK(profile["Arn"] == "arn:aws:iam::123456789012:instance-profile/p");
    CHECK(profile["InstanceProfileId"].get<std::string>().starts_with("AIPA"));
    CHECK(profile["Roles"].empty());
    bench.make_role("worker");
    const Json both{{"InstanceProfileName", "p"}, {"RoleName", "worker"}};
    bench.call("AddRoleToInstanceProfile", both);
    CHECK(bench.failure("AddRoleToInstanceProfile", both) ==
          "LimitExceededException: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
    const Json name{{"InstanceProfileName", "p"}};
    CHECK(each(bench.call("GetInstanceProfile", name)["InstanceProfile"]["Roles"], "RoleName") ==
          "worker ");
    CHECK(bench.call("ListInstanceProfiles")["InstanceProfiles"].size() == 1);
    CHECK(bench.call("ListInstanceProfilesForRole", {{"RoleName", "worker"}})["InstanceProfiles"]
              .size() == 1);
    CHECK(bench.failure("DeleteInstanceProfile", name) ==
          "DeleteConflictException: Cannot delete entity, must remove roles from instance profile "
          "first.");
    bench.call("RemoveRoleFromInstanceProfile", both);
    bench.call("DeleteInstanceProfile", name);
    CHECK(bench.failure("GetInstanceProfile", name) ==
          "NoSuchEntityException: Instance Profile p cannot be found.");
}

TEST_CASE("iam TagRole, ListRoleTags, UntagRole: keys of roles and users in any case") {
    Bench bench;
    bench.make_role("x");
    bench.make_user("x");
    const auto tag = [](const std::string& key, const std::string& value) {
        return Json{{"Tags", {{{"Key", key}, {"Value", value}}}}};
    };
    for (const std::string kind : {"Role", "User"}) {
        const Json who{{kind + "Name", "x"}};
        Json one = tag("Team", "blue");
        one.update(who);
        bench.call("Tag" + kind, one);
        Json again = tag("team", "red");
        again.update(who);
        bench.call("Tag" + kind, again);
        CHECK(bench.call("List" + kind + "Tags", who)["Tags"] ==
              Json::array({{{"Key", "team"}, {"Value", "red"}}}));
        Json keys{{"TagKeys", {"TEAM"}}};
        keys.update(who);
        bench.call("Untag" + kind, keys);
        CHECK(bench.call("List" + kind + "Tags", who)["Tags"].empty());
    }
    Json twice{{"RoleName", "x"},
               {"Tags", {{{"Key", "a"}, {"Value", ""}}, {{"Key", "A"}, {"Value", ""}}}}};
    CHECK(bench.failure("TagRole", twice) ==
          "InvalidInputException: Duplicate tag keys found. Please note that Tag keys are case "
          "insensitive.");
}

// The operations of these tests by name: TagUser, UntagUser, ListUserTags.

TEST_CASE("iam TagPolicy, ListPolicyTags, UntagPolicy, TagInstanceProfile and the like") {
    Bench bench;
    const Json policy{{"PolicyArn", bench.make_policy("p")}};
    bench.call("CreateInstanceProfile", {{"InstanceProfileName", "p"}});
    const Json tags{{"Tags", {{{"Key", "a"}, {"Value", "1"}}, {{"Key", "A"}, {"Value", "2"}}}}};
    const auto with = [](Json one, const Json& other) {
        one.update(other);
        return one;
    };
    const Json one_tag{{"Tags", {{{"Key", "a"}, {"Value", "1"}}}}};
    bench.call("TagPolicy", with(policy, one_tag));
    CHECK(each(bench.call("ListPolicyTags", policy)["Tags"], "Value") == "1 ");
    bench.call("UntagPolicy", with(policy, {{"TagKeys", {"A"}}}));
    CHECK(bench.call("ListPolicyTags", policy)["Tags"].size() == 1);
    const Json profile{{"InstanceProfileName", "p"}};
    bench.call("TagInstanceProfile", with(profile, one_tag));
    CHECK(bench.call("ListInstanceProfileTags", profile)["Tags"].size() == 1);
    bench.call("UntagInstanceProfile", with(profile, {{"TagKeys", {"a"}}}));
    CHECK(bench.call("ListInstanceProfileTags", profile)["Tags"].empty());
}

TEST_CASE("iam CreateAccountAlias: ListAccountAliases, DeleteAccountAlias") {
    Bench bench;
    bench.call("CreateAccountAlias", {{"AccountAlias", "sirius"}});
    CHECK(bench.call("ListAccountAliases")["AccountAliases"] == Json::array({"sirius"}));
    CHECK(bench.failure("DeleteAccountAlias", {{"AccountAlias", "vega"}})
              .starts_with("NoSuchEntityException: "));
    bench.call("DeleteAccountAlias", {{"AccountAlias", "sirius"}});
    CHECK(bench.call("ListAccountAliases")["AccountAliases"].empty());
}

TEST_CASE("iam GetAccountSummary: counts") {
    Bench bench;
    bench.make_role("a");
    bench.make_policy("p");
    const Json summary = bench.call("GetAccountSummary")["SummaryMap"];
    CHECK(summary["Roles"] == 1);
    CHECK(summary["Policies"] == 1);
    CHECK(summary["RolesQuota"] == 1000);
}

TEST_CASE("iam: a parameter that nobody asked for is refused") {
    Bench bench;
    CHECK(bench.failure("GetRole", {{"RoleName", "a"}, {"Colour", "blue"}}) ==
          "NoSuchEntityException: The role with name a cannot be found.");
    bench.make_role("a");
    CHECK(bench.failure("GetRole", {{"RoleName", "a"}, {"Colour", "blue"}}) ==
          "ValidationException: GetRole: the parameter Colour is not supported");
}

TEST_CASE("iam: what an account has outlives the process") {
    const TemporaryFolder folder;
    {
        World world;
        Store store(world.loop, folder.path() / "state.sqlite");
        world.store = &store;
        IamService service(world, "123456789012");
        aws::Api api;
        api.add(service.api());
        api.call_now(
            "iam", "CreateRole", {{"RoleName", "worker"}, {"AssumeRolePolicyDocument", trust}});
        store.commit();
    }
    World world;
    Store store(world.loop, folder.path() / "state.sqlite");
    world.store = &store;
    const IamService service(world, "123456789012");
    CHECK(service.find_role("arn:aws:iam::123456789012:role/worker"));
    const IamService other(world, "210987654321");
    CHECK(other.empty());
}

TEST_CASE("iam: a record of the store gives back every member") {
    Entities entities;
    Role& role = entities.roles["r"];
    role.name = "r";
    role.attached = {"arn:x"};
    role.inline_policies = {{"p", permissions}};
    role.boundary = "arn:y";
    role.description = "d";
    role.tags = {{"k", "v"}};
    User& user = entities.users["u"];
    user.access_keys.push_back({"AKIA", "secret", false, Instant(5s)});
    user.login = LoginProfile{Instant(6s), true};
    entities.groups["g"].members = {"u"};
    Policy& policy = entities.policies["arn:p"];
    policy.versions[3] = {permissions, Instant(7s)};
    policy.default_version = 3;
    policy.newest_version = 4;
    entities.instance_profiles["i"].role = "r";
    entities.alias = "sirius";
    entities.deletions = {"task/1"};
    const std::string record = entities_record(entities);
    CHECK(entities_record(read_entities(record)) == record);
    CHECK(read_entities(record).roles.at("r").boundary == "arn:y");
    CHECK(read_entities(record).users.at("u").login->reset_required);
}
