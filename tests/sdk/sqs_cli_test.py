"""SQS from the AWS CLI. Usage: sqs_cli_test.py ORRERY [FOLDER-OF-A-CURRENT-CLI] [unittest options].
Debian's CLI (version 2) speaks the Query protocol to SQS, a current one JSON."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

from orrery_server import START, serving

binary = sys.argv.pop(1)
current_cli = sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else None
server = None
home = None


def aws(*words, status=0):
    """What a person types after `aws`; gives what it prints."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_PAGER": "",
    }
    # Debian's CLI predates AWS_ENDPOINT_URL, and version 1 leaves it out for SQS in us-east-1.
    command = ["/usr/bin/aws"]
    if current_cli:
        environment["PYTHONPATH"] = current_cli
        command = [sys.executable, "-m", "awscli"]
    command += ["--endpoint-url", server.endpoint]
    done = subprocess.run([*command, *words], env=environment, capture_output=True, text=True, timeout=120)
    if (done.returncode != 0) != (status != 0):
        raise AssertionError(f"aws {words}: status {done.returncode}\n{done.stdout}{done.stderr}")
    if status:
        return done.stderr.strip()
    return json.loads(done.stdout) if done.stdout.strip() else {}


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
        told = aws("sqs", "get-queue-url", "--queue-name", "none", status=254)
        self.assertIn("An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the GetQueueUrl "
                      "operation: The specified queue does not exist", told)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home, serving(binary, "--start", START) as server:
        program = unittest.main(exit=False)
    sys.exit(not program.result.wasSuccessful())
