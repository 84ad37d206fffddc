"""Lambda as Python programs see it: a function from a zip archive, from its creation on, with Debian's boto3 and
with a current botocore, and as a person at the AWS CLI does. The clock runs, so that the SDK's waiters have
something to wait for. Usage: lambda_test.py ORRERY [FOLDER-OF-A-CURRENT-CLI] [unittest options]."""

import io
import json
import os
import sys
import tempfile
import unittest
import urllib.request
import zipfile

from orrery_server import START, serving

import clients  # before botocore
from botocore.exceptions import ClientError

server = None
RUNTIME = f"python3.{sys.version_info[1]}"
ROLE = "arn:aws:iam::000000000000:role/r"


def archive(**files):
    """handler.py is given as handler=TEXT, other names as **{NAME: TEXT}."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in files.items():
            packed.writestr(name if "." in name else name + ".py", text)
    return out.getvalue()


def answering(value):
    return archive(handler=f"def handle(event, context):\n    return [{value!r}, event]\n")


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.client = clients.client(server, "lambda")
        self.addCleanup(self.client.close)
        self.name = self.id().rsplit(".", 1)[1][:60]

    def wait(self, waiter, **more):
        # Asked more often than SDKs do by themselves: what is tested is that it ends.
        config = {"Delay": 1, "MaxAttempts": 20}
        self.client.get_waiter(waiter).wait(FunctionName=self.name, WaiterConfig=config, **more)

    def create(self, code, **more):
        made = self.client.create_function(FunctionName=self.name, Runtime=RUNTIME, Handler="handler.handle",
                                           Role=ROLE, Code={"ZipFile": code}, **more)
        self.assertEqual(made["State"], "Pending")
        self.wait("function_active_v2")
        return made

    def invoke(self, **more):
        answer = self.client.invoke(FunctionName=self.name, Payload=b'{"a": 1}', **more)
        body = json.load(answer["Payload"])
        self.assertNotIn("FunctionError", answer, body)
        return answer["ExecutedVersion"], body

    def refused(self, code, call, **parameters):
        with self.assertRaises(ClientError) as caught:
            call(**parameters)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response["Error"]["Message"]

    def test_a_function_from_a_zip_archive(self):
        code = answering("one")
        made = self.create(code)
        self.assertEqual(made["CodeSize"], len(code))
        self.assertEqual(self.invoke(), ("$LATEST", ["one", {"a": 1}]))
        location = self.client.get_function(FunctionName=self.name)["Code"]["Location"]
        with urllib.request.urlopen(location, timeout=60) as answer:
            self.assertEqual(answer.read(), code)
        updated = self.client.update_function_code(FunctionName=self.name, ZipFile=answering("two"))
        self.assertEqual(updated["LastUpdateStatus"], "InProgress")
        self.refused("ResourceConflictException", self.client.update_function_configuration,
                     FunctionName=self.name, Timeout=9)
        self.wait("function_updated_v2")
        self.assertEqual(self.invoke(), ("$LATEST", ["two", {"a": 1}]))
        self.client.delete_function(FunctionName=self.name)
        self.refused("ResourceNotFoundException", self.client.get_function, FunctionName=self.name)

    def test_versions_and_aliases(self):
        self.create(answering("one"))
        self.assertEqual(self.client.publish_version(FunctionName=self.name)["Version"], "1")
        self.wait("published_version_active", Qualifier="1")
        self.client.update_function_code(FunctionName=self.name, ZipFile=answering("two"))
        self.wait("function_updated_v2")
        self.client.create_alias(FunctionName=self.name, Name="live", FunctionVersion="1")
        self.assertEqual(self.invoke(Qualifier="live"), ("1", ["one", {"a": 1}]))
        self.assertEqual(self.invoke(), ("$LATEST", ["two", {"a": 1}]))
        versions = self.client.get_paginator("list_versions_by_function").paginate(FunctionName=self.name)
        self.assertEqual([one["Version"] for one in versions.build_full_result()["Versions"]], ["$LATEST", "1"])
        self.refused("ResourceConflictException", self.client.delete_function, FunctionName=self.name, Qualifier="1")

    def test_a_layer(self):
        layer = self.client.publish_layer_version(
            LayerName=self.name, Content={"ZipFile": archive(**{"python/from_layer.py": "VALUE = 'layer'\n"})})
        self.assertEqual(layer["Version"], 1)
        self.create(archive(handler="import from_layer\n\ndef handle(event, context):\n    return from_layer.VALUE\n"),
                    Layers=[layer["LayerVersionArn"]])
        self.assertEqual(self.invoke(), ("$LATEST", "layer"))
        found = self.client.get_layer_version_by_arn(Arn=layer["LayerVersionArn"])
        self.assertEqual(found["Content"]["CodeSha256"], layer["Content"]["CodeSha256"])

    def test_provisioned_concurrency(self):
        self.create(archive(handler="import os\n\ndef handle(event, context):\n"
                                    "    return os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']\n"))
        self.client.publish_version(FunctionName=self.name)
        self.wait("published_version_active", Qualifier="1")
        self.client.put_provisioned_concurrency_config(FunctionName=self.name, Qualifier="1",
                                                       ProvisionedConcurrentExecutions=1)
        for _ in range(60):
            answer = self.client.get_provisioned_concurrency_config(FunctionName=self.name, Qualifier="1")
            if answer["Status"] != "IN_PROGRESS":
                break
            server.advance("1s")
        self.assertEqual(answer["Status"], "READY")
        self.assertEqual(self.invoke(Qualifier="1"), ("1", "provisioned-concurrency"))
        self.assertEqual(self.invoke(), ("$LATEST", "on-demand"))

    def test_policies_urls_and_tags(self):
        arn = self.create(answering("one"), Tags={"a": "1"})["FunctionArn"]
        self.client.add_permission(FunctionName=self.name, StatementId="s", Action="lambda:InvokeFunction",
                                   Principal="s3.amazonaws.com")
        policy = json.loads(self.client.get_policy(FunctionName=self.name)["Policy"])
        self.assertEqual(policy["Statement"][0]["Principal"], {"Service": "s3.amazonaws.com"})
        url = self.client.create_function_url_config(FunctionName=self.name, AuthType="NONE")
        self.assertRegex(url["FunctionUrl"], r"^https://[a-z0-9]{32}\.lambda-url\.us-east-1\.on\.aws/$")
        self.client.tag_resource(Resource=arn, Tags={"b": "2"})
        self.client.untag_resource(Resource=arn, TagKeys=["a"])
        self.assertEqual(self.client.list_tags(Resource=arn)["Tags"], {"b": "2"})
        self.client.put_function_event_invoke_config(FunctionName=self.name, MaximumRetryAttempts=1)
        got = self.client.get_function_event_invoke_config(FunctionName=self.name)
        self.assertEqual(got["MaximumRetryAttempts"], 1)
        self.assertGreater(self.client.get_account_settings()["AccountUsage"]["FunctionCount"], 0)

    def test_mistakes_are_told_as_aws_tells_them(self):
        told = self.refused("InvalidParameterValueException", self.client.create_function, FunctionName=self.name,
                            Runtime=RUNTIME, Handler="handler.handle", Role=ROLE, Code={"ZipFile": b"no zip"})
        self.assertEqual(told, "Could not unzip uploaded file. Please check your file, then try to upload again.")
        told = self.refused("ResourceNotFoundException", self.client.get_function, FunctionName=self.name)
        self.assertEqual(told, f"Function not found: arn:aws:lambda:us-east-1:000000000000:function:{self.name}")


class CommandLine(unittest.TestCase):
    def aws(self, *words):
        return json.loads(clients.aws(server, "lambda", *words) or "{}")

    @unittest.skipUnless(os.path.exists(clients.COMMAND[0]), "there is no AWS CLI")
    def test_a_function_from_creation_to_deletion(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        package, answer = os.path.join(folder.name, "package.zip"), os.path.join(folder.name, "answer.json")
        with open(package, "wb") as file:
            file.write(answering("cli"))
        self.aws("create-function", "--function-name", "cli", "--runtime", RUNTIME, "--handler", "handler.handle",
                 "--role", ROLE, "--zip-file", "fileb://" + package)
        self.aws("wait", "function-active-v2", "--function-name", "cli")
        self.assertEqual(self.aws("invoke", "--function-name", "cli", answer)["StatusCode"], 200)
        with open(answer, encoding="utf-8") as file:
            self.assertEqual(json.load(file), ["cli", {}])
        self.assertEqual(self.aws("publish-version", "--function-name", "cli")["Version"], "1")
        self.aws("create-alias", "--function-name", "cli", "--name", "live", "--function-version", "1")
        self.assertEqual(len(self.aws("list-aliases", "--function-name", "cli")["Aliases"]), 1)
        self.aws("delete-function", "--function-name", "cli")


if __name__ == "__main__":
    with serving(clients.binary, "--start", START, clock="live") as server:
        program = unittest.main(exit=False)
    sys.exit(not program.result.wasSuccessful())
