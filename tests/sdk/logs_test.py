"""CloudWatch Logs from Python and from the AWS CLI, Debian's or a current one. Usage: logs_test.py ORRERY
[FOLDER-OF-A-CURRENT-CLI] [unittest options]."""

import datetime
import json
import sys
import tempfile
import unittest

from orrery_server import serving

import clients  # before botocore
from botocore.exceptions import ClientError

# `aws logs tail --since` counts from the machine's clock, so the server's starts there as well.
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
NOW_MILLIS = int(NOW.timestamp() * 1000)
server = None


def client():
    return clients.client(server, "logs")


def aws(*words):
    return clients.aws(server, *words)


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.logs = client()
        self.addCleanup(self.logs.close)
        self.group = "/test/" + self.id().rsplit(".", 1)[1]
        self.logs.create_log_group(logGroupName=self.group, tags={"team": "a"})
        self.logs.create_log_stream(logGroupName=self.group, logStreamName="one")
        self.logs.create_log_stream(logGroupName=self.group, logStreamName="two")

    def put(self, stream, *messages, at=NOW_MILLIS):
        events = [{"timestamp": at + n, "message": message} for n, message in enumerate(messages)]
        return self.logs.put_log_events(logGroupName=self.group, logStreamName=stream, logEvents=events)

    def refused(self, code, message, operation, **parameters):
        with self.assertRaises(ClientError) as caught:
            getattr(self.logs, operation)(**parameters)
        error = caught.exception.response["Error"]
        self.assertEqual(error["Code"], code)
        self.assertIn(message, error["Message"])


class FromPython(Case):
    def test_paginators_find_all_events(self):
        self.put("one", *[f"message {n}" for n in range(25)])
        self.put("two", "other")
        pages = self.logs.get_paginator("filter_log_events").paginate(
            logGroupName=self.group, filterPattern="message", PaginationConfig={"PageSize": 10})
        events = [event for page in pages for event in page["events"]]
        self.assertEqual([event["message"] for event in events], [f"message {n}" for n in range(25)])
        self.assertEqual(len({event["eventId"] for event in events}), 25)
        self.assertEqual(events[0]["timestamp"], NOW_MILLIS)
        names = self.logs.get_paginator("describe_log_streams").paginate(
            logGroupName=self.group, orderBy="LastEventTime", descending=True, PaginationConfig={"PageSize": 1})
        self.assertEqual([stream["logStreamName"] for page in names for stream in page["logStreams"]], ["one", "two"])

    def test_get_log_events_until_the_token_repeats(self):
        self.put("one", "a", "b", "c")
        token, messages = None, []
        while True:
            more = {"nextToken": token} if token else {}
            page = self.logs.get_log_events(
                logGroupName=self.group, logStreamName="one", startFromHead=True, limit=2, **more)
            messages += [event["message"] for event in page["events"]]
            if page["nextForwardToken"] == token:
                break
            token = page["nextForwardToken"]
        self.assertEqual(messages, ["a", "b", "c"])

    def test_json_patterns(self):
        self.put("one", json.dumps({"level": "ERROR", "ms": 200}), json.dumps({"level": "INFO", "ms": 500}), "text")
        found = self.logs.filter_log_events(
            logGroupName=self.group, filterPattern='{ $.level = "ERR*" && $.ms > 100 && $.user NOT EXISTS }')
        self.assertEqual([json.loads(event["message"])["ms"] for event in found["events"]], [200])
        self.refused("InvalidParameterException", "Invalid filter pattern", "filter_log_events",
                     logGroupName=self.group, filterPattern="{ $.a }")

    def test_what_terraform_reads_back(self):
        self.logs.put_retention_policy(logGroupName=self.group, retentionInDays=7)
        [group] = self.logs.describe_log_groups(logGroupNamePrefix=self.group)["logGroups"]
        self.assertEqual(group["retentionInDays"], 7)
        arn = group["arn"].removesuffix(":*")
        self.assertEqual(self.logs.list_tags_for_resource(resourceArn=arn)["tags"], {"team": "a"})
        self.logs.put_metric_filter(
            logGroupName=self.group, filterName="f", filterPattern="ERROR",
            metricTransformations=[{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}])
        [metric_filter] = self.logs.describe_metric_filters(logGroupName=self.group)["metricFilters"]
        self.assertEqual(metric_filter["metricTransformations"][0]["metricName"], "m")
        matches = self.logs.test_metric_filter(filterPattern="[a, b=2]", logEventMessages=["1 2", "1 3"])["matches"]
        self.assertEqual(matches[0]["extractedValues"], {"$a": "1", "$b": "2"})

    def test_mistakes(self):
        self.refused("ResourceAlreadyExistsException", "already exists", "create_log_group", logGroupName=self.group)
        self.refused("ResourceNotFoundException", "The specified log group does not exist.", "get_log_events",
                     logGroupName="no", logStreamName="s")
        self.refused("NotImplemented", "StartQuery", "start_query", logGroupName=self.group,
                     startTime=0, endTime=1, queryString="fields @message")
        answer = self.put("one", "old", at=NOW_MILLIS - 15 * 24 * 3600 * 1000)
        self.assertEqual(answer["rejectedLogEventsInfo"], {"tooOldLogEventEndIndex": 1})


class FromTheCommandLine(Case):
    def test_tail_and_filter(self):
        self.put("one", "first", "second ERROR")
        self.put("two", "third")
        if not clients.current_cli:  # version 1 has no `logs tail`
            printed = aws("logs", "tail", self.group, "--since", "1h", "--format", "short")
            self.assertEqual([line.split(" ", 1)[1] for line in printed.splitlines()],
                             ["first", "third", "second ERROR"])
            printed = aws("logs", "tail", self.group, "--since", "1h", "--filter-pattern", "ERROR")
            self.assertIn("one second ERROR", printed)
        found = json.loads(aws("logs", "filter-log-events", "--log-group-name", self.group,
                               "--filter-pattern", "?ERROR ?third"))
        self.assertEqual(sorted(event["message"] for event in found["events"]), ["second ERROR", "third"])

    def test_get_and_describe(self):
        self.put("one", "first", "second")
        found = json.loads(aws("logs", "get-log-events", "--log-group-name", self.group,
                               "--log-stream-name", "one", "--limit", "1"))
        self.assertEqual([event["message"] for event in found["events"]], ["second"])
        groups = json.loads(aws("logs", "describe-log-groups", "--log-group-name-prefix", self.group))
        self.assertEqual([group["logGroupName"] for group in groups["logGroups"]], [self.group])
        streams = json.loads(aws("logs", "describe-log-streams", "--log-group-name", self.group))
        self.assertEqual([stream["logStreamName"] for stream in streams["logStreams"]], ["one", "two"])
        self.assertEqual(streams["logStreams"][0]["lastEventTimestamp"], NOW_MILLIS + 1)


class Restart(unittest.TestCase):
    def test_events_outlive_the_server(self):
        global server
        outer = server
        self.addCleanup(lambda: globals().update(server=outer))
        with tempfile.TemporaryDirectory() as state:
            for life in range(2):
                with serving(clients.binary, "--start", NOW.strftime("%Y-%m-%dT%H:%M:%SZ"), "--state", state) as server:
                    logs = client()
                    if life == 0:
                        logs.create_log_group(logGroupName="kept")
                        logs.create_log_stream(logGroupName="kept", logStreamName="s")
                        logs.put_log_events(logGroupName="kept", logStreamName="s",
                                            logEvents=[{"timestamp": NOW_MILLIS, "message": "still here"}])
                    else:
                        [event] = logs.filter_log_events(logGroupName="kept")["events"]
                        self.assertEqual(event["message"], "still here")
                    logs.close()


if __name__ == "__main__":
    with serving(clients.binary, "--start", NOW.strftime("%Y-%m-%dT%H:%M:%SZ")) as server:
        program = unittest.main(exit=False)
    sys.exit(not program.result.wasSuccessful())
