"""Everything at once that operating systems schedule as they like: threads, connections, sleeps, output, randomness."""
import concurrent.futures
import json
import os
import random
import threading
import time
import uuid

import pymysql


def connect():
    return pymysql.connect(host=os.environ["DB_HOST"], user="admin", passwd="secret-enough", db="crowd",
                           connect_timeout=5, autocommit=True)


def work(job, part):
    connection = connect()
    with connection.cursor() as cursor:
        cursor.execute("insert into work (job, part, label) values (%s, %s, %s)", (job, part, f"part {part}"))
        time.sleep((part * 7 % 5) / 10)
        cursor.execute("select count(*) from work where job = %s", (job,))
        found = cursor.fetchone()[0]
    connection.close()
    return found


def handler(event, context):
    background = threading.Thread(target=time.sleep, args=(random.random(),))
    background.start()
    for record in event["Records"]:
        job = json.loads(record["body"])["job"]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            counts = list(pool.map(lambda part: work(job, part), range(8)))
        print("job", job, "saw", counts, uuid.uuid4(), round(time.time(), 3))
    background.join()
    return counts
