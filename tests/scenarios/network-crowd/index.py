"""The network and everything else at once: each job sends its parts by boto3 from threads, and waits in many ways."""
import asyncio
import concurrent.futures
import json
import os
import random
import subprocess
import time
import uuid

import boto3

sqs = boto3.client("sqs")  # no setting: HTTPS to the endpoint of AWS


def work(job, part):
    time.sleep(part % 2 * random.random())  # half of them, each with a connection to make, go off at once
    body = {"job": job, "part": part, "id": str(uuid.uuid4()), "at": time.time()}
    return sqs.send_message(QueueUrl=os.environ["RESULTS"], MessageBody=json.dumps(body))["MessageId"]


async def wait_for_all():
    async def one(seconds):
        try:
            await asyncio.wait_for(asyncio.sleep(seconds), 0.3)
            return "slept"
        except asyncio.TimeoutError:
            return "gave up"
    return await asyncio.gather(*(one(tenths / 10) for tenths in range(1, 6)))


def handler(event, context):
    for record in event["Records"]:
        job = json.loads(record["body"])["job"]
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            ids = list(pool.map(lambda part: work(job, part), range(6)))
        waits = asyncio.run(wait_for_all())
        date = subprocess.run(["sh", "-c", "sleep 0.5; date +%s.%N"], capture_output=True, text=True, check=True).stdout
        print("job", job, ids, waits, date, round(time.time(), 3))
