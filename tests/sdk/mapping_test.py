"""Event source mappings as Python programs see them, with Debian's boto3 and with a current botocore: of a queue and
of a table's stream, with filters, from their creation on. The clock stands still until the test moves it.
Usage: mapping_test.py ORRERY [FOLDER-OF-A-CURRENT-CLI] [unittest options]."""

import io
import sys
import unittest
import zipfile

from orrery_server import START, serving

import clients  # before botocore
from botocore.exceptions import ClientError

server = None
CODE = "def handle(event, context):\n    print(len(event['Records']), 'records')\n"


class Mappings(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        for service in ("lambda", "sqs", "dynamodb", "logs"):
            setattr(self, service.replace("lambda", "functions"), made := clients.client(server, service))
            self.addCleanup(made.close)
        self.name = self.id().rsplit(".", 1)[1][:60]
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("handler.py", CODE)
        self.functions.create_function(
            FunctionName=self.name, Runtime=f"python3.{sys.version_info[1]}", Handler="handler.handle",
            Role="arn:aws:iam::000000000000:role/r", Code={"ZipFile": archive.getvalue()})
        server.advance("5s")

    def state(self, uuid):
        return self.functions.get_event_source_mapping(UUID=uuid)["State"]

    def output(self):
        events = self.logs.filter_log_events(logGroupName="/aws/lambda/" + self.name, filterPattern="records")
        return [event["message"].strip() for event in events["events"]]

    def refused(self, code, call, **parameters):
        with self.assertRaises(ClientError) as caught:
            call(**parameters)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response["Error"]["Message"]

    def test_a_queue_with_a_filter(self):
        url = self.sqs.create_queue(QueueName=self.name)["QueueUrl"]
        made = self.functions.create_event_source_mapping(
            FunctionName=self.name, EventSourceArn=f"arn:aws:sqs:us-east-1:000000000000:{self.name}",
            FilterCriteria={"Filters": [{"Pattern": '{"body": {"city": ["Bonn"]}}'}]})
        uuid = made["UUID"]
        self.assertEqual((made["State"], self.state(uuid)), ("Creating", "Creating"))
        self.refused("ResourceInUseException", self.functions.update_event_source_mapping, UUID=uuid, BatchSize=1)
        server.advance("5s")
        self.assertEqual(self.state(uuid), "Enabled")
        for body in ('{"city": "Bonn"}', '{"city": "Kiel"}', "Bonn"):
            self.sqs.send_message(QueueUrl=url, MessageBody=body)
        server.advance("60s")
        self.assertEqual(self.output(), ["1 records"])
        counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        left = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=counts)["Attributes"]
        self.assertEqual(set(left.values()), {"0"})
        self.assertEqual(self.functions.delete_event_source_mapping(UUID=uuid)["State"], "Deleting")
        server.advance("5s")
        self.refused("ResourceNotFoundException", self.functions.get_event_source_mapping, UUID=uuid)
        message = self.refused(
            "InvalidParameterValueException", self.functions.create_event_source_mapping, FunctionName=self.name,
            EventSourceArn=made["EventSourceArn"], FilterCriteria={"Filters": [{"Pattern": '{"body": 5}'}]})
        self.assertEqual(message, "Invalid filter pattern definition.")

    def test_the_stream_of_a_table(self):
        self.dynamodb.create_table(
            TableName=self.name, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
        server.advance("60s")
        stream = self.dynamodb.describe_table(TableName=self.name)["Table"]["LatestStreamArn"]
        made = self.functions.create_event_source_mapping(
            FunctionName=self.name, EventSourceArn=stream, StartingPosition="LATEST", MaximumRetryAttempts=2)
        self.assertEqual((made["BatchSize"], made["MaximumRetryAttempts"], made["LastProcessingResult"]),
                         (100, 2, "No records processed"))
        self.dynamodb.put_item(TableName=self.name, Item={"id": {"S": "before it is enabled"}})
        server.advance("5s")
        for key in ("a", "b"):
            self.dynamodb.put_item(TableName=self.name, Item={"id": {"S": key}})
        server.advance("60s")
        self.assertEqual(sum(int(line.split()[0]) for line in self.output()), 2)
        described = self.functions.get_event_source_mapping(UUID=made["UUID"])
        self.assertEqual((described["State"], described["LastProcessingResult"]), ("Enabled", "OK"))


if __name__ == "__main__":
    with serving(clients.binary, "--start", START) as server:
        program = unittest.main(exit=False)
    sys.exit(not program.result.wasSuccessful())
