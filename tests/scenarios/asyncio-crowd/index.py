"""All that one event loop may juggle: timers, its thread pool, queues, streams to a server of its own, child processes."""
import asyncio
import json
import random
import time


def compute(number):
    time.sleep(random.random() / 20)
    return sum(range(number * 1000))


async def consume(name, queue, seen):
    while True:
        try:
            item = await asyncio.wait_for(queue.get(), 0.25)
        except asyncio.TimeoutError:
            return
        seen.append((name, item))
        await asyncio.sleep(item % 3 / 100)


async def produce(queue):
    for item in range(12):
        await queue.put(item)
        if item % 4 == 3:
            await asyncio.sleep(0.05)


async def echo(reader, writer):
    while line := await reader.readline():
        await asyncio.sleep(random.random() / 50)
        writer.write(line.upper())
        await writer.drain()
    writer.close()


async def converse(port, number, heard):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for word in range(3):
        writer.write(b"client %d word %d\n" % (number, word))
        heard.append((await reader.readline()).decode().strip())
    writer.close()


async def talk():
    heard = []
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await asyncio.gather(*(converse(port, number, heard) for number in range(5)))
    server.close()
    return heard


async def run(command):
    process = await asyncio.create_subprocess_shell(command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return output.decode().strip()


async def everything(job):
    queue = asyncio.Queue(3)
    seen = []
    limit = asyncio.Semaphore(2)

    async def limited(number):
        async with limit:
            return await asyncio.to_thread(compute, number)

    sums, heard, child, *_ = await asyncio.gather(
        asyncio.gather(*(limited(number) for number in range(6))), talk(),
        run(f"sleep 0.{job % 4 + 1}; date +%s.%N"),
        produce(queue), *(consume(name, queue, seen) for name in "abc"))
    done, pending = await asyncio.wait(
        [asyncio.create_task(asyncio.sleep(tenths / 10, tenths)) for tenths in range(1, 6)], timeout=0.3)
    for task in pending:
        task.cancel()
    return sums, heard, child, seen, sorted(task.result() for task in done)


def handler(event, context):
    for record in event["Records"]:
        job = json.loads(record["body"])["job"]
        print("job", job, asyncio.run(everything(job)), round(time.time(), 3))
