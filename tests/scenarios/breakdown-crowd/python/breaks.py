"""Ends in many ways, with threads, a child and a request under way."""
import os
import signal
import subprocess
import threading
import time
import uuid

import boto3

sqs = boto3.client("sqs")
ticks = 0


def tick():
    global ticks
    while True:
        time.sleep(0.07)
        ticks += 1


threading.Thread(target=tick, daemon=True).start()  # goes on from one invocation to the next


def chatter():
    for number in range(50):
        print("thread", number, uuid.uuid4())
        sqs.get_queue_url(QueueName="jobs")
        time.sleep(0.02)


def handler(event, context):
    threading.Thread(target=chatter, daemon=True).start()
    child = subprocess.Popen(["sh", "-c", "while :; do sleep 0.3; echo the child goes on; done"])
    time.sleep(0.25)
    how = event["how"]
    print(how, ticks, time.time())
    if how == "exit":
        os._exit(3)
    if how == "thread exits":
        threading.Thread(target=os._exit, args=(4,)).start()
        time.sleep(100)
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "timeout":
        time.sleep(100)
    child.kill()
    child.wait()
    if how == "raises":
        raise ValueError(f"{ticks} ticks")
    return ticks
