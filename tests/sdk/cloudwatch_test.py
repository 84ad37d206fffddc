"""CloudWatch as Python programs see it: the same tests with Debian's boto3, which speaks the Query protocol, and
with the botocore inside a current AWS CLI, which speaks JSON, and CBOR where it is told to. Usage:
cloudwatch_test.py ORRERY [FOLDER-OF-A-CURRENT-CLI] [unittest options]."""

import datetime
import json
import os
import sys
import unittest

from orrery_server import START, serving

import clients  # before botocore
from botocore.exceptions import ClientError

server = None
start = datetime.datetime.fromisoformat(START.replace("Z", "+00:00"))


def minutes(count):
    return start + datetime.timedelta(minutes=count)


def client(service, protocol=None):
    made = clients.client(server, service)
    if protocol:
        from botocore import parsers, serialize

        model = made.meta.service_model
        made._serializer = serialize.create_serializer(protocol)
        made._response_parser = parsers.create_parser(protocol)
        model.metadata["protocol"] = protocol
        model.__dict__.pop("resolved_protocol", None)
        model.__dict__["resolved_protocol"] = protocol
    return made


class Case(unittest.TestCase):
    maxDiff = None
    protocol = None

    def setUp(self):
        server.control("/_orrery/reset", {})
        self.cloudwatch = client("cloudwatch", self.protocol)
        self.addCleanup(self.cloudwatch.close)
        self.seen = []
        self.cloudwatch.meta.events.register(
            "before-send.cloudwatch.*", lambda request, **_: self.seen.append(request.headers))

    def put(self, value, minute=0, **more):
        datum = {"MetricName": "m", "Timestamp": minutes(minute), "Value": value, **more}
        self.cloudwatch.put_metric_data(Namespace="App", MetricData=[datum])

    def statistics(self, name="m", namespace="App", **more):
        answer = self.cloudwatch.get_metric_statistics(
            Namespace=namespace, MetricName=name, **{
                "StartTime": minutes(0), "EndTime": minutes(10), "Period": 60, "Statistics": ["Sum"], **more})
        return sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])

    def refused(self, code, operation, **parameters):
        with self.assertRaises(ClientError) as caught:
            getattr(self.cloudwatch, operation)(**parameters)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception


class Metrics(Case):
    def test_data_are_put_and_read_as_statistics(self):
        self.put(1.5, Unit="Seconds", Dimensions=[{"Name": "Host", "Value": "a&b<ü>"}])
        self.put(2.5, Unit="Seconds", Dimensions=[{"Name": "Host", "Value": "a&b<ü>"}])
        [point] = self.statistics(
            Dimensions=[{"Name": "Host", "Value": "a&b<ü>"}],
            Statistics=["SampleCount", "Average", "Sum", "Minimum", "Maximum"], ExtendedStatistics=["p90", "tm50"])
        self.assertEqual(point.pop("Timestamp"), start)
        self.assertEqual(point.pop("ExtendedStatistics"), {"p90": 2.5, "tm50": 1.5})
        self.assertEqual(point, {"SampleCount": 2.0, "Average": 2.0, "Sum": 4.0, "Minimum": 1.5, "Maximum": 2.5,
                                 "Unit": "Seconds"})

    def test_values_and_statistic_sets(self):
        data = [
            {"MetricName": "m", "Timestamp": minutes(0), "Values": [1, 2, 3], "Counts": [1, 1, 8]},
            {"MetricName": "m", "Timestamp": minutes(1),
             "StatisticValues": {"SampleCount": 4, "Sum": 10, "Minimum": 1, "Maximum": 4}, "StorageResolution": 60},
        ]
        self.cloudwatch.put_metric_data(Namespace="App", MetricData=data)
        self.assertEqual([point["Sum"] for point in self.statistics()], [27.0, 10.0])

    def test_a_large_request_may_come_compressed(self):
        data = [{"MetricName": f"metric-with-a-long-name-{i}", "Value": i, "Timestamp": minutes(0)} for i in range(1000)]
        self.cloudwatch.put_metric_data(Namespace="App", MetricData=data)
        if clients.current_cli:
            self.assertIn(self.seen[-1].get("Content-Encoding"), ("gzip", b"gzip"))
        [point] = self.statistics("metric-with-a-long-name-999")
        self.assertEqual(point["Sum"], 999.0)

    def test_metrics_are_listed_in_pages(self):
        for i in range(3):
            self.put(1, Dimensions=[{"Name": "i", "Value": str(i)}])
        pages = self.cloudwatch.get_paginator("list_metrics").paginate(Namespace="App")
        metrics = [metric for page in pages for metric in page["Metrics"]]
        self.assertEqual([metric["Dimensions"][0]["Value"] for metric in metrics], ["0", "1", "2"])
        answer = self.cloudwatch.list_metrics(Dimensions=[{"Name": "i", "Value": "1"}], RecentlyActive="PT3H")
        self.assertEqual(answer["Metrics"], [
            {"Namespace": "App", "MetricName": "m", "Dimensions": [{"Name": "i", "Value": "1"}]}])

    def test_queries_and_math(self):
        for minute, value in enumerate([1, 4, 9]):
            self.put(value, minute)
        stat = {"Metric": {"Namespace": "App", "MetricName": "m"}, "Period": 60, "Stat": "Sum"}
        answer = self.cloudwatch.get_metric_data(
            MetricDataQueries=[
                {"Id": "m1", "MetricStat": stat, "Label": "mine"},
                {"Id": "e1", "Expression": "FILL(m1, 0) * 2"},
            ],
            StartTime=minutes(0), EndTime=minutes(4), ScanBy="TimestampAscending")
        [plain, math] = answer["MetricDataResults"]
        self.assertEqual(plain["Values"], [1.0, 4.0, 9.0])
        self.assertEqual(plain["Label"], "mine")
        self.assertEqual(plain["Timestamps"], [minutes(0), minutes(1), minutes(2)])
        self.assertEqual(plain["StatusCode"], "Complete")
        self.assertEqual(math["Values"], [2.0, 8.0, 18.0, 0.0])
        pages = self.cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=[{"Id": "m1", "MetricStat": stat}], StartTime=minutes(0), EndTime=minutes(4),
            MaxDatapoints=2)
        self.assertEqual([page["MetricDataResults"][0]["Values"] for page in pages], [[9.0, 4.0], [1.0]])

    def test_mistakes_have_the_codes_that_programs_look_for(self):
        datum = {"MetricName": "m", "Value": 1, "Timestamp": start - datetime.timedelta(days=15)}
        error = self.refused("InvalidParameterValue", "put_metric_data", Namespace="App", MetricData=[datum])
        self.assertIsInstance(error, self.cloudwatch.exceptions.InvalidParameterValueException)
        self.assertEqual(error.response["Error"]["Message"],
                         "The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks.")
        self.assertEqual(error.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        both = {"MetricName": "m", "Value": 1, "Values": [1]}
        self.refused("InvalidParameterCombination", "put_metric_data", Namespace="App", MetricData=[both])
        self.refused("ValidationError", "get_metric_data", StartTime=minutes(0), EndTime=minutes(1),
                     MetricDataQueries=[{"Id": "e1", "Expression": "SEARCH('x', 'Sum')"}])
        error = self.refused("ResourceNotFound", "set_alarm_state", AlarmName="none", StateValue="OK", StateReason="x")
        self.assertIsInstance(error, self.cloudwatch.exceptions.ResourceNotFound)


class Alarms(Case):
    def put_alarm(self, **more):
        self.cloudwatch.put_metric_alarm(**{
            "AlarmName": "high", "Namespace": "App", "MetricName": "m", "Statistic": "Sum", "Period": 60,
            "EvaluationPeriods": 1, "Threshold": 5.0, "ComparisonOperator": "GreaterThanThreshold",
            "Tags": [{"Key": "team", "Value": "red"}], **more})

    def state(self):
        return self.cloudwatch.describe_alarms(AlarmNames=["high"])["MetricAlarms"][0]["StateValue"]

    def test_an_alarm_goes_off_in_virtual_time(self):
        self.put_alarm()
        self.assertEqual(self.state(), "INSUFFICIENT_DATA")
        self.put(9)
        server.advance("60s")
        [alarm] = self.cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"]
        self.assertEqual(alarm["Threshold"], 5.0)
        self.assertEqual(alarm["StateUpdatedTimestamp"], minutes(1))
        self.assertEqual(json.loads(alarm["StateReasonData"])["recentDatapoints"], [9.0])
        self.cloudwatch.get_waiter("alarm_exists").wait(AlarmNames=["high"])
        items = self.cloudwatch.describe_alarm_history(AlarmName="high", HistoryItemType="StateUpdate")
        self.assertEqual([item["HistorySummary"] for item in items["AlarmHistoryItems"]],
                         ["Alarm updated from INSUFFICIENT_DATA to ALARM"])

    def test_state_tags_actions_and_deletion(self):
        self.put_alarm(AlarmActions=["arn:aws:sns:us-east-1:000000000000:t"])
        self.cloudwatch.set_alarm_state(AlarmName="high", StateValue="ALARM", StateReason="by hand",
                                        StateReasonData='{"x": 1}')
        self.assertEqual(self.state(), "ALARM")
        self.cloudwatch.disable_alarm_actions(AlarmNames=["high"])
        [alarm] = self.cloudwatch.describe_alarms_for_metric(Namespace="App", MetricName="m")["MetricAlarms"]
        self.assertIs(alarm["ActionsEnabled"], False)
        arn = alarm["AlarmArn"]
        self.cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "b"}])
        self.cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["team"])
        self.assertEqual(self.cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"],
                         [{"Key": "a", "Value": "b"}])
        self.cloudwatch.delete_alarms(AlarmNames=["high"])
        self.assertEqual(self.cloudwatch.describe_alarms()["MetricAlarms"], [])


class Queues(Case):
    def test_sqs_counts_its_messages_and_measures_its_queues(self):
        sqs = client("sqs")
        self.addCleanup(sqs.close)
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        for body in ("a", "bcd"):
            sqs.send_message(QueueUrl=url, MessageBody=body)
        [message] = sqs.receive_message(QueueUrl=url)["Messages"]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        server.advance("3m")
        queue = {"namespace": "AWS/SQS", "Dimensions": [{"Name": "QueueName", "Value": "q"}]}

        def sums(name):
            return [point["Sum"] for point in self.statistics(name, **queue)]

        self.assertEqual(sums("NumberOfMessagesSent"), [2.0])
        self.assertEqual(sums("SentMessageSize"), [4.0])
        self.assertEqual(sums("NumberOfMessagesReceived"), [1.0])
        self.assertEqual(sums("NumberOfMessagesDeleted"), [1.0])
        self.assertEqual(sums("ApproximateNumberOfMessagesVisible"), [1.0, 1.0, 1.0])
        self.assertEqual(sums("ApproximateAgeOfOldestMessage"), [60.0, 120.0, 180.0])
        self.assertEqual(sums("NumberOfEmptyReceives"), [])


@unittest.skipUnless(clients.current_cli, "Debian's botocore knows CloudWatch's Query protocol only")
class MetricsInCbor(Metrics):
    protocol = "smithy-rpc-v2-cbor"


@unittest.skipUnless(clients.current_cli, "Debian's botocore knows CloudWatch's Query protocol only")
class AlarmsInCbor(Alarms):
    protocol = "smithy-rpc-v2-cbor"


class WhichProtocol(Case):
    def content_type(self):
        self.put(1)
        return {name.lower(): str(value) for name, value in self.seen[-1].items()}["content-type"]

    def test_each_client_speaks_its_own(self):
        self.assertIn("json" if clients.current_cli else "x-www-form-urlencoded", self.content_type())


@unittest.skipUnless(clients.current_cli, "Debian's botocore knows CloudWatch's Query protocol only")
class ToldProtocol(WhichProtocol):
    protocol = "smithy-rpc-v2-cbor"

    def test_each_client_speaks_its_own(self):
        self.assertIn("application/cbor", self.content_type())


class CommandLine(Case):
    def aws(self, *words):
        if not os.path.exists(clients.COMMAND[0]):
            self.skipTest("there is no AWS CLI (Debian: apt-get install awscli)")
        return json.loads(clients.aws(server, "cloudwatch", *words) or "{}")

    def test_metrics_and_alarms(self):
        self.aws("put-metric-data", "--namespace", "App", "--metric-name", "m", "--value", "9",
                 "--dimensions", "Host=a", "--timestamp", START)
        answer = self.aws("get-metric-statistics", "--namespace", "App", "--metric-name", "m", "--dimensions",
                          "Name=Host,Value=a", "--start-time", START, "--end-time", "2026-01-01T00:10:00Z",
                          "--period", "300", "--statistics", "Maximum")
        self.assertEqual(answer["Datapoints"][0]["Maximum"], 9.0)
        self.aws("put-metric-alarm", "--alarm-name", "high", "--namespace", "App", "--metric-name", "m",
                 "--dimensions", "Name=Host,Value=a", "--statistic", "Sum", "--period", "60",
                 "--evaluation-periods", "1", "--threshold", "5", "--comparison-operator", "GreaterThanThreshold")
        server.advance("1m")
        self.assertEqual(self.aws("describe-alarms")["MetricAlarms"][0]["StateValue"], "ALARM")
        self.assertEqual(self.aws("list-metrics", "--namespace", "App")["Metrics"][0]["MetricName"], "m")


if __name__ == "__main__":
    with serving(clients.binary, "--start", START) as server:
        program = unittest.main(exit=False)
    sys.exit(not program.result.wasSuccessful())
