"""tools/draw-timeline: what it draws of a trace, and that each picture of docs/semantics can be made again.

usage: draw_timeline_test.py ORRERY SOURCE_DIRECTORY
"""

import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

ORRERY = SOURCE = None  # set from the arguments

SVG = "{http://www.w3.org/2000/svg}"


class DrawTimeline(unittest.TestCase):
    def draw(self, scenario, *options):
        path = os.path.join(SOURCE, "scenarios", "semantics", scenario + ".scenario.yaml")
        with tempfile.TemporaryDirectory() as folder:
            trace = os.path.join(folder, "trace.jsonl")
            subprocess.run([ORRERY, "run", path, "--quiet", "--trace", trace], check=True, stdout=subprocess.DEVNULL, timeout=60)
            drawn = subprocess.run([os.path.join(SOURCE, "tools", "draw-timeline"), trace, *options],
                                   check=True, capture_output=True, text=True, timeout=60)
        return xml.etree.ElementTree.fromstring(drawn.stdout)

    def texts(self, picture):
        return [text.text for text in picture.iter(SVG + "text")]

    def test_a_queue_and_a_function(self):
        picture = self.draw("sqs/dead-letter-queue")
        texts = self.texts(picture)
        self.assertIn("Orders: message 1", texts)
        self.assertIn("to the dead-letter queue", texts)
        self.assertIn("1 Poison", texts)

    def test_a_part_of_the_time(self):
        texts = self.texts(self.draw("sqs/dead-letter-queue", "--from", "20s", "--until", "50s"))
        self.assertIn("30s", texts)
        self.assertNotIn("1m", texts)
        self.assertNotIn("to the dead-letter queue", texts)

    def test_windows_of_a_stream(self):
        texts = self.texts(self.draw("tumbling-windows/state-and-final-invocation"))
        self.assertIn("window closed", texts)
        self.assertIn("Count, shard 0", texts)

    def test_what_is_no_duration_is_refused(self):
        tool = os.path.join(SOURCE, "tools", "draw-timeline")
        result = subprocess.run([tool, os.devnull, "--until", "5"], capture_output=True, text=True, timeout=60)
        self.assertEqual(result.returncode, 1)
        self.assertIn("draw-timeline:", result.stderr)

    def test_the_pages_show_no_picture_that_is_not_made(self):
        folder = os.path.join(SOURCE, "docs", "semantics")
        with open(os.path.join(SOURCE, "tools", "draw-timeline")) as tool:
            made = tool.read()
        pictures = [name[:-4] for name in os.listdir(folder) if name.endswith(".svg")]
        self.assertTrue(pictures)
        for name in pictures:
            self.assertIn(f'("{name}", ', made)


if __name__ == "__main__":
    SOURCE = os.path.abspath(sys.argv.pop())
    ORRERY = os.path.abspath(sys.argv.pop())
    unittest.main()
