"""The orrery program as its users meet it: exit statuses, messages, signals, an installed copy.

usage: command_line_test.py ORRERY BUILD_DIRECTORY
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ORRERY = BUILD = None  # set from the arguments
SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))

EMPTY = "scenario: Nothing happens\n"

FAILING = """\
scenario: A planted failure
resources:
  Orders: { Type: AWS::SQS::Queue, Properties: { QueueName: Orders } }
steps:
  - call: sqs.SendMessage
    with: { QueueUrl: !Ref Orders, MessageBody: hello }
expect:
  - queue: Orders
    depth: { visible: 2 }
"""

# The handler computes without an end, so the run lasts until it is ended from outside.
ENDLESS = """\
scenario: A handler that never answers
resources:
  Spin:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: Spin, Runtime: python3.12, Handler: spin.handler, CodeUri: ., Timeout: 900 }
steps:
  - call: lambda.Invoke
    with: { FunctionName: Spin, Payload: {} }
"""


def children_of(pid):
    """The process ids of everything that `pid` started, directly or not."""
    parents = {}
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/stat") as stat:
                parents[int(entry)] = int(stat.read().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
    found, todo = [], [pid]
    while todo:
        parent = todo.pop()
        below = [child for child, its_parent in parents.items() if its_parent == parent]
        found += below
        todo += below
    return found


def runs_a_handler(pid):
    """Whether it is past what is started, and ends again, before a handler."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as command:
            return b"bootstrap" in command.read()
    except OSError:
        return False


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition, seconds=20):
    """Waits for the operating system, not for virtual time."""
    end = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < end:
        time.sleep(0.01)
    return holds


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="orrery test ")
        self.addCleanup(self.folder.cleanup)
        self.temporary = os.path.join(self.folder.name, "tmp")
        os.mkdir(self.temporary)
        self.environment = dict(os.environ, TMPDIR=self.temporary)

    def file(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, "w") as out:
            out.write(text)
        return path

    def orrery(self, *arguments, program=None):
        return subprocess.run(
            [program or ORRERY, *arguments], capture_output=True, text=True, env=self.environment, timeout=60)

    def check(self, result, status, *messages):
        text = result.stdout + result.stderr
        self.assertEqual(result.returncode, status, text)
        for message in messages:
            self.assertIn(message, text)

    def test_help_teaches_with_examples(self):
        self.check(self.orrery("--help"), 0, "Examples:", "orrery run")
        self.check(self.orrery("run", "--help"), 0, "--seed", "--until", "--verify", "Exit status")
        self.check(self.orrery("--version"), 0, "orrery ")

    def test_no_command_is_an_error_that_shows_the_help(self):
        self.check(self.orrery(), 2, "Examples:")

    def test_a_misspelt_command_or_option_names_the_nearest(self):
        self.check(self.orrery("rnu", "x.yaml"), 2, "'rnu'", "'run'")
        self.check(self.orrery("run", "x.yaml", "--sede=3"), 2, "'--sede'", "'--seed'")
        self.check(self.orrery("--verison"), 2, "'--verison'", "'--version'")
        self.check(self.orrery("run", "x.yaml", "y.yaml"), 2, "'y.yaml' was not expected")

    def test_values_that_options_cannot_take_are_errors(self):
        self.check(self.orrery("run", "x.yaml", "--seed", "one"), 2, "'one' is not a whole number")
        self.check(self.orrery("run", "x.yaml", "--seed", "-3"), 2, "'-3' is not a whole number")
        self.check(self.orrery("run", "x.yaml", "--until", "5"), 2, "'5' is not a duration")
        self.check(self.orrery("run", "x.yaml", "--color", "blue"), 2, "'blue' is not auto")
        self.check(self.orrery("run", "--seed", "1"), 2, "FILE")

    def test_a_missing_file_is_exit_status_2(self):
        self.check(self.orrery("run", "missing.yaml"), 2, "missing.yaml")

    def test_yaml_that_does_not_parse_is_exit_status_2_with_its_line(self):
        path = self.file("bad.yaml", "scenario: x\nsteps: [ {\n")
        self.check(self.orrery("run", path), 2, "bad.yaml:")

    def test_a_template_in_place_of_a_scenario_is_told_what_to_do_with_it(self):
        template = self.file("template.yaml", "Resources:\n  Orders: { Type: AWS::SQS::Queue }\n")
        self.check(self.orrery("run", template), 2, "this is a template", "orrery invoke --template", "orrery serve")

    def test_an_unknown_key_is_exit_status_2_and_names_the_nearest(self):
        path = self.file("key.yaml", "scenario: x\nstepz: []\n")
        self.check(self.orrery("run", path), 2, "key.yaml:2:1", "stepz", "steps")

    def test_a_scenario_without_expectations_passes(self):
        self.check(self.orrery("run", self.file("empty.yaml", EMPTY)), 0, "0 failed")

    def test_a_failed_expectation_is_exit_status_1(self):
        path = self.file("failing.yaml", FAILING)
        self.check(self.orrery("run", path), 1, "FAILED", "failing.yaml:8", "1 failed", "--seed 1")

    def test_the_readme_shows_what_its_run_prints(self):
        def without_real_time(text):
            return re.sub("real time .*", "", text)

        with open(os.path.join(SOURCE, "README.md")) as readme:
            shown = "".join(line.removeprefix("    ") for line in readme)
        result = self.orrery("run", os.path.join(SOURCE, "scenarios/customer-registration/scenario.yaml"))
        self.check(result, 0)
        self.assertIn(without_real_time(result.stdout), without_real_time(shown))

    def test_the_same_seed_gives_the_same_trace(self):
        path = self.file("failing.yaml", FAILING)
        traces = []
        for name in ("one.jsonl", "two.jsonl"):
            out = os.path.join(self.folder.name, name)
            self.check(self.orrery("run", path, "--seed", "5", "--trace", out), 1)
            with open(out) as trace:
                traces.append(trace.read())
        self.assertEqual(traces[0], traces[1])
        self.assertIn("sqs.message.sent", traces[0])

    def test_verify_runs_twice_and_says_so(self):
        path = self.file("empty.yaml", EMPTY)
        self.check(self.orrery("run", path, "--verify"), 0, "Verified")

    def test_verify_names_the_event_and_the_invocation_that_differed(self):
        path = os.path.join(os.path.dirname(__file__), "..", "scenarios", "leak", "scenario.yaml")
        self.check(self.orrery("run", path, "--verify"), 1, "The two runs differ: event", "of function leak", "first run:")

    def test_a_trace_that_cannot_be_written_is_exit_status_2(self):
        path = self.file("empty.yaml", EMPTY)
        self.check(self.orrery("run", path, "--trace", "/nowhere/out.jsonl"), 2, "/nowhere/out.jsonl")

    def test_a_reader_who_goes_away_is_not_a_crash(self):
        path = self.file("failing.yaml", FAILING)
        reader, writer = os.pipe()
        os.close(reader)
        process = subprocess.run(
            [ORRERY, "run", path, "--timeline"], stdout=writer, stderr=subprocess.PIPE, env=self.environment, timeout=60)
        os.close(writer)
        self.assertEqual((process.returncode, process.stderr), (1, b""))

    def test_ctrl_c_leaves_no_child_process_and_no_temporary_folder(self):
        self.file("spin.py", "def handler(event, context):\n    while True:\n        pass\n")
        path = self.file("endless.yaml", ENDLESS)
        process = subprocess.Popen(
            [ORRERY, "run", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        self.assertTrue(wait_until(
            lambda: any(map(runs_a_handler, children_of(process.pid))) or process.poll() is not None))
        children = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=20)[0].decode()
        self.assertEqual(process.returncode, 130, output)
        self.assertTrue(children, output)
        self.assertTrue(wait_until(lambda: not any(alive(child) for child in children)))
        self.assertEqual(os.listdir(self.temporary), [])

    def test_an_installed_copy_runs_outside_the_checkout(self):
        prefix = os.path.join(self.folder.name, "in stalled")
        subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True, capture_output=True)
        program = os.path.join(prefix, "bin", "orrery")
        self.assertTrue(os.path.exists(os.path.join(prefix, "lib", "orrery", "liborrery_shim.so")))
        self.assertTrue(os.path.isdir(os.path.join(prefix, "lib", "orrery", "bootstraps")))
        self.check(self.orrery("run", self.file("failing.yaml", FAILING), program=program), 1, "1 failed")


if __name__ == "__main__":
    BUILD = sys.argv.pop()
    ORRERY = sys.argv.pop()
    unittest.main()
