"""What `orrery serve` must endure: requests and circumstances that are nobody's ordinary use.

usage: serve_endures_test.py ORRERY
"""

import os
import resource
import socket
import subprocess
import sys
import unittest

import serve_test
from serve_test import wait_until


class Endures(unittest.TestCase):
    setUp = serve_test.Serve.setUp
    file = serve_test.Serve.file
    serve = serve_test.Serve.serve

    def test_a_peek_nested_beyond_all_measure_is_refused(self):
        server = self.serve("--clock", "paused")
        depth = 400000
        status, text, _ = server.request(
            "POST", "/_aws/sqs/messages", '{"QueueUrl":' + "[" * depth + "]" * depth + "}")
        self.assertEqual(status, 400)
        self.assertIn("QueueUrl must be a text", text)
        self.assertEqual(server.request("GET", "/_orrery/health")[0], 200)

    def test_without_descriptors_those_connected_are_served_and_others_wait(self):
        server = self.serve("--clock", "paused")
        most = 40
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (most, most))
        connections = [socket.create_connection(server.address, timeout=20) for _ in range(2 * most)]
        descriptors = f"/proc/{server.process.pid}/fd"
        self.assertTrue(wait_until(lambda: len(os.listdir(descriptors)) == most))
        request = b"GET /_orrery/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
        connections[0].sendall(request)
        self.assertIn(b"200 OK", connections[0].recv(4096))
        connections[-1].sendall(request)
        for connection in connections[:-1]:
            connection.close()
        self.assertIn(b"200 OK", connections[-1].recv(4096))
        connections[-1].close()

    def test_a_template_that_broke_leaves_an_empty_world_after_a_reset(self):
        template = self.file("template.yaml", "Resources: { Orders: { Type: AWS::SQS::Queue } }")
        server = self.serve("--clock", "paused", "--template", template)
        self.assertEqual(len(server.sqs("ListQueues")["QueueUrls"]), 1)
        self.file("template.yaml", "Resources: { A: { Type: AWS::SQS::Queue }, B: { Type: AWS::Sings::Song } }")
        error = server.json("POST", "/_orrery/reset", status=500)["error"]
        self.assertIn("the world is fresh, but has no resources", error)
        self.assertIn("AWS::Sings::Song is not supported", error)
        self.assertEqual(server.sqs("ListQueues"), {})
        self.file("template.yaml", "Resources: { Orders: { Type: AWS::SQS::Queue } }")
        server.json("POST", "/_orrery/reset")
        self.assertEqual(len(server.sqs("ListQueues")["QueueUrls"]), 1)

    def test_a_state_directory_without_a_name_is_refused(self):
        ended = subprocess.run(
            [serve_test.ORRERY, "serve", "--port", "0", "--state", ""], capture_output=True, text=True, timeout=20)
        self.assertEqual(ended.returncode, 2)
        self.assertIn("the directory's name is empty", ended.stderr)


if __name__ == "__main__":
    serve_test.ORRERY = os.path.abspath(sys.argv.pop(1))
    unittest.main()
