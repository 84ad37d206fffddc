"""What SQS answers to mistakes, and to clients that go away, in both protocols. Usage as that of sqs_botocore_test.py,
whose clients and helpers it uses."""

import json
import socket
import sys
import unittest
import urllib.parse
import urllib.request

import clients
import sqs_botocore_test as shared
from orrery_server import START, serving


class Mistakes(shared.Case):
    def test_the_visibility_of_a_deleted_message_cannot_be_changed(self):
        url = self.queue()
        self.send(url, "x")
        [message] = self.receive(url)
        handle = message["ReceiptHandle"]
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
        text = (
            f"Value {handle} for parameter ReceiptHandle is invalid. "
            "Reason: Message does not exist or is not available for visibility timeout change."
        )
        self.refused("InvalidParameterValue", text, "change_message_visibility",
                     QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=5)
        answer = self.sqs.change_message_visibility_batch(
            QueueUrl=url, Entries=[{"Id": "a", "ReceiptHandle": handle, "VisibilityTimeout": 5}]
        )
        [failed] = answer["Failed"]
        self.assertEqual((failed["Code"], failed["Message"]), ("InvalidParameterValue", text))

    def test_the_status_of_a_second_purge_is_that_of_the_protocol(self):
        url = self.queue()
        self.sqs.purge_queue(QueueUrl=url)
        answer = self.refused("AWS.SimpleQueueService.PurgeQueueInProgress", None, "purge_queue", QueueUrl=url)
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 400 if clients.current_cli else 403)

    def test_attribute_types_and_names(self):
        url = self.queue()
        self.refused(
            "InvalidParameterValue",
            "The type of message (user) attribute 'a' is invalid. You must use only the following supported type "
            "prefixes: Binary, Number, String.",
            "send_message", QueueUrl=url, MessageBody="x",
            MessageAttributes={"a": {"DataType": "Text", "StringValue": "x"}})
        for name in ("aws.x", "Amazon.x", ".x", "x.", "x..y"):
            self.refused("InvalidParameterValue", None, "send_message", QueueUrl=url, MessageBody="x",
                         MessageAttributes={name: {"DataType": "String", "StringValue": "x"}})


class Polls(shared.Case):
    def poll(self, url):
        """A long poll whose connection the test holds in its hand."""
        host, port = shared.server.endpoint.removeprefix("http://").split(":")
        if clients.current_cli:
            body = json.dumps({"QueueUrl": url, "WaitTimeSeconds": 20})
            kind = "application/x-amz-json-1.0\r\nX-Amz-Target: AmazonSQS.ReceiveMessage"
        else:
            body = urllib.parse.urlencode({"Action": "ReceiveMessage", "QueueUrl": url, "WaitTimeSeconds": 20})
            kind = "application/x-www-form-urlencoded"
        connection = socket.create_connection((host, int(port)))
        self.addCleanup(connection.close)
        head = f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall((head + body).encode())
        connection.settimeout(30)
        return connection

    def test_a_message_goes_to_the_next_poll_when_the_first_one_s_client_has_gone(self):
        url = self.queue()
        first = self.poll(url)
        self.sqs.list_queues()
        second = self.poll(url)
        self.sqs.list_queues()
        first.close()
        for _ in range(2):
            self.sqs.list_queues()  # by when the server has seen the connection end
        self.send(url, "for the second")
        self.assertIn(b"for the second", second.recv(65536))


class Queries(shared.Case):
    def query(self, path):
        with urllib.request.urlopen(shared.server.endpoint + path, timeout=30) as answer:
            return answer.read().decode()

    def test_queries_as_the_documentation_writes_them(self):
        url = self.queue()
        path = f"/000000000000/{self.name()}/?Version=2012-11-05&Action="
        self.query(path + "TagQueue&Tag.Key=team&Tag.Value=blue")
        self.query(path + "SetQueueAttributes&Attribute.Name=VisibilityTimeout&Attribute.Value=35")
        self.assertEqual(self.sqs.list_queue_tags(QueueUrl=url)["Tags"], {"team": "blue"})
        self.assertIn("<Value>35</Value>", self.query(path + "GetQueueAttributes&AttributeName.1=VisibilityTimeout"))


if __name__ == "__main__":
    with serving(clients.binary, "--start", START) as shared.server:
        program = unittest.main(exit=False)
    sys.exit(not program.result.wasSuccessful())
