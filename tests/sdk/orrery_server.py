"""Starts `orrery serve` for a test and talks to its control endpoints."""

import contextlib
import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

START = "2026-01-01T00:00:00Z"


class Server:
    """A running emulator whose clock stands still until a test moves it, or as `clock` says."""

    def __init__(self, binary, *options, clock="paused"):
        command = [binary, "serve", "--port", "0", "--clock", clock, *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.endpoint = self._read_endpoint()

    def _read_endpoint(self):
        for line in self.process.stdout:
            found = re.search(r"http://[0-9.]+:[0-9]+", line)
            if found:
                return found.group(0)
        raise RuntimeError(f"orrery serve ended with status {self.process.wait()} before it was ready")

    def control(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.endpoint + path, data=data)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path}: {error.code} {error.read().decode()}") from error

    def advance(self, duration):
        return self.control("/_orrery/clock", {"advance": duration})

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=30)
        self.process.stdout.close()
        if status != 0:
            sys.exit(f"orrery serve: exit status {status} after SIGTERM")


@contextlib.contextmanager
def serving(binary, *options, clock="paused"):
    server = Server(binary, *options, clock=clock)
    try:
        yield server
    finally:
        server.stop()
