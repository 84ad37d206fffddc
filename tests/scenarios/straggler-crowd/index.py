"""Leaves something behind that still computes when the handler returns, or ends the runtime."""
import os
import signal
import subprocess
import sys
import threading

COMPUTES = """
import sys
for number in range(8):
    sum(range(500_000))
    print(sys.argv[1], number, flush=True)
"""


def start(name, **options):
    subprocess.Popen([sys.executable, "-c", COMPUTES, name], **options)


def start_orphan(name):
    subprocess.run(["sh", "-c", f"'{sys.executable}' -c \"$0\" '{name}' & exit", COMPUTES], check=True)


def compute():
    for number in range(8):
        sum(range(500_000))
        print("thread", number)


def handler(event, context):
    how = event["how"]
    print(how)
    if how == "thread":
        threading.Thread(target=compute).start()
    elif how == "orphan":
        start_orphan(how)
    else:
        start(how, start_new_session=how == "own session")
    if how == "exit":
        os._exit(3)
    if how == "ends":
        sys.exit(4)
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
