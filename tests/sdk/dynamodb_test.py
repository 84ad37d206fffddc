"""DynamoDB from Python and from the AWS CLI: clients, resources with their conditions and types, paginators, waiters,
streams. Usage: dynamodb_test.py ORRERY [FOLDER-OF-A-CURRENT-CLI] [unittest options]. With a current CLI its botocore is
used, below Debian's boto3."""

import json
import sys
import tempfile
import threading
import time
import unittest
from decimal import Decimal

from orrery_server import START, Server, serving

import clients  # before boto3
import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import BotoCoreError, ClientError

server = None


def aws(*words):
    """The JSON that `aws` prints."""
    return json.loads(clients.aws(server, *words) or "{}")


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.client = boto3.client("dynamodb", **clients.settings(server))
        self.addCleanup(self.client.close)
        self.resource = boto3.resource("dynamodb", **clients.settings(server))
        self.name = self.id().rsplit(".", 1)[1]

    def create(self, **more):
        """A table with the hash key `pk` and the range key `sk`, as a resource, once it is there."""
        table = self.resource.create_table(**{
            "TableName": self.name,
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"},
                                     {"AttributeName": "sk", "AttributeType": "N"}],
            "BillingMode": "PAY_PER_REQUEST",
            **more,
        })
        began = time.monotonic()
        table.wait_until_exists()
        self.assertLess(time.monotonic() - began, 10, "a waiter must not have to wait")
        table.reload()
        return table

    def refused(self, code, message, call, *arguments, **parameters):
        with self.assertRaises(ClientError) as caught:
            call(*arguments, **parameters)
        error = caught.exception.response["Error"]
        self.assertEqual((error["Code"], error["Message"]), (code, message))
        return caught.exception


class Items(Case):
    def test_types_go_there_and_come_back(self):
        table = self.create()
        item = {"pk": "a", "sk": 1, "text": "grüße", "number": Decimal("1.50"), "big": Decimal("1e20"), "none": None,
                "flag": True, "bytes": b"\x00\xff", "list": [1, "x", {"deep": False}], "map": {"a": {"b": [2]}},
                "texts": {"x", "y"}, "numbers": {1, 2}, "empty": ""}
        table.put_item(Item=item)
        found = table.get_item(Key={"pk": "a", "sk": 1})["Item"]
        self.assertEqual(bytes(found.pop("bytes")), item.pop("bytes"))
        self.assertEqual(found, item)

    def test_a_condition_keeps_what_somebody_else_wrote(self):
        table = self.create()
        table.put_item(Item={"pk": "a", "sk": 1}, ConditionExpression=Attr("pk").not_exists())
        error = self.refused("ConditionalCheckFailedException", "The conditional request failed", table.put_item,
                             Item={"pk": "a", "sk": 1}, ConditionExpression=Attr("pk").not_exists())
        self.assertIsInstance(error, self.client.exceptions.ConditionalCheckFailedException)

    def test_update_answers_what_it_changed(self):
        table = self.create()
        key = {"pk": "a", "sk": 1}
        answer = table.update_item(Key=key, UpdateExpression="SET #n = if_not_exists(#n, :zero) + :one, tags = :tags",
                                   ExpressionAttributeNames={"#n": "count"}, ReturnValues="ALL_NEW",
                                   ExpressionAttributeValues={":zero": 0, ":one": 1, ":tags": ["x"]})
        self.assertEqual(answer["Attributes"], {**key, "count": 1, "tags": ["x"]})
        answer = table.update_item(Key=key, UpdateExpression="ADD #n :five", ExpressionAttributeNames={"#n": "count"},
                                   ExpressionAttributeValues={":five": 5}, ReturnValues="UPDATED_NEW")
        self.assertEqual(answer["Attributes"], {"count": 6})
        self.assertEqual(table.delete_item(Key=key, ReturnValues="ALL_OLD")["Attributes"]["count"], 6)
        self.assertNotIn("Item", table.get_item(Key=key))

    def test_queries_scans_and_pages(self):
        table = self.create()
        with table.batch_writer() as batch:  # 25 at a time
            for n in range(60):
                batch.put_item(Item={"pk": f"p{n % 2}", "sk": n, "even": n % 4 == 0})
        answer = table.query(KeyConditionExpression=Key("pk").eq("p0") & Key("sk").between(10, 20),
                             FilterExpression=Attr("even").eq(True), ScanIndexForward=False)
        self.assertEqual([item["sk"] for item in answer["Items"]], [20, 16, 12])
        self.assertEqual((answer["Count"], answer["ScannedCount"]), (3, 6))
        pages = list(self.client.get_paginator("query").paginate(
            TableName=self.name, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": "p1"}},
            PaginationConfig={"PageSize": 12}))
        self.assertEqual([page["Count"] for page in pages], [12, 12, 6])
        scanned = [table.scan(Segment=segment, TotalSegments=3)["Items"] for segment in range(3)]
        self.assertEqual(sorted(item["sk"] for items in scanned for item in items), list(range(60)))

    def test_batches_and_transactions(self):
        table = self.create()
        put = lambda n: {"Put": {"TableName": self.name, "Item": {"pk": {"S": "t"}, "sk": {"N": str(n)}}}}
        self.client.transact_write_items(TransactItems=[put(1), put(2)])
        failing = {"ConditionCheck": {"TableName": self.name, "Key": {"pk": {"S": "t"}, "sk": {"N": "9"}},
                                      "ConditionExpression": "attribute_exists(pk)"}}
        with self.assertRaises(self.client.exceptions.TransactionCanceledException) as caught:
            self.client.transact_write_items(TransactItems=[put(3), failing])
        reasons = caught.exception.response["CancellationReasons"]
        self.assertEqual([reason["Code"] for reason in reasons], ["None", "ConditionalCheckFailed"])
        keys = [{"pk": "t", "sk": n} for n in (1, 2, 3)]
        answer = self.resource.batch_get_item(RequestItems={self.name: {"Keys": keys}})
        self.assertEqual(sorted(item["sk"] for item in answer["Responses"][self.name]), [1, 2])
        self.assertEqual(answer["UnprocessedKeys"], {})

    def test_mistakes_are_told_as_aws_tells_them(self):
        table = self.create()
        self.refused("ValidationException", "The provided key element does not match the schema", table.get_item,
                     Key={"pk": "a"})
        self.refused("ResourceNotFoundException", "Requested resource not found", self.resource.Table("none").put_item,
                     Item={"pk": "a"})
        self.refused("ResourceInUseException", f"Table already exists: {self.name}", self.create)


class Tables(Case):
    def test_a_table_from_its_creation_to_its_deletion(self):
        table = self.create(Tags=[{"Key": "team", "Value": "a"}])
        self.assertEqual((table.table_status, table.item_count), ("ACTIVE", 0))
        tags = self.client.list_tags_of_resource(ResourceArn=table.table_arn)["Tags"]
        self.assertEqual(tags, [{"Key": "team", "Value": "a"}])
        self.assertIn(self.name, [each.name for each in self.resource.tables.all()])
        table.delete()
        table.wait_until_not_exists()
        self.refused("ResourceNotFoundException", f"Requested resource not found: Table: {self.name} not found",
                     self.client.describe_table, TableName=self.name)

    def test_an_index_is_added_and_used(self):
        table = self.create()
        table.put_item(Item={"pk": "a", "sk": 1, "city": "Bern"})
        table.update(
            AttributeDefinitions=[{"AttributeName": "city", "AttributeType": "S"}],
            GlobalSecondaryIndexUpdates=[{"Create": {
                "IndexName": "by-city", "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"}}}])
        server.advance("1s")
        table.reload()
        self.assertEqual(table.global_secondary_indexes[0]["IndexStatus"], "ACTIVE")
        answer = table.query(IndexName="by-city", KeyConditionExpression=Key("city").eq("Bern"))
        self.assertEqual(answer["Items"], [{"pk": "a", "sk": 1, "city": "Bern"}])

    def test_a_provisioned_table_throttles(self):
        throughput = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
        table = self.create(BillingMode="PROVISIONED", ProvisionedThroughput=throughput)
        with self.assertRaises(self.client.exceptions.ProvisionedThroughputExceededException):
            for n in range(400):  # the burst is that of five minutes
                table.put_item(Item={"pk": "a", "sk": n})

    def test_expired_items_go(self):
        table = self.create()
        self.client.update_time_to_live(
            TableName=self.name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
        server.advance("1s")
        now = int(time.mktime(time.strptime(START, "%Y-%m-%dT%H:%M:%SZ"))) - time.timezone
        table.put_item(Item={"pk": "a", "sk": 1, "expires": now + 3600})
        table.put_item(Item={"pk": "a", "sk": 2})
        server.advance("30h")
        self.assertEqual([item["sk"] for item in table.scan()["Items"]], [2])

    def test_a_backup_is_restored(self):
        table = self.create()
        table.put_item(Item={"pk": "a", "sk": 1})
        backup = self.client.create_backup(TableName=self.name, BackupName="nightly")["BackupDetails"]
        table.put_item(Item={"pk": "a", "sk": 2})
        server.advance("1s")
        self.client.restore_table_from_backup(TargetTableName=self.name + "-2", BackupArn=backup["BackupArn"])
        server.advance("1s")
        self.assertEqual(self.resource.Table(self.name + "-2").scan()["Count"], 1)


class Streams(Case):
    def test_a_stream_is_read_to_its_end(self):
        table = self.create(StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
        table.put_item(Item={"pk": "a", "sk": 1, "n": 1})
        table.update_item(Key={"pk": "a", "sk": 1}, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": 2})
        table.delete_item(Key={"pk": "a", "sk": 1})
        streams = boto3.client("dynamodbstreams", **clients.settings(server))
        self.addCleanup(streams.close)
        [stream] = streams.list_streams(TableName=self.name)["Streams"]
        self.assertEqual(stream["StreamArn"], table.latest_stream_arn)
        [shard] = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
        iterator = streams.get_shard_iterator(StreamArn=stream["StreamArn"], ShardId=shard["ShardId"],
                                              ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        answer = streams.get_records(ShardIterator=iterator)
        self.assertEqual([record["eventName"] for record in answer["Records"]], ["INSERT", "MODIFY", "REMOVE"])
        self.assertEqual(answer["Records"][1]["dynamodb"]["OldImage"]["n"], {"N": "1"})
        answer = streams.get_records(ShardIterator=answer["NextShardIterator"])
        self.assertEqual(answer["Records"], [])
        server.advance("16m")
        with self.assertRaises(streams.exceptions.ExpiredIteratorException):
            streams.get_records(ShardIterator=iterator)


class CommandLine(Case):
    def test_a_table_is_made_filled_and_asked(self):
        aws("dynamodb", "create-table", "--table-name", self.name, "--attribute-definitions",
            "AttributeName=pk,AttributeType=S", "--key-schema", "AttributeName=pk,KeyType=HASH",
            "--billing-mode", "PAY_PER_REQUEST", "--stream-specification",
            "StreamEnabled=true,StreamViewType=KEYS_ONLY")
        aws("dynamodb", "wait", "table-exists", "--table-name", self.name)
        self.assertIn(self.name, aws("dynamodb", "list-tables")["TableNames"])
        aws("dynamodb", "put-item", "--table-name", self.name, "--item", '{"pk": {"S": "é"}, "b": {"N": "1.50"}}')
        found = aws("dynamodb", "get-item", "--table-name", self.name, "--key", '{"pk": {"S": "é"}}')
        self.assertEqual(found["Item"], {"pk": {"S": "é"}, "b": {"N": "1.5"}})
        scanned = aws("dynamodb", "scan", "--table-name", self.name, "--filter-expression", "attribute_exists(b)",
                      "--return-consumed-capacity", "TOTAL")
        self.assertEqual((scanned["Count"], scanned["ConsumedCapacity"]["CapacityUnits"]), (1, 0.5))
        [stream] = aws("dynamodbstreams", "list-streams", "--table-name", self.name)["Streams"]
        self.assertIn("/stream/", stream["StreamArn"])
        aws("dynamodb", "delete-table", "--table-name", self.name)


class Writer(threading.Thread):
    """Puts items and counts them in one of its own, until nobody answers any more."""

    def __init__(self, server, name):
        super().__init__(daemon=True)
        self.client = boto3.client("dynamodb", **clients.settings(server))
        self.name = name
        self.put = []
        self.added = self.begun = 0
        self.start()

    def run(self):
        try:
            while True:
                item = f"{self.name}-{len(self.put)}"
                self.client.put_item(TableName="Sums", Item={"pk": {"S": item}, "text": {"S": "x" * 1000}})
                self.put.append(item)
                self.begun += 1
                self.client.transact_write_items(ClientRequestToken=item, TransactItems=[{"Update": {
                    "TableName": "Sums", "Key": {"pk": {"S": self.name}}, "UpdateExpression": "ADD n :one",
                    "ExpressionAttributeValues": {":one": {"N": "1"}}}}])
                self.added += 1
        except (BotoCoreError, OSError):
            self.client.close()  # the server is gone


class Killed(unittest.TestCase):
    def begin(self, state):
        killed = Server(clients.binary, "--start", START, "--state", state)
        client = boto3.client("dynamodb", **clients.settings(killed))
        for step in (killed.process.stdout.close, killed.process.wait, killed.process.kill, client.close):
            self.addCleanup(step)  # the last one first
        return killed, client

    def test_what_was_acknowledged_is_there_after_kill_9(self):
        state = tempfile.TemporaryDirectory()
        self.addCleanup(state.cleanup)
        killed, client = self.begin(state.name)
        client.create_table(TableName="Sums", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                            BillingMode="PAY_PER_REQUEST")
        written = []
        for round in range(3):
            writers = [Writer(killed, f"{round}-{number}") for number in range(4)]
            while sum(len(writer.put) for writer in writers) < 100 * (round + 1):
                self.assertTrue(all(writer.is_alive() for writer in writers), "a writer has failed")
                time.sleep(0.001)
            killed.process.kill()
            killed.process.wait(timeout=30)
            for writer in writers:
                writer.join(60)
                self.assertFalse(writer.is_alive())
            written += writers
            killed, client = self.begin(state.name)
            pages = client.get_paginator("scan").paginate(TableName="Sums", ConsistentRead=True)
            found = {item["pk"]["S"]: item for page in pages for item in page["Items"]}
            self.assertEqual([item for writer in written for item in writer.put if item not in found], [])
            for writer in written:
                if writer.added > 0:
                    count = int(found[writer.name]["n"]["N"])
                    self.assertGreaterEqual(count, writer.added)
                    self.assertLessEqual(count, writer.begun)


if __name__ == "__main__":
    with serving(clients.binary, "--start", START) as server:
        program = unittest.main(exit=False)
    sys.exit(not program.result.wasSuccessful())
