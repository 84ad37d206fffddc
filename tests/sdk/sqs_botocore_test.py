"""SQS as Python programs see it: the same tests with Debian's boto3, which speaks the Query protocol,
and with the botocore inside a current AWS CLI, which speaks JSON. Usage: sqs_botocore_test.py ORRERY
[FOLDER-OF-A-CURRENT-CLI] [unittest options]."""

import hashlib
import json
import sys
import threading
import unittest

from orrery_server import START, serving

import clients  # before botocore
from botocore.exceptions import ClientError

server = None


def client(**more):
    return clients.client(server, "sqs", **more)


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


class Case(unittest.TestCase):
    """A test with a client, and names of queues that no other test uses."""

    maxDiff = None

    def setUp(self):
        self.sqs = client()
        self.addCleanup(self.sqs.close)

    def name(self, suffix=""):
        return self.id().rsplit(".", 1)[1][:70] + suffix

    def queue(self, suffix="", **attributes):
        return self.sqs.create_queue(QueueName=self.name(suffix), Attributes=attributes)["QueueUrl"]

    def fifo(self, **attributes):
        return self.queue("-q.fifo", FifoQueue="true", **attributes)

    def arn(self, url):
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return answer["Attributes"]["QueueArn"]

    def send(self, url, *bodies, **parameters):
        for body in bodies:
            self.sqs.send_message(QueueUrl=url, MessageBody=body, **parameters)

    def receive(self, url, most=10, **parameters):
        answer = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=most, **parameters)
        return answer.get("Messages", [])

    def bodies(self, url, **parameters):
        return [message["Body"] for message in self.receive(url, **parameters)]

    def refused(self, code, message, operation, **parameters):
        """AWS's error code, as every SDK shows it, and its text, which programs match."""
        with self.assertRaises(ClientError) as caught:
            getattr(self.sqs, operation)(**parameters)
        error = caught.exception.response["Error"]
        self.assertEqual(error["Code"], code)
        if message is not None:
            self.assertEqual(error["Message"], message)
        return caught.exception.response


class Queues(Case):
    def test_queue_url_names_account_and_queue(self):
        url = self.queue()
        self.assertEqual(url, f"{server.endpoint}/000000000000/{self.name()}")
        self.assertEqual(self.sqs.get_queue_url(QueueName=self.name())["QueueUrl"], url)
        self.assertEqual(self.arn(url), f"arn:aws:sqs:us-east-1:000000000000:{self.name()}")

    def test_creating_again_with_the_same_attributes_gives_the_same_queue(self):
        url = self.queue(DelaySeconds="5")
        self.assertEqual(self.queue(DelaySeconds="5"), url)
        self.assertEqual(self.queue(), url)
        self.refused(
            "QueueAlreadyExists",
            "A queue already exists with the same name and a different value for attribute DelaySeconds",
            "create_queue",
            QueueName=self.name(),
            Attributes={"DelaySeconds": "6"},
        )

    def test_all_attributes_of_a_fresh_queue(self):
        url = self.queue()
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        self.assertEqual(answer.pop("CreatedTimestamp"), answer.pop("LastModifiedTimestamp"))
        self.assertEqual(
            answer,
            {
                "ApproximateNumberOfMessages": "0",
                "ApproximateNumberOfMessagesDelayed": "0",
                "ApproximateNumberOfMessagesNotVisible": "0",
                "DelaySeconds": "0",
                "MaximumMessageSize": "1048576",
                "MessageRetentionPeriod": "345600",
                "QueueArn": self.arn(url),
                "ReceiveMessageWaitTimeSeconds": "0",
                "SqsManagedSseEnabled": "true",
                "VisibilityTimeout": "30",
            },
        )

    def test_no_attribute_names_give_no_attributes(self):
        self.assertNotIn("Attributes", self.sqs.get_queue_attributes(QueueUrl=self.queue()))

    def test_attributes_are_changed(self):
        url = self.queue()
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "7"})
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        self.assertEqual(answer["Attributes"], {"VisibilityTimeout": "7"})
        self.refused(
            "InvalidAttributeName",
            "Unknown Attribute Colour.",
            "set_queue_attributes",
            QueueUrl=url,
            Attributes={"Colour": "red"},
        )

    def test_list_queues_by_prefix_and_page(self):
        urls = [self.queue(f"-{number}") for number in range(5)]
        prefix = self.name("-")
        self.assertEqual(self.sqs.list_queues(QueueNamePrefix=prefix)["QueueUrls"], urls)
        first = self.sqs.list_queues(QueueNamePrefix=prefix, MaxResults=2)
        self.assertEqual(first["QueueUrls"], urls[:2])
        pages = self.sqs.get_paginator("list_queues").paginate(
            QueueNamePrefix=prefix, PaginationConfig={"PageSize": 2}
        )
        self.assertEqual([url for page in pages for url in page["QueueUrls"]], urls)
        self.assertNotIn("QueueUrls", self.sqs.list_queues(QueueNamePrefix="no-such-prefix"))

    def test_a_deleted_queue_is_gone_and_its_name_rests_for_a_minute(self):
        url = self.queue()
        self.sqs.delete_queue(QueueUrl=url)
        self.refused("AWS.SimpleQueueService.NonExistentQueue", None, "send_message", QueueUrl=url, MessageBody="x")
        self.refused("AWS.SimpleQueueService.NonExistentQueue", None, "get_queue_url", QueueName=self.name())
        self.refused(
            "AWS.SimpleQueueService.QueueDeletedRecently",
            "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
            "create_queue",
            QueueName=self.name(),
        )
        server.advance("60s")
        self.assertEqual(self.queue(), url)

    def test_names_are_checked(self):
        self.refused(
            "InvalidParameterValue",
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
            "create_queue",
            QueueName="not a name",
        )

    def test_tags_come_and_go(self):
        url = self.sqs.create_queue(QueueName=self.name(), tags={"team": "blue", "stage": "test"})["QueueUrl"]
        self.sqs.tag_queue(QueueUrl=url, Tags={"team": "red", "cost": "7 €"})
        self.sqs.untag_queue(QueueUrl=url, TagKeys=["stage", "unknown"])
        self.assertEqual(self.sqs.list_queue_tags(QueueUrl=url)["Tags"], {"team": "red", "cost": "7 €"})
        self.sqs.untag_queue(QueueUrl=url, TagKeys=["team", "cost"])
        self.assertFalse(self.sqs.list_queue_tags(QueueUrl=url).get("Tags"))

    def test_permissions_are_statements_of_the_policy(self):
        url = self.queue()
        self.sqs.add_permission(
            QueueUrl=url, Label="partner", AWSAccountIds=["123456789012"], Actions=["SendMessage"]
        )
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
        [statement] = json.loads(answer["Attributes"]["Policy"])["Statement"]
        self.assertEqual(statement["Sid"], "partner")
        self.assertEqual(statement["Action"], "SQS:SendMessage")
        self.assertEqual(statement["Principal"], {"AWS": "arn:aws:iam::123456789012:root"})
        self.assertEqual(statement["Resource"], self.arn(url))
        self.sqs.remove_permission(QueueUrl=url, Label="partner")
        self.refused("InvalidParameterValue", None, "remove_permission", QueueUrl=url, Label="partner")

    def test_a_region_and_an_account_have_queues_of_their_own(self):
        url = self.queue()
        elsewhere = client(region_name="eu-west-1")
        self.assertNotIn("QueueUrls", elsewhere.list_queues(QueueNamePrefix=self.name()))
        other = client(aws_access_key_id="123456789012")
        other_url = other.create_queue(QueueName=self.name())["QueueUrl"]
        self.assertEqual(other_url, f"{server.endpoint}/123456789012/{self.name()}")
        self.send(url, "mine")
        self.assertNotIn("Messages", other.receive_message(QueueUrl=other_url))
        for one in (elsewhere, other):
            one.close()

    def test_purge_empties_the_queue_once_a_minute(self):
        url = self.queue()
        self.send(url, "a", "b")
        self.receive(url, most=1)
        self.sqs.purge_queue(QueueUrl=url)
        server.advance("30s")
        self.assertEqual(self.bodies(url), [])
        self.refused(
            "AWS.SimpleQueueService.PurgeQueueInProgress",
            f"Only one PurgeQueue operation on {self.name()} is allowed every 60 seconds.",
            "purge_queue",
            QueueUrl=url,
        )
        server.advance("30s")
        self.sqs.purge_queue(QueueUrl=url)


class Messages(Case):
    def test_a_message_arrives_as_it_was_sent(self):
        url = self.queue()
        body = "grüße, 世界 🌍 <xml attr=\"1\">&amp;</xml>\ttab\nline\r\nend  "
        sent = self.sqs.send_message(QueueUrl=url, MessageBody=body)
        self.assertEqual(sent["MD5OfMessageBody"], md5(body))
        [message] = self.receive(url)
        self.assertEqual(message["Body"], body)
        self.assertEqual(message["MD5OfBody"], md5(body))
        self.assertEqual(message["MessageId"], sent["MessageId"])
        self.assertNotIn("Attributes", message)

    def test_message_attributes_of_each_type(self):
        url = self.queue()
        attributes = {
            "Title": {"DataType": "String", "StringValue": "The Whistler"},
            "Author": {"DataType": "String", "StringValue": "John Grisham"},
            "WeeksOn": {"DataType": "Number", "StringValue": "6"},
        }
        sent = self.sqs.send_message(QueueUrl=url, MessageBody="x", MessageAttributes=attributes)
        # Recorded on AWS.
        self.assertEqual(sent["MD5OfMessageAttributes"], "d25a6aea97eb8f585bfa92d314504a92")
        [message] = self.receive(url, MessageAttributeNames=["All"], VisibilityTimeout=0)
        self.assertEqual(message["MessageAttributes"], attributes)
        self.assertEqual(message["MD5OfMessageAttributes"], "d25a6aea97eb8f585bfa92d314504a92")
        [message] = self.receive(url, MessageAttributeNames=["Ti.*"])
        self.assertEqual(list(message["MessageAttributes"]), ["Title"])

    def test_binary_attributes(self):
        url = self.queue()
        value = {"DataType": "Binary.png", "BinaryValue": bytes(range(256))}
        self.send(url, "x", MessageAttributes={"picture": value})
        [message] = self.receive(url, MessageAttributeNames=["picture"])
        self.assertEqual(message["MessageAttributes"], {"picture": value})

    def test_system_attributes_when_asked_for(self):
        url = self.queue()
        header = {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793"}
        self.send(url, "x", MessageSystemAttributes={"AWSTraceHeader": header})
        server.advance("1500ms")
        [message] = self.receive(url, AttributeNames=["All"])
        attributes = message["Attributes"]
        self.assertEqual(attributes["ApproximateReceiveCount"], "1")
        self.assertEqual(attributes["AWSTraceHeader"], header["StringValue"])
        waited = int(attributes["ApproximateFirstReceiveTimestamp"]) - int(attributes["SentTimestamp"])
        self.assertEqual(waited, 1500)

    def test_an_undeleted_message_returns_after_its_visibility_timeout(self):
        url = self.queue()
        self.send(url, "again")
        self.assertEqual(self.bodies(url), ["again"])
        server.advance("29999ms")
        self.assertEqual(self.bodies(url), [])
        server.advance("1ms")
        [message] = self.receive(url, AttributeNames=["ApproximateReceiveCount"])
        self.assertEqual(message["Attributes"], {"ApproximateReceiveCount": "2"})
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        server.advance("1h")
        self.assertEqual(self.bodies(url), [])

    def test_change_message_visibility(self):
        url = self.queue()
        self.send(url, "x")
        [message] = self.receive(url)
        handle = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}
        self.sqs.change_message_visibility(VisibilityTimeout=100, **handle)
        server.advance("99s")
        self.assertEqual(self.bodies(url), [])
        self.sqs.change_message_visibility(VisibilityTimeout=0, **handle)
        self.assertEqual(self.bodies(url), ["x"])
        self.refused("ReceiptHandleIsInvalid", None, "change_message_visibility",
                     QueueUrl=url, ReceiptHandle="nonsense", VisibilityTimeout=1)

    def test_delays_of_messages_and_queues(self):
        url = self.queue(DelaySeconds="10")
        self.send(url, "queue's")
        self.send(url, "own", DelaySeconds=3)
        self.send(url, "none", DelaySeconds=0)
        self.assertEqual(self.bodies(url), ["none"])
        server.advance("3s")
        self.assertEqual(self.bodies(url), ["own"])
        server.advance("7s")
        self.assertEqual(self.bodies(url), ["queue's"])

    def test_retention_ends_a_message(self):
        url = self.queue(MessageRetentionPeriod="60")
        self.send(url, "x")
        server.advance("60s")
        self.assertEqual(self.bodies(url), [])

    def test_a_long_poll_wakes_when_a_message_comes(self):
        url = self.queue()
        answers = []
        consumer = client()
        poll = threading.Thread(
            target=lambda: answers.append(consumer.receive_message(QueueUrl=url, WaitTimeSeconds=20))
        )
        poll.start()
        self.send(url, "wake up")
        poll.join(timeout=30)
        consumer.close()
        self.assertEqual([message["Body"] for message in answers[0]["Messages"]], ["wake up"])

    def test_a_long_poll_ends_after_its_wait(self):
        url = self.queue()
        answers = []
        consumer = client()
        poll = threading.Thread(
            target=lambda: answers.append(consumer.receive_message(QueueUrl=url, WaitTimeSeconds=20))
        )
        poll.start()
        while poll.is_alive():
            server.advance("1s")
            poll.join(timeout=0.01)
        consumer.close()
        self.assertNotIn("Messages", answers[0])

    def test_a_megabyte_is_a_message_and_more_is_not(self):
        url = self.queue()
        self.send(url, "x" * 1048576)
        self.assertEqual(len(self.bodies(url)[0]), 1048576)
        self.refused(
            "InvalidParameterValue",
            "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
            "send_message",
            QueueUrl=url,
            MessageBody="x" * 1048577,
        )

    def test_ranges_are_checked(self):
        url = self.queue()
        self.refused(
            "InvalidParameterValue",
            "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
            "receive_message",
            QueueUrl=url,
            MaxNumberOfMessages=11,
        )
        self.refused(
            "InvalidParameterValue",
            "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
            "receive_message",
            QueueUrl=url,
            WaitTimeSeconds=21,
        )

    def test_characters_that_xml_has_not_are_refused(self):
        self.refused("InvalidMessageContents", None, "send_message", QueueUrl=self.queue(), MessageBody="a\x01b")


class Batches(Case):
    def test_each_entry_succeeds_or_fails_by_itself(self):
        url = self.queue(MaximumMessageSize="1024")
        answer = self.sqs.send_message_batch(
            QueueUrl=url,
            Entries=[{"Id": "good", "MessageBody": "x"}, {"Id": "long", "MessageBody": "x" * 1025}],
        )
        [good] = answer["Successful"]
        self.assertEqual((good["Id"], good["MD5OfMessageBody"]), ("good", md5("x")))
        [failed] = answer["Failed"]
        self.assertEqual(failed["Id"], "long")
        self.assertEqual(failed["Code"], "InvalidParameterValue")
        self.assertTrue(failed["SenderFault"])

    def test_delete_and_change_in_batches(self):
        url = self.queue()
        self.send(url, "a", "b", "c")
        messages = self.receive(url)
        entries = [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
            for number, message in enumerate(messages)
        ]
        changed = self.sqs.change_message_visibility_batch(
            QueueUrl=url, Entries=[dict(entry, VisibilityTimeout=0) for entry in entries[:1]]
        )
        self.assertEqual([one["Id"] for one in changed["Successful"]], ["0"])
        answer = self.sqs.delete_message_batch(
            QueueUrl=url, Entries=entries[1:] + [{"Id": "bad", "ReceiptHandle": "nonsense"}]
        )
        self.assertEqual([one["Id"] for one in answer["Successful"]], ["1", "2"])
        self.assertEqual([(one["Id"], one["Code"]) for one in answer["Failed"]], [("bad", "ReceiptHandleIsInvalid")])
        self.assertEqual(self.bodies(url), ["a"])

    def test_mistakes_in_a_whole_batch(self):
        url = self.queue()
        prefix = "AWS.SimpleQueueService."
        entry = {"Id": "a", "MessageBody": "x"}
        self.refused(
            prefix + "EmptyBatchRequest",
            "There should be at least one SendMessageBatchRequestEntry in the request.",
            "send_message_batch", QueueUrl=url, Entries=[])
        self.refused(
            prefix + "TooManyEntriesInBatchRequest",
            "Maximum number of entries per request are 10. You have sent 11.",
            "send_message_batch", QueueUrl=url,
            Entries=[{"Id": str(number), "MessageBody": "x"} for number in range(11)])
        self.refused(
            prefix + "BatchEntryIdsNotDistinct", "Id a repeated.",
            "send_message_batch", QueueUrl=url, Entries=[entry, entry])
        self.refused(
            prefix + "InvalidBatchEntryId", None,
            "send_message_batch", QueueUrl=url, Entries=[{"Id": "a b", "MessageBody": "x"}])
        self.refused(
            prefix + "BatchRequestTooLong",
            "Batch requests cannot be longer than 1048576 bytes. You have sent 1048578 bytes.",
            "send_message_batch", QueueUrl=url,
            Entries=[{"Id": name, "MessageBody": "x" * 524289} for name in "ab"])


class DeadLetters(Case):
    def setUp(self):
        super().setUp()
        self.dead = self.queue("-dead")
        policy = {"deadLetterTargetArn": self.arn(self.dead), "maxReceiveCount": 2}
        self.source = self.queue("-source", RedrivePolicy=json.dumps(policy), VisibilityTimeout="1")

    def fail_twice(self):
        for _ in range(2):
            self.assertEqual(len(self.receive(self.source)), 1)
            server.advance("1s")

    def test_the_receive_after_the_last_one_moves_the_message(self):
        self.send(self.source, "poison")
        self.fail_twice()
        self.assertEqual(self.bodies(self.dead), [])
        self.assertEqual(self.bodies(self.source), [])
        [message] = self.receive(self.dead, AttributeNames=["All"])
        self.assertEqual(message["Attributes"]["ApproximateReceiveCount"], "3")
        self.assertEqual(message["Attributes"]["DeadLetterQueueSourceArn"], self.arn(self.source))

    def test_the_sources_of_a_dead_letter_queue(self):
        answer = self.sqs.list_dead_letter_source_queues(QueueUrl=self.dead)
        self.assertEqual(answer["queueUrls"], [self.source])

    def test_a_policy_is_taken_away_by_an_empty_one(self):
        self.sqs.set_queue_attributes(QueueUrl=self.source, Attributes={"RedrivePolicy": ""})
        self.assertFalse(self.sqs.list_dead_letter_source_queues(QueueUrl=self.dead).get("queueUrls"))

    def test_the_target_must_exist(self):
        policy = {"deadLetterTargetArn": self.arn(self.dead) + "-not", "maxReceiveCount": 2}
        self.refused("InvalidParameterValue", None, "set_queue_attributes",
                     QueueUrl=self.source, Attributes={"RedrivePolicy": json.dumps(policy)})

    @unittest.skipUnless(clients.current_cli, "boto3 1.26 predates message move tasks")
    def test_a_move_task_brings_messages_back(self):
        self.send(self.source, "poison")
        self.fail_twice()
        self.receive(self.source)
        handle = self.sqs.start_message_move_task(SourceArn=self.arn(self.dead))["TaskHandle"]
        self.assertTrue(handle)
        server.advance("10s")
        [task] = self.sqs.list_message_move_tasks(SourceArn=self.arn(self.dead))["Results"]
        self.assertEqual(task["Status"], "COMPLETED")
        self.assertEqual(task["ApproximateNumberOfMessagesMoved"], 1)
        self.assertNotIn("TaskHandle", task)
        self.assertEqual(self.bodies(self.source), ["poison"])
        self.refused("ResourceNotFoundException", None, "start_message_move_task",
                     SourceArn=self.arn(self.dead) + "-not")


class Fifo(Case):
    def put(self, url, body, group="g", **parameters):
        return self.sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, **parameters)

    def test_a_group_is_delivered_in_order_and_one_batch_at_a_time(self):
        url = self.fifo(ContentBasedDeduplication="true")
        for body in ("1", "2", "3"):
            self.put(url, body)
        self.put(url, "other", group="h")
        [first] = self.receive(url, most=1)
        self.assertEqual(first["Body"], "1")
        self.assertEqual(self.bodies(url), ["other"])
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
        self.assertEqual(self.bodies(url), ["2", "3"])
        server.advance("30s")
        self.assertEqual(sorted(self.bodies(url)), ["2", "3", "other"])

    def test_a_duplicate_within_five_minutes_is_answered_and_not_kept(self):
        url = self.fifo()
        first = self.put(url, "a", MessageDeduplicationId="same")
        again = self.put(url, "b", MessageDeduplicationId="same")
        self.assertEqual(again["MessageId"], first["MessageId"])
        self.assertEqual(again["SequenceNumber"], first["SequenceNumber"])
        self.assertEqual(self.bodies(url, VisibilityTimeout=0), ["a"])
        server.advance("5m")
        later = self.put(url, "c", MessageDeduplicationId="same")
        self.assertGreater(later["SequenceNumber"], first["SequenceNumber"])
        self.assertEqual(self.bodies(url), ["a", "c"])

    def test_content_based_deduplication_uses_the_body(self):
        url = self.fifo(ContentBasedDeduplication="true")
        self.put(url, "same")
        self.put(url, "same")
        [message] = self.receive(url, AttributeNames=["All"])
        attributes = message["Attributes"]
        self.assertEqual(attributes["MessageDeduplicationId"], hashlib.sha256(b"same").hexdigest())
        self.assertEqual(attributes["MessageGroupId"], "g")
        self.assertRegex(attributes["SequenceNumber"], "^[0-9]{20}$")

    def test_what_a_fifo_queue_must_be_told(self):
        url = self.fifo()
        self.refused("MissingParameter", "The request must contain the parameter MessageGroupId.",
                     "send_message", QueueUrl=url, MessageBody="x", MessageDeduplicationId="x")
        self.refused(
            "InvalidParameterValue",
            "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
            "provided explicitly",
            "send_message", QueueUrl=url, MessageBody="x", MessageGroupId="g")
        self.refused("InvalidParameterValue", None, "send_message", QueueUrl=url, MessageBody="x",
                     MessageGroupId="g", MessageDeduplicationId="x", DelaySeconds=2)

    def test_all_attributes_of_a_fresh_fifo_queue(self):
        answer = self.sqs.get_queue_attributes(QueueUrl=self.fifo(), AttributeNames=["All"])["Attributes"]
        self.assertEqual(answer["FifoQueue"], "true")
        self.assertEqual(answer["ContentBasedDeduplication"], "false")
        self.assertEqual(answer["DeduplicationScope"], "queue")
        self.assertEqual(answer["FifoThroughputLimit"], "perQueue")

    def test_an_expired_receipt_deletes_nothing(self):
        url = self.fifo(ContentBasedDeduplication="true")
        self.put(url, "x")
        [message] = self.receive(url)
        server.advance("31s")
        self.refused(
            "InvalidParameterValue",
            f"Value {message['ReceiptHandle']} for parameter ReceiptHandle is invalid. "
            "Reason: The receipt handle has expired.",
            "delete_message", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


class Wire(Case):
    def test_the_date_header_follows_the_virtual_clock(self):
        before = self.sqs.list_queues()["ResponseMetadata"]["HTTPHeaders"]["date"]
        server.advance("24h")
        after = self.sqs.list_queues()["ResponseMetadata"]["HTTPHeaders"]["date"]
        self.assertNotEqual(before, after)
        self.assertRegex(after, "^[A-Z][a-z]{2}, [0-9]{2} Jan 2026 [0-9:]{8} GMT$")

    def test_every_answer_has_a_request_id(self):
        metadata = self.sqs.list_queues()["ResponseMetadata"]
        self.assertRegex(metadata["RequestId"], "^[0-9a-f-]{36}$")
        self.assertEqual(metadata["HTTPStatusCode"], 200)
        failed = self.refused("AWS.SimpleQueueService.NonExistentQueue", None, "get_queue_url", QueueName="none")
        self.assertEqual(failed["ResponseMetadata"]["HTTPStatusCode"], 400)
        self.assertRegex(failed["ResponseMetadata"]["RequestId"], "^[0-9a-f-]{36}$")

    def test_the_message_of_a_missing_queue_is_that_of_the_protocol(self):
        text = "The specified queue does not exist."
        if not clients.current_cli:
            text = "The specified queue does not exist for this wsdl version."
        self.refused("AWS.SimpleQueueService.NonExistentQueue", text, "get_queue_url", QueueName="none")

    def test_a_peek_shows_messages_without_receiving_them(self):
        url = self.queue()
        self.send(url, "here")
        for _ in range(2):
            peeked = server.control(f"/_aws/sqs/messages?QueueUrl={url}")
            self.assertIn("here", json.dumps(peeked))
        [message] = self.receive(url, AttributeNames=["ApproximateReceiveCount"])
        self.assertEqual(message["Attributes"], {"ApproximateReceiveCount": "1"})


if __name__ == "__main__":
    with serving(clients.binary, "--start", START) as server:
        program = unittest.main(exit=False)
    sys.exit(not program.result.wasSuccessful())
