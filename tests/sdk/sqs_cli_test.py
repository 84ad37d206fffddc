"""SQS from the AWS CLI. Usage: sqs_cli_test.py ORRERY [FOLDER-OF-A-CURRENT-CLI] [unittest options].
Debian's CLI (version 2) speaks the Query protocol to SQS, a current one JSON."""

import json
import sys
import unittest

import clients
from orrery_server import START, serving

server = None


def aws(*words):
    """The JSON that `aws` prints."""
    return json.loads(clients.aws(server, *words) or "{}")


class CommandLine(unittest.TestCase):
    def test_a_message_goes_through_a_queue(self):
        url = aws("sqs", "create-queue", "--queue-name", "cli", "--attributes", "VisibilityTimeout=7")["QueueUrl"]
        self.assertIn(url, aws("sqs", "list-queues")["QueueUrls"])
        attributes = '{"n": {"DataType": "Number", "StringValue": "6"}}'
        aws("sqs", "send-message", "--queue-url", url, "--message-body", "hé <>&", "--message-attributes", attributes)
        answer = aws("sqs", "receive-message", "--queue-url", url, "--message-attribute-names", "All",
                     "--attribute-names", "All")
        [message] = answer["Messages"]
        self.assertEqual(message["Body"], "hé <>&")
        self.assertEqual(message["MessageAttributes"], {"n": {"DataType": "Number", "StringValue": "6"}})
        self.assertEqual(message["Attributes"]["ApproximateReceiveCount"], "1")
        aws("sqs", "delete-message", "--queue-url", url, "--receipt-handle", message["ReceiptHandle"])
        counts = aws("sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names",
                     "ApproximateNumberOfMessages", "VisibilityTimeout")
        self.assertEqual(counts["Attributes"], {"ApproximateNumberOfMessages": "0", "VisibilityTimeout": "7"})

    def test_a_fifo_queue_and_a_batch(self):
        url = aws("sqs", "create-queue", "--queue-name", "cli.fifo", "--attributes",
                  "FifoQueue=true,ContentBasedDeduplication=true")["QueueUrl"]
        entries = [{"Id": str(n), "MessageBody": f"message {n}", "MessageGroupId": "g"} for n in range(3)]
        answer = aws("sqs", "send-message-batch", "--queue-url", url, "--entries", json.dumps(entries))
        self.assertEqual([one["Id"] for one in answer["Successful"]], ["0", "1", "2"])
        answer = aws("sqs", "receive-message", "--queue-url", url, "--max-number-of-messages", "10")
        self.assertEqual([one["Body"] for one in answer["Messages"]], ["message 0", "message 1", "message 2"])

    def test_an_error_is_told_as_aws_tells_it(self):
        done = clients.run_cli(server, "sqs", "get-queue-url", "--queue-name", "none")
        self.assertIn(done.returncode, (254, 255))  # of version 2, of version 1
        self.assertIn("An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the GetQueueUrl "
                      "operation: The specified queue does not exist", done.stderr)


if __name__ == "__main__":
    with serving(clients.binary, "--start", START) as server:
        program = unittest.main(exit=False)
    sys.exit(not program.result.wasSuccessful())
