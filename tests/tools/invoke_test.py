"""`orrery invoke` as its users meet it: a real Python handler, results, logs, exit statuses, mistakes.

usage: invoke_test.py ORRERY
"""

import os
import subprocess
import sys
import tempfile
import unittest

ORRERY = None  # set from the arguments

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: { Type: String, Default: dev }
Resources:
  Ship:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub "ship-${Stage}"
      Runtime: python3.11
      Handler: index.handler
      CodeUri: code
      Environment: { Variables: { CARRIER: none, STAGE: !Ref Stage } }
"""

TWO_MORE = """\
  Bill:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: Bill, Runtime: python3.11, Handler: index.handler, CodeUri: code }
"""

HANDLER = """\
import os
import time

def handler(event, context):
    print("shipping", event)
    time.sleep(2)
    if event.get("quantity") == 0:
        raise ValueError("nothing to ship")
    return {"event": event, "carrier": os.environ["CARRIER"], "stage": os.environ["STAGE"], "by": context.function_name}
"""

# As `sam init` writes it, and a function that cannot do without what is not there.
WITH_AN_API = """\
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: index.handler
      CodeUri: code
      Environment: { Variables: { CARRIER: x, STAGE: y } }
      Events: { Web: { Type: Api, Properties: { Path: /hello, Method: get } } }
  Diagram: { Type: AWS::ApplicationInsights::Application, Properties: { ResourceGroupName: all } }
  Links:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: index.handler
      CodeUri: code
      Environment: { Variables: { URL: !Sub "https://${ServerlessRestApi}.example" } }
Outputs:
  Url: { Value: !Sub "https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/Prod/hello/" }
"""

# A class that stands in for AWS's client, and talks to a service as AWS's SDK does.
JAVA_TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders: { Type: AWS::SQS::Queue, Properties: { QueueName: Orders } }
  Ask:
    Type: AWS::Serverless::Function
    Properties: { Runtime: java17, Handler: shop.Ask, CodeUri: code, MemorySize: 512, Timeout: 60 }
"""
JAVA_CLIENT = """\
package com.amazonaws.services.lambda.runtime.api.client;

import java.net.*;

public class AWSLambda {
    public static void main(String[] arguments) throws Exception {
        String root = "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/";
        HttpURLConnection next = (HttpURLConnection) new URL(root + "next").openConnection();
        String id = next.getHeaderField("Lambda-Runtime-Aws-Request-Id");
        URL queues = new URL("https://sqs.us-east-1.amazonaws.com/?Action=ListQueues");
        String found = new String(queues.openConnection().getInputStream().readAllBytes());
        HttpURLConnection answer = (HttpURLConnection) new URL(root + id + "/response").openConnection();
        answer.setDoOutput(true);
        answer.getOutputStream().write(("" + found.contains("/000000000000/Orders")).getBytes());
        answer.getInputStream().readAllBytes();
        new URL(root + "next").openStream();
    }
}
"""


class Invoke(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.mkdir(os.path.join(self.folder, "code"))
        self.write("template.yaml", TEMPLATE)
        self.write("code/index.py", HANDLER)
        self.write("event.json", '{"quantity": 3}')

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)

    def invoke(self, *arguments, **more):
        return subprocess.run([ORRERY, "invoke", *arguments], cwd=self.folder, capture_output=True, text=True,
                              timeout=60, **more)

    def test_the_result_is_on_standard_output(self):
        result = self.invoke("--event", "event.json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout,
                         '{"event": {"quantity": 3}, "carrier": "none", "stage": "dev", "by": "ship-dev"}\n')
        self.assertEqual(result.stderr, "")

    def test_the_event_may_come_from_standard_input_or_be_none(self):
        self.assertIn('"event": {"a": 1}',
                      self.invoke("Ship", "--event", "-", input='{"a": 1}').stdout)
        self.assertIn('"event": {}', self.invoke("ship-dev").stdout)

    def test_parameters_and_variables(self):
        result = self.invoke("--parameter", "Stage=test", "--env", "CARRIER=a=b", "--env", "OTHER=1")
        self.assertIn('"carrier": "a=b", "stage": "test", "by": "ship-test"', result.stdout)

    def test_the_log_is_on_standard_error(self):
        lines = self.invoke("--event", "event.json", "--log").stderr.splitlines()
        self.assertTrue(lines[0].startswith("INIT_START "), lines)
        self.assertTrue(lines[1].startswith("START RequestId: "), lines)
        self.assertEqual(lines[2], "shipping {'quantity': 3}")
        self.assertIn("Duration: 2005.00 ms", lines[4])

    def test_a_function_that_fails_has_status_1(self):
        result = self.invoke("--event", "-", input='{"quantity": 0}')
        self.assertEqual(result.returncode, 1)
        self.assertIn('"errorType": "ValueError"', result.stdout)
        self.assertEqual(result.stderr, "orrery: ship-dev failed: ValueError: nothing to ship\n")

    def test_mistakes_have_status_2_and_say_where(self):
        def mistake(*arguments, **more):
            result = self.invoke(*arguments, **more)
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertEqual(result.stdout, "")
            return result.stderr

        self.write("bad.json", '{\n  "a": nothing\n}')
        self.assertIn("bad.json:2:", mistake("--event", "bad.json"))
        self.assertIn("standard input:1:1: the event is no JSON here", mistake("--event", "-", input=""))
        self.assertIn("cannot read missing.json", mistake("--event", "missing.json"))
        self.assertIn("cannot read code", mistake("--event", "code"))
        self.assertIn("no function 'Shop'; did you mean 'Ship'?", mistake("Shop"))
        self.assertIn("--env: 'x' is not NAME=VALUE", mistake("--env", "x"))
        self.assertIn("Stag", mistake("--parameter", "Stag=x"))
        self.assertIn("invoke takes one FUNCTION", mistake("Ship", "Bill"))
        self.write("template.yaml", TEMPLATE + TWO_MORE)
        self.assertIn("several functions, name one: Ship, Bill", mistake("--event", "event.json"))
        self.assertIn("no.yaml", mistake("--template", "no.yaml"))

    def test_what_is_not_supported_is_left_out_and_told(self):
        self.write("template.yaml", TEMPLATE + WITH_AN_API)
        result = self.invoke("Hello")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr.splitlines(), [
            "orrery: left out Web: events of type Api are not supported",
            "orrery: left out Diagram: AWS::ApplicationInsights::Application is not supported",
            "orrery: left out Links: it refers to ServerlessRestApi",
        ])
        result = self.invoke("Links")
        self.assertEqual(result.returncode, 2)
        self.assertIn("function Links cannot be invoked: it refers to ServerlessRestApi", result.stderr)

    def test_java_trusts_the_emulator_by_https(self):
        if not os.path.exists("/usr/bin/javac"):
            print("SKIPPED: no /usr/bin/javac (apt-get install default-jdk-headless)", file=sys.stderr)
            self.skipTest("no javac")
        self.write("template.yaml", JAVA_TEMPLATE)
        self.write("AWSLambda.java", JAVA_CLIENT)
        subprocess.run(["/usr/bin/javac", "-d", "code", "AWSLambda.java"], cwd=self.folder, check=True)
        result = self.invoke("Ask", "--log")
        self.assertEqual(result.stdout, "true\n", result.stderr)

    def test_help_teaches(self):
        result = self.invoke("--help")
        self.assertEqual(result.returncode, 0)
        for word in ("--event", "--log", "Examples:", "Exit status:"):
            self.assertIn(word, result.stdout)


if __name__ == "__main__":
    ORRERY = os.path.abspath(sys.argv.pop(1))
    unittest.main()
