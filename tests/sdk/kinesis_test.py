"""Kinesis from Python and from the AWS CLI: clients, waiters, paginators, subscriptions; and CBOR as Java's SDKs send it.
Usage: kinesis_test.py ORRERY [FOLDER-OF-A-CURRENT-CLI] [unittest options]. With a current CLI its botocore is used, below
Debian's boto3."""

import base64
import json
import sys
import tempfile
import time
import unittest
import urllib.request

from orrery_server import START, serving

import clients  # before boto3
import boto3
from botocore.exceptions import ClientError

server = None
FIRST = "shardId-000000000000"


def aws(*words):
    """The JSON that `aws` prints."""
    return json.loads(clients.aws(server, *words) or "{}")


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.client = boto3.client("kinesis", **clients.settings(server))
        self.addCleanup(self.client.close)
        self.name = self.id().rsplit(".", 1)[1]

    def create(self, shards=1):
        self.client.create_stream(StreamName=self.name, ShardCount=shards)
        began = time.monotonic()
        self.client.get_waiter("stream_exists").wait(StreamName=self.name)
        self.assertLess(time.monotonic() - began, 5, "a waiter must not have to wait")
        return self.client.describe_stream_summary(StreamName=self.name)["StreamDescriptionSummary"]

    def put(self, data, key="k"):
        return self.client.put_record(StreamName=self.name, Data=data, PartitionKey=key)

    def iterator(self, shard=FIRST, kind="TRIM_HORIZON", **more):
        return self.client.get_shard_iterator(StreamName=self.name, ShardId=shard, ShardIteratorType=kind,
                                              **more)["ShardIterator"]


class Records(Case):
    def test_bytes_go_there_and_come_back(self):
        self.create()
        put = [self.put(bytes(range(256))), self.put(b""), self.put("grüße".encode())]
        answer = self.client.get_records(ShardIterator=self.iterator())
        self.assertEqual([record["Data"] for record in answer["Records"]], [bytes(range(256)), b"", "grüße".encode()])
        self.assertEqual([record["SequenceNumber"] for record in answer["Records"]],
                         [each["SequenceNumber"] for each in put])
        self.assertEqual(answer["MillisBehindLatest"], 0)
        again = self.client.get_records(ShardIterator=self.iterator(
            kind="AT_TIMESTAMP", Timestamp=answer["Records"][0]["ApproximateArrivalTimestamp"]))
        self.assertEqual(len(again["Records"]), 3)

    def test_a_batch_fails_in_part(self):
        self.create()
        records = [{"Data": b"x" * 300_000, "PartitionKey": "k"} for _ in range(5)]
        answer = self.client.put_records(StreamName=self.name, Records=records)
        self.assertEqual(answer["FailedRecordCount"], 2)
        self.assertEqual([record.get("ErrorCode") for record in answer["Records"]],
                         [None] * 3 + ["ProvisionedThroughputExceededException"] * 2)

    def test_errors_are_exceptions_of_the_client(self):
        with self.assertRaises(self.client.exceptions.ResourceNotFoundException) as caught:
            self.put(b"x")
        self.assertEqual(caught.exception.response["Error"]["Message"],
                         f"Stream {self.name} under account 000000000000 not found.")
        self.create()
        with self.assertRaises(ClientError) as caught:
            self.client.create_stream(StreamName=self.name, ShardCount=1)
        self.assertEqual(caught.exception.response["Error"]["Code"], "ResourceInUseException")
        iterator = self.iterator()
        server.advance("301s")
        with self.assertRaises(self.client.exceptions.ExpiredIteratorException):
            self.client.get_records(ShardIterator=iterator)


class Shards(Case):
    def test_resharding(self):
        self.create(2)
        self.put(b"before", "a")
        shards = self.client.list_shards(StreamName=self.name)["Shards"]
        self.client.merge_shards(StreamName=self.name, ShardToMerge=shards[0]["ShardId"],
                                 AdjacentShardToMerge=shards[1]["ShardId"])
        self.client.get_waiter("stream_exists").wait(StreamName=self.name)
        end = self.client.get_records(ShardIterator=self.iterator())
        self.assertNotIn("NextShardIterator", end)
        self.assertEqual(end["ChildShards"][0]["ParentShards"], [shard["ShardId"] for shard in shards])
        self.client.update_shard_count(StreamName=self.name, TargetShardCount=2, ScalingType="UNIFORM_SCALING")
        self.client.get_waiter("stream_exists").wait(StreamName=self.name)
        page = self.client.list_shards(StreamName=self.name, MaxResults=3)
        rest = self.client.list_shards(NextToken=page["NextToken"])
        self.assertEqual((len(page["Shards"]), len(rest["Shards"])), (3, 2))

    def test_streams_are_listed_in_pages_and_deleted(self):
        for letter in "ab":
            self.client.create_stream(StreamName=f"{self.name}-{letter}", ShardCount=1)
        pages = self.client.get_paginator("list_streams").paginate(PaginationConfig={"PageSize": 1})
        names = [name for page in pages for name in page["StreamNames"]]
        self.assertLessEqual({f"{self.name}-a", f"{self.name}-b"}, set(names))
        for letter in "ab":
            self.client.delete_stream(StreamName=f"{self.name}-{letter}")
            self.client.get_waiter("stream_not_exists").wait(StreamName=f"{self.name}-{letter}")


class Subscriptions(Case):
    def test_records_are_pushed(self):
        summary = self.create()
        consumer = self.client.register_stream_consumer(StreamARN=summary["StreamARN"], ConsumerName="c")["Consumer"]
        number = self.put(b"one")["SequenceNumber"]
        answer = self.client.subscribe_to_shard(ConsumerARN=consumer["ConsumerARN"], ShardId=FIRST,
                                                StartingPosition={"Type": "TRIM_HORIZON"})
        events = iter(answer["EventStream"])
        event = next(events)["SubscribeToShardEvent"]
        self.assertEqual([record["Data"] for record in event["Records"]], [b"one"])
        self.assertEqual(event["ContinuationSequenceNumber"], number)
        self.put(b"two")
        self.assertEqual(next(events)["SubscribeToShardEvent"]["Records"][0]["Data"], b"two")
        server.advance("5s")
        self.assertEqual(next(events)["SubscribeToShardEvent"]["Records"], [])
        server.advance("300s")
        self.assertTrue(all(not event["SubscribeToShardEvent"]["Records"] for event in events))  # it ends


class Cbor(Case):
    def test_java_sdks_speak_it(self):
        self.create()

        def text(value):
            return bytes([0x60 + len(value)]) + value.encode()

        body = b"\xa3" + text("StreamName") + b"\x78" + bytes([len(self.name)]) + self.name.encode()
        body += text("PartitionKey") + text("k") + text("Data") + b"\x44\x00\xff\x01\x02"
        request = urllib.request.Request(server.endpoint, data=body, headers={
            "Content-Type": "application/x-amz-cbor-1.1",
            "X-Amz-Target": "Kinesis_20131202.PutRecord",
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/kinesis/aws4_request, "
                             "SignedHeaders=host, Signature=0",
        })
        with urllib.request.urlopen(request, timeout=60) as answer:
            self.assertEqual(answer.headers["Content-Type"], "application/x-amz-cbor-1.1")
            self.assertIn(text("ShardId"), answer.read())
        records = self.client.get_records(ShardIterator=self.iterator())["Records"]
        self.assertEqual(records[0]["Data"], b"\x00\xff\x01\x02")


class CommandLine(Case):
    def test_what_a_person_types(self):
        aws("kinesis", "create-stream", "--stream-name", self.name, "--shard-count", "1")
        aws("kinesis", "wait", "stream-exists", "--stream-name", self.name)
        # From a file, since what the first and the second AWS CLI take --data's text for differs.
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"typed")
            file.flush()
            put = aws("kinesis", "put-record", "--stream-name", self.name, "--partition-key", "k",
                      "--data", "fileb://" + file.name)
        self.assertEqual(put["ShardId"], FIRST)
        iterator = aws("kinesis", "get-shard-iterator", "--stream-name", self.name, "--shard-id", FIRST,
                       "--shard-iterator-type", "TRIM_HORIZON")["ShardIterator"]
        records = aws("kinesis", "get-records", "--shard-iterator", iterator)["Records"]
        self.assertEqual([base64.b64decode(record["Data"]) for record in records], [b"typed"])
        aws("kinesis", "add-tags-to-stream", "--stream-name", self.name, "--tags", "a=1")
        self.assertEqual(aws("kinesis", "list-tags-for-stream", "--stream-name", self.name)["Tags"],
                         [{"Key": "a", "Value": "1"}])


if __name__ == "__main__":
    with serving(clients.binary, "--start", START) as server:
        program = unittest.main(exit=False)
    sys.exit(not program.result.wasSuccessful())
