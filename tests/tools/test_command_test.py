"""`orrery test` as its users meet it: what it finds, what it says, its exit statuses, what a crash does.

usage: test_command_test.py ORRERY SOURCE_DIRECTORY
"""

import os
import pty
import signal
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

from command_line_test import alive, children_of, runs_a_handler, wait_until

ORRERY = SOURCE = None  # set from the arguments

PASSING = """\
scenario: {title}
resources:
  Orders: {{ Type: AWS::SQS::Queue, Properties: {{ QueueName: Orders }} }}
steps:
  - call: sqs.SendMessage
    with: {{ QueueUrl: !Ref Orders, MessageBody: hello }}
  - until: 90s
expect:
  - {{ queue: Orders, depth: {{ visible: 1 }} }}
"""

FAILING = """\
scenario: A planted failure
seed: 7
resources:
  Orders: { Type: AWS::SQS::Queue, Properties: { QueueName: Orders } }
steps:
  - call: sqs.SendMessage
    with: { QueueUrl: !Ref Orders, MessageBody: hello }
expect:
  - queue: Orders
    depth: { visible: 2 }
"""

# A function in Orrery's own process can end it.
CRASHING = """\
scenario: A crash
resources:
  Bad:
    Type: AWS::Serverless::Function
    Properties: { Runtime: native, Handler: libbad.so:handler, CodeUri: . }
steps:
  - call: lambda.Invoke
    with: { FunctionName: !Ref Bad }
"""

ENDLESS = """\
scenario: A handler that never answers
resources:
  Spin:
    Type: AWS::Serverless::Function
    Properties: { Runtime: python3.12, Handler: spin.handler, CodeUri: ., Timeout: 900 }
steps:
  - call: lambda.Invoke
    with: { FunctionName: !Ref Spin }
"""


class TestCommand(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="orrery test ")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as out:
            out.write(text)
        return path

    def passing(self, name, title="All is well"):
        return self.file(name, PASSING.format(title=title))

    def play(self, *arguments):
        return subprocess.run(
            [ORRERY, "test", *arguments], capture_output=True, text=True, cwd=self.folder, timeout=60)

    def check(self, result, status, *messages):
        text = result.stdout + result.stderr
        self.assertEqual(result.returncode, status, text)
        for message in messages:
            self.assertIn(message, text)

    def paths(self, result):
        """Of the scenarios told of, in that order."""
        return [line.split()[1] for line in result.stdout.splitlines() if " events" in line]

    def test_help_teaches_with_examples(self):
        self.check(subprocess.run([ORRERY, "test", "--help"], capture_output=True, text=True), 0,
                   "Examples:", "--junit", "--filter", "--jobs", "Exit status")

    def test_every_scenario_below_a_folder_is_played_in_the_order_of_paths(self):
        for name in ("b/scenario.yaml", "a/z.scenario.yaml", "a/a.scenario.yaml", "a/deeper/scenario.yaml"):
            self.passing(name)
        self.file("a/template.yaml", "no scenario: {")
        self.passing("a/other.yaml")
        self.passing(".hidden/scenario.yaml")
        result = self.play(".")
        self.check(result, 0, "4 scenarios: 4 passed, 0 failed; 6m of virtual time")
        self.assertEqual(
            self.paths(result),
            ["a/a.scenario.yaml", "a/deeper/scenario.yaml", "a/z.scenario.yaml", "b/scenario.yaml"])

    def test_the_order_is_the_same_however_many_are_played_at_a_time(self):
        for number in range(12):
            self.passing(f"{number:02}.scenario.yaml")
        names = [f"{number:02}.scenario.yaml" for number in range(12)]
        for jobs in ("1", "3", "20"):
            self.assertEqual(self.paths(self.play(".", "--jobs", jobs)), names)

    def test_a_file_is_taken_by_any_name_and_once(self):
        path = self.passing("any.yaml")
        self.check(self.play("any.yaml", "./any.yaml", path), 0, "1 scenario: 1 passed")

    def test_a_line_tells_of_virtual_time_events_and_title(self):
        self.passing("one.scenario.yaml", title="It's called so")
        line = self.play(".").stdout.splitlines()[0]
        self.assertRegex(line, r"^ok +one\.scenario\.yaml +1m30s +\d+ events +\d+ ms  It's called so$")

    def test_a_failure_is_explained_with_the_nearest_events_and_the_command_that_shows_it_again(self):
        self.passing("a.scenario.yaml")
        self.file("my bad.scenario.yaml", FAILING)
        self.check(self.play("."), 1,
                   "FAILED   my bad.scenario.yaml", "depth.visible is not as expected", "nearest trace events",
                   "To see it again: orrery run 'my bad.scenario.yaml' --seed 7",
                   "2 scenarios: 1 passed, 1 failed")

    def test_two_runs_that_differ_are_a_failure_that_names_the_first_event(self):
        leak = os.path.join(SOURCE, "tests", "scenarios", "leak", "scenario.yaml")
        self.check(self.play(leak), 1, "The two runs differ: event", "of function leak", "first run:", "--verify")

    def test_what_is_not_understood_is_exit_status_2_and_the_others_are_played(self):
        self.passing("good.scenario.yaml")
        self.file("bad.scenario.yaml", "scenario: x\nstepz: []\n")
        os.mkdir(os.path.join(self.folder, "empty"))
        result = self.play("good.scenario.yaml", "bad.scenario.yaml", "missing", "empty")
        self.check(result, 2, "bad.scenario.yaml:2:1", "stepz", "missing\n        there is no such file or folder",
                   "there is no *.scenario.yaml", "4 scenarios: 1 passed, 0 failed, 3 not understood")

    def test_values_that_options_cannot_take_are_errors(self):
        self.check(self.play(), 2, "PATH is required")
        self.check(self.play(".", "--jobs", "0"), 2, "'0' is not a number from 1 to 1000")
        self.check(self.play(".", "--jbos", "1"), 2, "'--jbos'", "'--jobs'")
        self.passing("one.scenario.yaml")
        self.check(self.play(".", "--junit", "/nowhere/x.xml"), 2, "/nowhere/x.xml")

    def test_a_filter_looks_at_paths_and_titles(self):
        self.passing("sqs/one.scenario.yaml", title="A poison pill")
        self.passing("sqs/two.scenario.yaml", title="Another")
        self.passing("poison/three.scenario.yaml", title="The last")
        self.assertEqual(self.paths(self.play(".", "--filter", "poison")),
                         ["poison/three.scenario.yaml", "sqs/one.scenario.yaml"])
        self.check(self.play(".", "--filter", "nothing like it"), 2, "'nothing like it'")

    def test_junit_xml_holds_a_case_for_each(self):
        self.passing("good.scenario.yaml", title="Less < more & so on")
        self.file("failing.scenario.yaml", FAILING)
        self.file("bad.scenario.yaml", "stepz: []\n")
        self.check(self.play(".", "--junit", "out.xml"), 2)
        root = xml.etree.ElementTree.parse(os.path.join(self.folder, "out.xml")).getroot()
        self.assertEqual(root.tag, "testsuites")
        suite = root.find("testsuite")
        for node in (root, suite):
            self.assertEqual([node.get(key) for key in ("tests", "failures", "errors")], ["3", "1", "1"])
        bad, failing, good = suite.findall("testcase")
        self.assertEqual(good.get("name"), "Less < more & so on")
        self.assertEqual((good.get("classname"), len(good)), ("good.scenario.yaml", 0))
        self.assertGreaterEqual(float(good.get("time")), 0)
        self.assertIn("orrery run failing.scenario.yaml --seed 7", failing.find("failure").text)
        self.assertEqual(failing.find("failure").get("message"), "queue Orders: depth")
        self.assertIn("stepz", bad.find("error").get("message"))

    def test_what_scenarios_that_passed_warned_of_is_told_once(self):
        # A native function writes to Orrery's own standard error, as its warnings go.
        self.file("noisy.cpp", '#include <cstdio>\nextern "C" void handler(const char*, unsigned long, const void*) {'
                               ' std::fputs("mind the gap\\n", stderr); }\n')
        subprocess.run(["c++", "-shared", "-fPIC", "-o", "libbad.so", "noisy.cpp"], check=True, cwd=self.folder)
        self.file("a.scenario.yaml", CRASHING)
        self.file("b.scenario.yaml", CRASHING)
        result = self.play(".")
        self.assertEqual((result.returncode, result.stderr), (0, "mind the gap\n"), result.stdout)

    def test_a_crash_is_the_failure_of_its_scenario_alone_and_exit_status_3(self):
        self.file("bad.cpp", '#include <cstdlib>\nextern "C" void handler(const char*, unsigned long, const void*) { std::abort(); }\n')
        subprocess.run(["c++", "-shared", "-fPIC", "-o", "libbad.so", "bad.cpp"], check=True, cwd=self.folder)
        self.file("crash.scenario.yaml", CRASHING)
        self.passing("good.scenario.yaml")
        self.check(self.play("."), 3, "BROKEN   crash.scenario.yaml", "ended by signal 6", "crash.scenario.yaml: A crash",
                   "To see it again: orrery run crash.scenario.yaml", "2 scenarios: 1 passed, 0 failed, 1 broken")

    def test_ctrl_c_ends_all_and_tells_what_was_done(self):
        self.file("spin.py", "def handler(event, context):\n    while True:\n        pass\n")
        self.passing("a.scenario.yaml")
        self.file("b.scenario.yaml", ENDLESS)
        self.file("c.scenario.yaml", ENDLESS)
        process = subprocess.Popen([ORRERY, "test", ".", "--jobs", "2", "--junit", "out.xml"], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(process.kill)
        # Two workers, and a handler of each at least.
        self.assertTrue(wait_until(lambda: sum(map(runs_a_handler, children_of(process.pid))) == 2))
        children = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=20)[0]
        self.assertEqual(process.returncode, 130, output)
        self.assertIn("Interrupted: 1 of 3 scenarios were played to the end.", output)
        self.assertTrue(wait_until(lambda: not any(map(alive, children))))
        self.assertEqual(
            len(xml.etree.ElementTree.parse(os.path.join(self.folder, "out.xml")).findall(".//testcase")), 1)

    def test_a_terminal_sees_colours_and_progress_and_others_do_not(self):
        self.passing("a.scenario.yaml")
        self.assertNotIn("\x1b", self.play(".").stdout)
        self.assertIn("\x1b[32mok", self.play(".", "--color", "always").stdout)
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        environment = dict(os.environ, TERM="xterm")
        environment.pop("NO_COLOR", None)
        subprocess.run([ORRERY, "test", "."], cwd=self.folder, stdout=slave, env=environment, check=True, timeout=60)
        os.close(slave)
        text = os.read(master, 65536).decode()
        self.assertIn("0 of 1 scenario", text)
        self.assertIn("\x1b[32mok", text)


if __name__ == "__main__":
    SOURCE = os.path.abspath(sys.argv.pop())
    ORRERY = os.path.abspath(sys.argv.pop())
    unittest.main()
