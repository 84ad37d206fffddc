"""`orrery serve` as its users meet it: over HTTP, with signals, with state on disk.

usage: serve_test.py ORRERY
"""

import datetime
import email.utils
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

ORRERY = None  # set from the arguments

# What a request is signed with; nobody checks it.
SIGNED = "AWS4-HMAC-SHA256 Credential=%s/20260101/us-east-1/%s/aws4_request, SignedHeaders=host, Signature=0"

HANDLER = """\
import time

def handler(event, context):
    for record in event["Records"]:
        print("began", record["body"], "at", time.strftime("%H:%M:%S"))
        time.sleep(60)
        print("ended", record["body"], "at", time.strftime("%H:%M:%S"))
"""

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: { QueueName: Orders, VisibilityTimeout: 120 }
  Ship:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: Ship
      Runtime: python3.11
      Handler: index.handler
      CodeUri: .
      Timeout: 100
      Events:
        Orders: { Type: SQS, Properties: { Queue: !GetAtt Orders.Arn, BatchSize: 1 } }
"""

# What the handler sends goes back into the world that it lives in.
FORWARDING_HANDLER = """\
import json, os, urllib.request

def handler(event, context):
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    for record in event["Records"]:
        body = json.dumps({"QueueUrl": endpoint + "/000000000000/Shipped", "MessageBody": record["body"]})
        urllib.request.urlopen(urllib.request.Request(endpoint, body.encode(), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage",
            "Authorization": "%s"}))
""" % (SIGNED % ("test", "sqs"))


def wait_until(condition, seconds=20):
    """Waits for the operating system, not for virtual time."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


def children_of(pid):
    found = []
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/stat") as stat:
                if int(stat.read().rpartition(")")[2].split()[1]) == pid:
                    found.append(int(entry))
        except (OSError, ValueError):
            continue
    return found


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Server:
    """A running `orrery serve`."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [ORRERY, "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.said = []
        for line in self.process.stdout:
            self.said.append(line)
            ready = re.search(r"ready at http://([\d.]+):(\d+) .*export AWS_ENDPOINT_URL=http://", line)
            if ready:
                self.address = (ready[1], int(ready[2]))
                return
        raise AssertionError("not ready: " + self.process.communicate()[1])

    def request(self, method, target, body=None, headers={}):
        connection = http.client.HTTPConnection(*self.address, timeout=30)
        try:
            connection.request(method, target, body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode(), response.headers
        finally:
            connection.close()

    def json(self, method, target, body=None, status=200, headers={}):
        got, text, _ = self.request(method, target, None if body is None else json.dumps(body), headers)
        assert got == status, f"{method} {target}: {got} {text}"
        return json.loads(text or "{}")

    def clock(self, **change):
        return self.json("POST", "/_orrery/clock", change) if change else self.json("GET", "/_orrery/clock")

    def pending(self):
        """How many events are to come. Over one connection, because the end of another is an event, too."""
        connection = http.client.HTTPConnection(*self.address, timeout=30)
        try:
            for _ in range(3):
                connection.request("GET", "/_orrery/clock")
                clock = json.loads(connection.getresponse().read())
            return clock["pending"]
        finally:
            connection.close()

    def sqs(self, operation, access_key="test", status=200, **parameters):
        return self.json("POST", "/", parameters, status, {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS." + operation,
            "Authorization": SIGNED % (access_key, "sqs")})

    def queue(self, name="Orders", **attributes):
        return self.sqs("CreateQueue", QueueName=name, Attributes=attributes)["QueueUrl"]

    def bodies(self, url, **parameters):
        got = self.sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, **parameters)
        return [message["Body"] for message in got.get("Messages", [])]

    def peek(self, url, **parameters):
        query = urllib.parse.urlencode({"QueueUrl": url, **parameters})
        return self.json("GET", "/_aws/sqs/messages?" + query)["Messages"]

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def end(self):
        self.process.terminate()
        out, errors = self.process.communicate(timeout=20)
        return self.process.returncode, "".join(self.said) + out, errors


class InBackground(threading.Thread):
    """A call that waits for its answer while the test goes on."""

    def __init__(self, call):
        super().__init__(daemon=True)
        self.call = call
        self.answer = None
        self.start()

    def run(self):
        self.answer = self.call()

    def result(self):
        self.join(20)
        assert not self.is_alive(), "no answer"
        return self.answer


class Serve(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="orrery-serve-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as out:
            out.write(text)
        return path

    def serve(self, *arguments):
        server = Server(*arguments)
        self.addCleanup(server.kill)
        return server

    def paused(self, *arguments):
        return self.serve("--clock", "paused", "--start", "2026-01-01T00:00:00Z", *arguments)

    def with_function(self, code=HANDLER):
        self.file("index.py", code)
        return self.file("template.yaml", TEMPLATE)


class Starting(Serve):
    def refused(self, *arguments):
        result = subprocess.run([ORRERY, "serve", *arguments], capture_output=True, text=True, timeout=20)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        return result.stderr

    def test_help_teaches_with_examples(self):
        result = subprocess.run([ORRERY, "serve", "--help"], capture_output=True, text=True, timeout=20)
        self.assertEqual(result.returncode, 0)
        for word in ["Examples:", "--port", "--state", "/_orrery/clock", "AWS_ENDPOINT_URL", "Exit status"]:
            self.assertIn(word, result.stdout)

    def test_wrong_options_are_answered_with_the_nearest_names(self):
        self.assertIn("'--template'", self.refused("--tempalte", "x"))
        self.assertIn("not live, paused", self.refused("--clock", "fast"))
        self.assertIn("not live, paused", self.refused("--clock", "x0"))
        self.assertIn("not a port", self.refused("--port", "70000"))
        self.assertIn("not an IPv4 address", self.refused("--address", "::1"))
        self.assertIn("not an instant", self.refused("--start", "yesterday"))
        self.assertIn("'x' was not expected", self.refused("x"))
        self.assertIn("there is no file", self.refused("--port", "0", "--template", "missing.yaml"))

    def test_a_port_in_use_is_a_clear_error(self):
        port = str(self.serve().address[1])
        self.assertRegex(self.refused("--port", port), port + ".*in use.*--port")

    def test_an_address_that_others_can_reach_warns(self):
        server = self.serve("--address", "0.0.0.0")
        self.assertEqual(server.address[0], "127.0.0.1")
        status, _, errors = server.end()
        self.assertEqual(status, 0)
        self.assertIn("0.0.0.0 is not a loopback address", errors)

    def test_events_are_shown_when_asked_for(self):
        server = self.serve("--timeline", "--trace", os.path.join(self.folder, "trace.jsonl"))
        server.queue()
        _, said, _ = server.end()
        self.assertIn("queue Orders", said)
        with open(os.path.join(self.folder, "trace.jsonl")) as trace:
            self.assertIn("sqs.queue.created", trace.read())


class Looking(Serve):
    def test_health(self):
        server = self.serve()
        self.assertEqual(server.json("GET", "/_orrery/health")["status"], "running")
        health = server.json("GET", "/_localstack/health")
        self.assertEqual(health["services"]["sqs"], "running")
        self.assertIn("edition", health)
        self.assertIn("version", health)
        status, body, _ = server.request("HEAD", "/_localstack/health")
        self.assertEqual((status, body), (200, ""))

    def test_an_unknown_path_lists_what_there_is(self):
        server = self.serve()
        self.assertIn("/_orrery/clock", server.json("GET", "/_orrery/clok", status=404)["error"])
        self.assertEqual(server.request("DELETE", "/_orrery/clock")[0], 405)
        self.assertEqual(server.request("GET", "/_orrery/reset")[0], 405)

    def test_a_peek_shows_messages_with_their_state_and_takes_nothing(self):
        server = self.paused()
        url = server.queue(VisibilityTimeout="30")
        server.sqs("SendMessage", QueueUrl=url, MessageBody="taken")
        self.assertEqual(server.bodies(url), ["taken"])
        server.sqs("SendMessage", QueueUrl=url, MessageBody="waits <&>",
                   MessageAttributes={"kind": {"DataType": "String", "StringValue": "a"}})
        server.sqs("SendMessage", QueueUrl=url, MessageBody="later", DelaySeconds=60)
        for _ in range(2):
            [message] = server.peek(url)
            self.assertEqual((message["Body"], message["State"]), ("waits <&>", "visible"))
            self.assertEqual(message["Attributes"]["ApproximateReceiveCount"], "0")
            self.assertEqual(message["MessageAttributes"]["kind"]["StringValue"], "a")
        every = server.peek(url, ShowInvisible="true", ShowDelayed="true")
        self.assertEqual([(m["Body"], m["State"], m.get("VisibleAt")) for m in every], [
            ("taken", "in_flight", "2026-01-01T00:00:30.000Z"), ("waits <&>", "visible", None),
            ("later", "delayed", "2026-01-01T00:01:00.000Z")])
        path = "/_aws/sqs/messages/us-east-1/000000000000/Orders"
        self.assertEqual(len(server.json("POST", path, {"ShowDelayed": True})["Messages"]), 2)
        status, xml, headers = server.request("GET", path, headers={"Accept": "text/xml"})
        self.assertEqual((status, headers["Content-Type"]), (200, "text/xml"))
        self.assertIn("<Body>waits &lt;&amp;&gt;</Body>", xml)

    def test_a_peek_without_a_queue_says_how_to_name_one(self):
        server = self.serve()
        self.assertIn("QueueUrl", server.json("GET", "/_aws/sqs/messages", status=400)["error"])
        answer = server.json("GET", "/_aws/sqs/messages/us-east-1/000000000000/None", status=400)
        self.assertIn("QueueDoesNotExist", answer["__type"])

    def test_each_account_has_its_own_queues(self):
        server = self.serve()
        server.queue("Mine")
        self.assertEqual(server.sqs("ListQueues", access_key="123456789012").get("QueueUrls", []), [])
        self.assertEqual(len(server.sqs("ListQueues")["QueueUrls"]), 1)


class Clock(Serve):
    def test_reading(self):
        self.assertEqual(self.paused().clock(), {
            "now": "2026-01-01T00:00:00.000Z", "mode": "paused", "factor": 1.0, "pending": 0, "next_event": None})

    def test_a_live_clock_begins_now(self):
        now = datetime.datetime.fromisoformat(self.serve().clock()["now"].replace("Z", "+00:00"))
        difference = datetime.datetime.now(datetime.timezone.utc) - now
        self.assertLess(abs(difference.total_seconds()), 60)

    def test_an_advance_lets_everything_due_happen(self):
        server = self.paused()
        url = server.queue(VisibilityTimeout="30")
        server.sqs("SendMessage", QueueUrl=url, MessageBody="hello")
        self.assertEqual(server.bodies(url), ["hello"])
        self.assertEqual(server.bodies(url), [])
        server.clock(advance="29s")
        self.assertEqual(server.bodies(url), [])
        self.assertEqual(server.clock(advance="1s")["now"], "2026-01-01T00:00:30.000Z")
        self.assertEqual(server.bodies(url), ["hello"])

    def test_a_long_poll_ends_within_an_advance(self):
        server = self.paused()
        url = server.queue()
        server.sqs("SendMessage", QueueUrl=url, MessageBody="later", DelaySeconds=5)
        before = server.pending()
        poll = InBackground(lambda: server.bodies(url, WaitTimeSeconds=20))
        self.assertTrue(wait_until(lambda: server.pending() > before))
        server.clock(advance="1h")
        self.assertEqual(poll.result(), ["later"])

    def test_the_date_header_follows_the_virtual_clock(self):
        server = self.paused()
        server.clock(advance="1h")
        date = email.utils.parsedate_to_datetime(server.request("GET", "/_orrery/health")[2]["Date"])
        self.assertEqual(date.isoformat(), "2026-01-01T01:00:00+00:00")

    def test_set_goes_forward(self):
        server = self.paused()
        url = server.queue()
        server.sqs("SendMessage", QueueUrl=url, MessageBody="hello", DelaySeconds=60)
        self.assertEqual(server.clock(set="2026-01-02T00:00:00Z")["now"], "2026-01-02T00:00:00.000Z")
        self.assertEqual(server.bodies(url), ["hello"])

    def test_set_goes_backward_only_in_an_empty_world(self):
        server = self.paused()
        self.assertEqual(server.clock(set="2025-06-01T00:00:00Z")["now"], "2025-06-01T00:00:00.000Z")
        server.queue()
        answer = server.json("POST", "/_orrery/clock", {"set": "2025-01-01T00:00:00Z"}, status=409)
        self.assertIn("/_orrery/reset", answer["error"])
        self.assertEqual(server.clock()["now"], "2025-06-01T00:00:00.000Z")

    def test_several_members_are_applied_in_order(self):
        clock = self.serve().clock(pause=True, set="2199-01-01T00:00:00Z", advance="1m", factor=2)
        self.assertEqual((clock["now"], clock["mode"], clock["factor"]), ("2199-01-01T00:01:00.000Z", "paused", 2))

    def test_factor_and_resume(self):
        server = self.paused()
        server.clock(factor=100000, resume=True)
        self.assertTrue(wait_until(lambda: server.clock()["now"] > "2026-01-01T01:00:00Z"))
        paused = server.clock(pause=True)
        self.assertEqual(server.clock()["now"], paused["now"])

    def test_advances_of_two_clients_add_up(self):
        server = self.paused()
        calls = [InBackground(lambda: server.clock(advance="10s")) for _ in range(4)]
        self.assertEqual(max(call.result()["now"] for call in calls), "2026-01-01T00:00:40.000Z")

    def test_what_cannot_be_done_is_said(self):
        server = self.paused()
        for body, word in [
                ({"advnace": "1s"}, "did you mean 'advance'"), ({"advance": 31}, "such as \"31s\""),
                ({"advance": "-1s"}, "such as"), ({"factor": 0}, "above 0"), ({"factor": "2"}, "above 0"),
                ({"pause": False}, "only be true"), ({"pause": True, "resume": True}, "both"),
                ({"set": "tomorrow"}, "2026-01-01T00:00:00Z"), ({}, "one or more"), ([], "JSON object"),
                ({"set": "2199-12-31T00:00:00Z", "advance": "2d"}, "beyond")]:
            self.assertIn(word, server.json("POST", "/_orrery/clock", body, status=400)["error"])
        self.assertEqual(server.request("POST", "/_orrery/clock", "{")[0], 400)
        self.assertEqual(server.clock()["now"], "2026-01-01T00:00:00.000Z")


class Reset(Serve):
    def test_a_reset_leaves_a_fresh_world(self):
        server = self.paused("--template", self.with_function())
        server.queue("Other")
        server.clock(advance="1h")
        clock = server.json("POST", "/_orrery/reset")
        self.assertEqual((clock["now"], clock["mode"]), ("2026-01-01T00:00:00.000Z", "paused"))
        urls = server.sqs("ListQueues")["QueueUrls"]
        self.assertEqual([url.rpartition("/")[2] for url in urls], ["Orders"])

    def test_a_reset_may_begin_at_another_instant(self):
        server = self.paused()
        server.queue()
        clock = server.json("POST", "/_orrery/reset", {"start": "2020-02-29T00:00:00Z"})
        self.assertEqual(clock["now"], "2020-02-29T00:00:00.000Z")
        self.assertIn("start", server.json("POST", "/_orrery/reset", {"x": 1}, status=400)["error"])

    def test_who_waits_is_answered(self):
        server = self.paused()
        url = server.queue()
        poll = InBackground(lambda: server.bodies(url, WaitTimeSeconds=20))
        self.assertTrue(wait_until(lambda: server.pending() > 0))
        server.json("POST", "/_orrery/reset")
        self.assertEqual(poll.result(), [])

    def test_a_world_that_was_reset_gives_the_same_ids_again(self):
        server = self.paused()
        sent = lambda: server.sqs("SendMessage", QueueUrl=server.queue(), MessageBody="x")["MessageId"]
        first = sent()
        server.json("POST", "/_orrery/reset")
        self.assertEqual(sent(), first)


class Functions(Serve):
    def log(self, server):
        answer = server.json("POST", "/", {"logGroupName": "/aws/lambda/Ship"}, headers={
            "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Logs_20140328.FilterLogEvents",
            "Authorization": SIGNED % ("test", "logs")})
        return [event["message"] for event in answer["events"] if event["message"].startswith(("began", "ended"))]

    def test_a_handler_sleeps_in_virtual_time(self):
        server = self.paused("--template", self.with_function())
        url = server.queue(VisibilityTimeout="120")
        server.sqs("SendMessage", QueueUrl=url, MessageBody="one")
        server.clock(advance="59s")
        self.assertEqual(len(server.peek(url, ShowInvisible="true")), 1)
        server.clock(advance="2s")
        self.assertEqual(server.peek(url, ShowInvisible="true"), [])
        began, ended = self.log(server)
        self.assertRegex(began, "began one at 00:00:0")
        self.assertRegex(ended, "ended one at 00:01:0")

    def test_a_handler_works_in_a_live_world(self):
        server = self.serve("--clock", "x1000", "--template", self.with_function())
        url = server.queue(VisibilityTimeout="120")
        server.sqs("SendMessage", QueueUrl=url, MessageBody="one")
        self.assertTrue(wait_until(lambda: server.peek(url, ShowInvisible="true") == []))

    def test_a_handler_reaches_the_world_that_it_lives_in(self):
        server = self.paused("--template", self.with_function(FORWARDING_HANDLER))
        shipped = server.queue("Shipped")
        server.sqs("SendMessage", QueueUrl=server.queue(VisibilityTimeout="120"), MessageBody="one")
        server.clock(advance="10s")
        self.assertEqual(server.bodies(shipped), ["one"])

    def test_nothing_of_a_handler_outlives_the_server(self):
        server = self.paused("--template", self.with_function())
        server.sqs("SendMessage", QueueUrl=server.queue(VisibilityTimeout="120"), MessageBody="one")
        server.clock(advance="10s")
        children = children_of(server.process.pid)
        self.assertTrue(children)
        self.assertEqual(server.end()[0], 0)
        self.assertTrue(wait_until(lambda: not any(map(alive, children))))


class Ending(Serve):
    def test_sigterm_answers_who_waits_and_exits_0(self):
        for number in [signal.SIGTERM, signal.SIGINT]:
            server = self.paused()
            url = server.queue()
            poll = InBackground(lambda: server.bodies(url, WaitTimeSeconds=20))
            self.assertTrue(wait_until(lambda: server.pending() > 0))
            server.process.send_signal(number)
            self.assertEqual(server.process.wait(20), 0)
            self.assertEqual(poll.result(), [])

    def test_an_idle_connection_does_not_keep_it(self):
        server = self.serve()
        connection = http.client.HTTPConnection(*server.address, timeout=20)
        self.addCleanup(connection.close)
        connection.request("GET", "/_orrery/health")
        connection.getresponse().read()
        self.assertEqual(server.end()[0], 0)


class State(Serve):
    def with_state(self, *arguments):
        return self.serve("--state", os.path.join(self.folder, "state"), *arguments)

    def test_queues_and_messages_outlive_the_process(self):
        server = self.with_state()
        url = server.queue(VisibilityTimeout="33")
        server.sqs("SendMessage", QueueUrl=url, MessageBody="kept")
        self.assertRegex("".join(server.said), "State in .*dynamodb.*sqs.* is kept over a restart; .*rds is not")
        self.assertEqual(server.end()[0], 0)
        server = self.with_state()
        url = server.sqs("GetQueueUrl", QueueName="Orders")["QueueUrl"]
        attributes = server.sqs("GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])["Attributes"]
        self.assertEqual(attributes["VisibilityTimeout"], "33")
        self.assertEqual(server.bodies(url), ["kept"])

    def test_other_accounts_queues_too(self):
        server = self.with_state()
        server.sqs("CreateQueue", access_key="123456789012", QueueName="Theirs")
        server.kill()
        server = self.with_state()
        self.assertEqual(len(server.sqs("ListQueues", access_key="123456789012")["QueueUrls"]), 1)

    def test_time_does_not_go_backward(self):
        server = self.with_state("--clock", "paused")
        then = server.clock(advance="2h")["now"]
        server.kill()
        server = self.with_state("--clock", "paused")
        self.assertEqual(server.clock()["now"], then)
        server.kill()
        self.assertGreaterEqual(self.with_state().clock()["now"], then)

    def test_ids_do_not_repeat(self):
        ids = set()
        for _ in range(3):
            server = self.with_state()
            ids.add(server.sqs("SendMessage", QueueUrl=server.queue("Q"), MessageBody="x")["MessageId"])
            server.end()
        self.assertEqual(len(ids), 3)

    def test_a_template_keeps_the_queues_that_are_there(self):
        arguments = ["--clock", "paused", "--template", self.with_function()]
        server = self.with_state(*arguments)
        url = server.sqs("GetQueueUrl", QueueName="Orders")["QueueUrl"]
        server.sqs("SetQueueAttributes", QueueUrl=url, Attributes={"VisibilityTimeout": "200"})
        server.sqs("SendMessage", QueueUrl=url, MessageBody="one", DelaySeconds=5)
        self.assertEqual(server.end()[0], 0)
        server = self.with_state(*arguments)
        attributes = server.sqs("GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])["Attributes"]
        self.assertEqual(attributes["VisibilityTimeout"], "200")
        self.assertEqual(len(server.peek(url, ShowDelayed="true")), 1)
        server.clock(advance="2m")  # its function is there again, and takes the message
        self.assertEqual(server.peek(url, ShowDelayed="true", ShowInvisible="true"), [])

    def test_a_reset_clears_the_state(self):
        server = self.with_state()
        server.queue()
        server.json("POST", "/_orrery/reset")
        server.queue("Later")
        server.kill()
        urls = self.with_state().sqs("ListQueues")["QueueUrls"]
        self.assertEqual([url.rpartition("/")[2] for url in urls], ["Later"])

    def test_two_processes_cannot_share_it(self):
        self.with_state()
        result = subprocess.run(
            [ORRERY, "serve", "--port", "0", "--state", os.path.join(self.folder, "state")],
            capture_output=True, text=True, timeout=20)
        self.assertEqual(result.returncode, 2)
        self.assertIn("in use by another process", result.stderr)

    def test_kill_9_loses_no_acknowledged_message(self):
        acknowledged = set()

        def send(server, url, sender):
            connection = http.client.HTTPConnection(*server.address, timeout=20)
            number = 0
            while True:
                body = f"{server.process.pid}-{sender}-{number}"
                try:
                    connection.request("POST", "/", json.dumps({"QueueUrl": url, "MessageBody": body}), {
                        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage",
                        "Authorization": SIGNED % ("test", "sqs")})
                    response = connection.getresponse()
                    response.read()
                except (OSError, http.client.HTTPException):
                    connection.close()
                    return
                if response.status == 200:
                    acknowledged.add(body)
                number += 1

        for _ in range(5):
            server = self.with_state()
            url = server.queue()
            before = len(acknowledged)
            senders = [InBackground(lambda sender=sender: send(server, url, sender)) for sender in range(4)]
            self.assertTrue(wait_until(lambda: len(acknowledged) >= before + 200))
            server.kill()
            for sender in senders:
                sender.result()
        server = self.with_state()
        kept = {message["Body"] for message in server.peek(server.queue())}
        self.assertEqual(acknowledged - kept, set())
        self.assertGreaterEqual(len(acknowledged), 1000)


if __name__ == "__main__":
    ORRERY = os.path.abspath(sys.argv.pop(1))
    unittest.main()
