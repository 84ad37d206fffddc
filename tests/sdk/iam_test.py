"""IAM and STS from Python, with Debian's or a current botocore: what the set-up of a project calls. Usage:
iam_test.py ORRERY [FOLDER-OF-A-CURRENT-CLI] [unittest options]."""

import datetime
import functools
import json
import sys
import unittest

from orrery_server import START as FIRST_INSTANT, serving

binary = sys.argv.pop(1)
current_cli = sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else None
if current_cli:
    sys.path.insert(0, current_cli)
    import awscli  # from here on `botocore` is the one inside it

    assert awscli.__file__.startswith(current_cli), awscli.__file__
import botocore.session as botocore_session
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT = "000000000000"
START = datetime.datetime.fromisoformat(FIRST_INSTANT.replace("Z", "+00:00"))
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
READ = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::b/*"}],
}
BASIC_EXECUTION = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
server = None


@functools.lru_cache(maxsize=None)  # a client keeps its connection
def client(service, key="test", secret="test", token=None, region="us-east-1"):
    return botocore_session.get_session().create_client(
        service,
        region_name=region,
        endpoint_url=server.endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"max_attempts": 0}, parameter_validation=False),
    )


class IamCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        server.control("/_orrery/reset", {})
        self.iam = client("iam")

    def fails(self, code, call, status=None, message=None, **parameters):
        with self.assertRaises(ClientError) as raised:
            call(**parameters)
        answer = raised.exception.response
        self.assertEqual(answer["Error"]["Code"], code, answer)
        if status:
            self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], status)
        if message:
            self.assertEqual(answer["Error"]["Message"], message)

    def role(self, name="runner", **more):
        return self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), **more)["Role"]

    def policy(self, name="read", **more):
        return self.iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(READ), **more)["Policy"]


class Roles(IamCase):
    def test_a_role_is_answered_with_its_arn_id_and_documents_as_objects(self):
        made = self.role(Path="/team/", Description="runs", MaxSessionDuration=7200)
        self.assertEqual(made["Arn"], f"arn:aws:iam::{ACCOUNT}:role/team/runner")
        self.assertRegex(made["RoleId"], "^AROA[A-Z0-9]{17}$")
        self.assertEqual(made["CreateDate"], START)
        self.assertEqual(made["AssumeRolePolicyDocument"], TRUST)
        found = self.iam.get_role(RoleName="runner")["Role"]
        self.assertEqual(found["Description"], "runs")
        self.assertEqual(found["MaxSessionDuration"], 7200)
        self.assertEqual(found["RoleLastUsed"], {})
        self.assertEqual({**found, **made}, found)

    def test_update_role_changes_what_is_given(self):
        self.role(Description="old")
        self.iam.update_role(RoleName="runner", MaxSessionDuration=3700)
        self.iam.update_assume_role_policy(RoleName="runner", PolicyDocument=json.dumps({**TRUST, "Id": "new"}))
        found = self.iam.get_role(RoleName="runner")["Role"]
        self.assertEqual((found["Description"], found["MaxSessionDuration"]), ("old", 3700))
        self.assertEqual(found["AssumeRolePolicyDocument"]["Id"], "new")
        self.assertEqual(
            self.iam.update_role_description(RoleName="runner", Description="new")["Role"]["Description"], "new"
        )

    def test_inline_policies_are_kept_as_they_were_given(self):
        self.role()
        for name in ("b", "a"):
            self.iam.put_role_policy(RoleName="runner", PolicyName=name, PolicyDocument=json.dumps(READ))
        self.assertEqual(self.iam.list_role_policies(RoleName="runner")["PolicyNames"], ["a", "b"])
        found = self.iam.get_role_policy(RoleName="runner", PolicyName="a")
        self.assertEqual((found["RoleName"], found["PolicyName"], found["PolicyDocument"]), ("runner", "a", READ))
        self.iam.delete_role_policy(RoleName="runner", PolicyName="a")
        self.fails(
            "NoSuchEntity",
            self.iam.get_role_policy,
            404,
            "The role policy with name a cannot be found.",
            RoleName="runner",
            PolicyName="a",
        )

    def test_a_role_is_not_deleted_before_what_belongs_to_it(self):
        self.role()
        self.iam.put_role_policy(RoleName="runner", PolicyName="p", PolicyDocument=json.dumps(READ))
        self.iam.attach_role_policy(RoleName="runner", PolicyArn=BASIC_EXECUTION)
        self.iam.create_instance_profile(InstanceProfileName="machine")
        self.iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName="runner")
        conflict = "Cannot delete entity, must "
        delete = self.iam.delete_role
        self.fails(
            "DeleteConflict", delete, 409, conflict + "remove roles from instance profile first.", RoleName="runner"
        )
        self.iam.remove_role_from_instance_profile(InstanceProfileName="machine", RoleName="runner")
        self.fails("DeleteConflict", delete, 409, conflict + "detach all policies first.", RoleName="runner")
        self.iam.detach_role_policy(RoleName="runner", PolicyArn=BASIC_EXECUTION)
        self.fails("DeleteConflict", delete, 409, conflict + "delete policies first.", RoleName="runner")
        self.iam.delete_role_policy(RoleName="runner", PolicyName="p")
        delete(RoleName="runner")
        self.fails("NoSuchEntity", delete, 404, "The role with name runner cannot be found.", RoleName="runner")

    def test_mistakes_with_roles(self):
        self.role()
        again = {"AssumeRolePolicyDocument": json.dumps(TRUST)}
        exists = "Role with name runner already exists."
        self.fails("EntityAlreadyExists", self.iam.create_role, 409, exists, RoleName="runner", **again)
        self.fails("EntityAlreadyExists", self.iam.create_role, 409, None, RoleName="RUNNER", **again)
        self.fails("ValidationError", self.iam.create_role, 400, None, RoleName="no spaces", **again)
        self.fails("ValidationError", self.iam.create_role, 400, None, RoleName="x" * 65, **again)
        self.fails("ValidationError", self.iam.create_role, 400, None, RoleName="x", Path="team", **again)
        self.fails("ValidationError", self.iam.create_role, 400, None, **again)
        create = self.iam.create_role
        for document in ("", "{", "[]", json.dumps(READ), json.dumps({**TRUST, "Version": "2020-01-01"})):
            code = "MalformedPolicyDocument" if document else "ValidationError"
            self.fails(code, create, 400, None, RoleName="other", AssumeRolePolicyDocument=document)
        self.fails("NoSuchEntity", self.iam.update_role, 404, None, RoleName="nobody")
        self.fails("ValidationError", self.iam.update_role, 400, None, RoleName="runner", MaxSessionDuration=60)

    def test_waiters_see_a_role_at_once_and_pages_are_whole(self):
        names = [f"role{number:02}" for number in range(25)]
        for name in names:
            self.role(name, Path="/many/")
        self.iam.get_waiter("role_exists").wait(RoleName="role07", WaiterConfig={"Delay": 0, "MaxAttempts": 1})
        pages = list(self.iam.get_paginator("list_roles").paginate(PathPrefix="/many/", PaginationConfig={"PageSize": 10}))
        self.assertEqual([len(page["Roles"]) for page in pages], [10, 10, 5])
        self.assertEqual([role["RoleName"] for page in pages for role in page["Roles"]], names)
        self.fails("ValidationError", self.iam.list_roles, 400, None, MaxItems=0)
        self.fails("ValidationError", self.iam.list_roles, 400, None, MaxItems=1001)


class Policies(IamCase):
    def test_a_policy_has_five_versions_and_one_is_the_default(self):
        made = self.policy(Path="/team/", Description="reads", Tags=[{"Key": "k", "Value": "v"}])
        arn = f"arn:aws:iam::{ACCOUNT}:policy/team/read"
        self.assertEqual((made["Arn"], made["DefaultVersionId"], made["AttachmentCount"]), (arn, "v1", 0))
        for number in (2, 3, 4, 5):
            version = self.iam.create_policy_version(
                PolicyArn=arn,
                PolicyDocument=json.dumps({**READ, "Id": str(number)}),
                SetAsDefault=number == 3,
            )["PolicyVersion"]
            self.assertEqual((version["VersionId"], version["IsDefaultVersion"]), (f"v{number}", number == 3))
        self.fails(
            "LimitExceeded",
            self.iam.create_policy_version,
            409,
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
            PolicyArn=arn,
            PolicyDocument=json.dumps(READ),
        )
        self.fails("DeleteConflict", self.iam.delete_policy_version, 409, None, PolicyArn=arn, VersionId="v3")
        self.fails("DeleteConflict", self.iam.delete_policy, 409, None, PolicyArn=arn)
        self.assertEqual(
            [version["VersionId"] for version in self.iam.list_policy_versions(PolicyArn=arn)["Versions"]],
            ["v5", "v4", "v3", "v2", "v1"],
        )
        found = self.iam.get_policy_version(PolicyArn=arn, VersionId="v3")["PolicyVersion"]
        self.assertEqual(found["Document"], {**READ, "Id": "3"})
        self.iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
        for number in (2, 3, 4, 5):
            self.iam.delete_policy_version(PolicyArn=arn, VersionId=f"v{number}")
        self.assertEqual(self.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"], "v1")
        self.iam.delete_policy(PolicyArn=arn)
        self.fails(
            "NoSuchEntity",
            self.iam.get_policy,
            404,
            f"Policy {arn} was not found.",
            PolicyArn=arn,
        )

    def test_attachments_of_the_accounts_policies_and_of_aws(self):
        self.role()
        arn = self.policy()["Arn"]
        for wanted in (arn, BASIC_EXECUTION, BASIC_EXECUTION):  # once more is no mistake
            self.iam.attach_role_policy(RoleName="runner", PolicyArn=wanted)
        self.assertEqual(
            self.iam.list_attached_role_policies(RoleName="runner")["AttachedPolicies"],
            [
                {"PolicyName": "read", "PolicyArn": arn},
                {"PolicyName": "AWSLambdaBasicExecutionRole", "PolicyArn": BASIC_EXECUTION},
            ],
        )
        self.assertEqual(self.iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"], 1)
        entities = self.iam.list_entities_for_policy(PolicyArn=arn)
        self.assertEqual([role["RoleName"] for role in entities["PolicyRoles"]], ["runner"])
        self.assertEqual((entities["PolicyUsers"], entities["PolicyGroups"]), ([], []))
        self.fails("DeleteConflict", self.iam.delete_policy, 409, "Cannot delete a policy attached to entities.", PolicyArn=arn)
        self.iam.detach_role_policy(RoleName="runner", PolicyArn=arn)
        self.fails(
            "NoSuchEntity",
            self.iam.detach_role_policy,
            404,
            f"Policy {arn} was not found.",
            RoleName="runner",
            PolicyArn=arn,
        )
        nobody = f"arn:aws:iam::{ACCOUNT}:policy/nobody"
        missing = f"Policy {nobody} does not exist or is not attachable."
        self.fails("NoSuchEntity", self.iam.attach_role_policy, 404, missing, RoleName="runner", PolicyArn=nobody)
        self.fails("NoSuchEntity", self.iam.attach_role_policy, 404, None, RoleName="nobody", PolicyArn=arn)
        self.fails("ValidationError", self.iam.attach_role_policy, 400, None, RoleName="runner", PolicyArn="read")
        document = self.iam.get_policy_version(
            PolicyArn=BASIC_EXECUTION,
            VersionId=self.iam.get_policy(PolicyArn=BASIC_EXECUTION)["Policy"]["DefaultVersionId"],
        )["PolicyVersion"]["Document"]
        self.assertIn("logs:PutLogEvents", document["Statement"][0]["Action"])

    def test_lists_are_of_the_account_of_aws_or_both(self):
        self.policy()
        names = lambda scope: {
            policy["PolicyName"]
            for page in self.iam.get_paginator("list_policies").paginate(Scope=scope)
            for policy in page["Policies"]
        }
        self.assertEqual(names("Local"), {"read"})
        self.assertIn("AdministratorAccess", names("AWS"))
        self.assertEqual(names("All"), names("AWS") | {"read"})
        self.assertEqual(self.iam.list_policies(Scope="Local", OnlyAttached=True)["Policies"], [])
        self.fails("ValidationError", self.iam.list_policies, 400, None, Scope="Mine")

    def test_mistakes_with_policies(self):
        self.policy()
        self.fails(
            "EntityAlreadyExists",
            self.iam.create_policy,
            409,
            "A policy called read already exists. Duplicate names are not allowed.",
            PolicyName="read",
            PolicyDocument=json.dumps(READ),
        )
        wrong = [
            ("{", "Syntax errors in policy."),
            ('{"Version": "2012-10-17"}', "Syntax errors in policy."),
            (json.dumps({**READ, "Statement": [{"Effect": "Allow", "Action": "s3:Get"}]}), "Policy statement must contain resources."),
            (json.dumps({**READ, "Statement": [{"Effect": "Allow", "Resource": "*"}]}), "Policy statement must contain actions."),
            (json.dumps({**READ, "Statement": [{**READ["Statement"][0], "Principal": "*"}]}), "Policy document should not specify a principal."),
        ]
        for document, message in wrong:
            self.fails("MalformedPolicyDocument", self.iam.create_policy, 400, message, PolicyName="x", PolicyDocument=document)


class UsersAndGroups(IamCase):
    def test_users_keys_groups_and_their_policies(self):
        user = self.iam.create_user(UserName="ann", Path="/team/", Tags=[{"Key": "k", "Value": "v"}])["User"]
        self.assertEqual(user["Arn"], f"arn:aws:iam::{ACCOUNT}:user/team/ann")
        self.assertRegex(user["UserId"], "^AIDA[A-Z0-9]{17}$")
        self.iam.create_group(GroupName="team")
        self.iam.add_user_to_group(GroupName="team", UserName="ann")
        self.assertEqual([member["UserName"] for member in self.iam.get_group(GroupName="team")["Users"]], ["ann"])
        self.assertEqual(
            [group["GroupName"] for group in self.iam.list_groups_for_user(UserName="ann")["Groups"]], ["team"]
        )
        self.iam.put_group_policy(GroupName="team", PolicyName="p", PolicyDocument=json.dumps(READ))
        self.iam.put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=json.dumps(READ))
        self.iam.attach_user_policy(UserName="ann", PolicyArn=BASIC_EXECUTION)
        self.assertEqual(self.iam.list_user_policies(UserName="ann")["PolicyNames"], ["p"])
        self.assertEqual(self.iam.list_group_policies(GroupName="team")["PolicyNames"], ["p"])
        self.fails("DeleteConflict", self.iam.delete_group, 409, None, GroupName="team")
        self.fails("DeleteConflict", self.iam.delete_user, 409, None, UserName="ann")
        self.iam.remove_user_from_group(GroupName="team", UserName="ann")
        self.iam.delete_group_policy(GroupName="team", PolicyName="p")
        self.iam.delete_group(GroupName="team")
        self.iam.delete_user_policy(UserName="ann", PolicyName="p")
        self.iam.detach_user_policy(UserName="ann", PolicyArn=BASIC_EXECUTION)
        self.iam.delete_user(UserName="ann")
        self.fails("NoSuchEntity", self.iam.get_user, 404, "The user with name ann cannot be found.", UserName="ann")

    def test_access_keys_work_as_their_user_and_are_two_at_most(self):
        self.iam.create_user(UserName="bob")
        keys = [self.iam.create_access_key(UserName="bob")["AccessKey"] for _ in range(2)]
        self.assertRegex(keys[0]["AccessKeyId"], "^AKIA[A-Z0-9]{16}$")
        self.assertEqual(len(keys[0]["SecretAccessKey"]), 40)
        self.fails(
            "LimitExceeded",
            self.iam.create_access_key,
            409,
            "Cannot exceed quota for AccessKeysPerUser: 2",
            UserName="bob",
        )
        own = client("sts", keys[0]["AccessKeyId"], keys[0]["SecretAccessKey"]).get_caller_identity()
        self.assertEqual(own["Arn"], f"arn:aws:iam::{ACCOUNT}:user/bob")
        self.assertEqual(own["UserId"], self.iam.get_user(UserName="bob")["User"]["UserId"])
        itself = client("iam", keys[0]["AccessKeyId"], keys[0]["SecretAccessKey"]).get_user()["User"]
        self.assertEqual(itself["UserName"], "bob")


class InstanceProfilesAndTags(IamCase):
    def test_an_instance_profile_takes_one_role(self):
        self.role()
        self.role("other")
        made = self.iam.create_instance_profile(InstanceProfileName="machine")["InstanceProfile"]
        self.assertEqual((made["Arn"], made["Roles"]), (f"arn:aws:iam::{ACCOUNT}:instance-profile/machine", []))
        self.iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName="runner")
        self.fails(
            "LimitExceeded",
            self.iam.add_role_to_instance_profile,
            409,
            "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
            InstanceProfileName="machine",
            RoleName="other",
        )
        found = self.iam.get_instance_profile(InstanceProfileName="machine")["InstanceProfile"]
        self.assertEqual(found["Roles"][0]["AssumeRolePolicyDocument"], TRUST)
        of_role = self.iam.list_instance_profiles_for_role(RoleName="runner")["InstanceProfiles"]
        self.assertEqual([profile["InstanceProfileName"] for profile in of_role], ["machine"])
        self.fails("DeleteConflict", self.iam.delete_instance_profile, 409, None, InstanceProfileName="machine")
        missing = "Instance Profile nobody cannot be found."
        self.fails("NoSuchEntity", self.iam.get_instance_profile, 404, missing, InstanceProfileName="nobody")

    def test_tags_of_roles_users_and_policies(self):
        self.role(Tags=[{"Key": "a", "Value": "1"}])
        self.iam.tag_role(RoleName="runner", Tags=[{"Key": "b", "Value": ""}, {"Key": "a", "Value": "2"}])
        tags = [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": ""}]
        self.assertEqual(self.iam.list_role_tags(RoleName="runner")["Tags"], tags)
        self.assertEqual(self.iam.get_role(RoleName="runner")["Role"]["Tags"], tags)
        self.iam.untag_role(RoleName="runner", TagKeys=["a"])
        self.assertEqual(self.iam.list_role_tags(RoleName="runner")["Tags"], tags[1:])
        many = [{"Key": f"key{number}", "Value": "v"} for number in range(50)]
        self.fails("LimitExceeded", self.iam.tag_role, 409, None, RoleName="runner", Tags=many)
        arn = self.policy(Tags=tags)["Arn"]
        self.assertEqual(self.iam.list_policy_tags(PolicyArn=arn)["Tags"], tags)
        twice = [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]
        self.fails("InvalidInput", self.iam.tag_role, 400, None, RoleName="runner", Tags=twice)


class Sessions(IamCase):
    def test_an_assumed_role_is_who_calls_with_its_credentials(self):
        role = self.role()
        assumed = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="me", DurationSeconds=900)
        self.assertEqual(assumed["AssumedRoleUser"]["Arn"], f"arn:aws:sts::{ACCOUNT}:assumed-role/runner/me")
        self.assertEqual(assumed["AssumedRoleUser"]["AssumedRoleId"], role["RoleId"] + ":me")
        keys = assumed["Credentials"]
        self.assertEqual(keys["Expiration"], START + datetime.timedelta(minutes=15))
        self.assertRegex(keys["AccessKeyId"], "^ASIA[A-Z0-9]{16}$")
        inside = client("sts", keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        self.assertEqual(
            {name: inside.get_caller_identity()[name] for name in ("UserId", "Account", "Arn")},
            {
                "UserId": role["RoleId"] + ":me",
                "Account": ACCOUNT,
                "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/runner/me",
            },
        )
        server.advance("15m")
        self.fails(
            "ExpiredToken", inside.get_caller_identity, 403, "The security token included in the request is expired"
        )

    def test_mistakes_with_sessions(self):
        sts = client("sts")
        role = self.role()
        nobody = f"arn:aws:iam::{ACCOUNT}:role/nobody"
        self.fails(
            "AccessDenied",
            sts.assume_role,
            403,
            f"User: arn:aws:iam::{ACCOUNT}:root is not authorized to perform: sts:AssumeRole on resource: {nobody}",
            RoleArn=nobody,
            RoleSessionName="me",
        )
        self.fails(
            "ValidationError",
            sts.assume_role,
            400,
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            RoleArn=role["Arn"],
            RoleSessionName="me",
            DurationSeconds=7200,
        )
        self.fails("ValidationError", sts.assume_role, 400, None, RoleArn=role["Arn"], RoleSessionName="no spaces")
        self.fails("ValidationError", sts.assume_role, 400, None, RoleArn="runner", RoleSessionName="me")
        self.fails("ValidationError", sts.assume_role, 400, None, RoleArn=role["Arn"])

    def test_the_account_itself_and_its_session_tokens(self):
        root = client("sts").get_caller_identity()
        self.assertEqual((root["UserId"], root["Arn"]), (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"))
        keys = client("sts").get_session_token(DurationSeconds=3600)["Credentials"]
        self.assertEqual(keys["Expiration"], START + datetime.timedelta(hours=1))
        session = client("sts", keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        self.assertEqual(session.get_caller_identity()["Arn"], root["Arn"])
        self.fails("AccessDenied", session.get_session_token, 403, "Cannot call GetSessionToken with session credentials")
        self.fails("ValidationError", client("sts").get_session_token, 400, None, DurationSeconds=60)

    def test_iam_is_one_for_all_regions(self):
        self.role()
        self.assertEqual(client("iam", region="eu-central-1").get_role(RoleName="runner")["Role"]["RoleName"], "runner")


if __name__ == "__main__":
    with serving(binary, "--start", FIRST_INSTANT) as server:
        program = unittest.main(exit=False)
    sys.exit(not program.result.wasSuccessful())
