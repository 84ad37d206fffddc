"""Threads that meet by every means that Python has for it, and one that spins on the clock meanwhile."""
import json
import queue
import random
import socket
import threading
import time


def produce(number, items):
    for item in range(4):
        time.sleep(random.random() / 30)
        items.put((number, item))


def consume(items, taken):
    while True:
        try:
            taken.append((threading.current_thread().name, items.get(timeout=0.2)))
        except queue.Empty:
            return


def with_condition(condition, state, order, number):
    with condition:
        while state["turn"] != number:
            if not condition.wait(0.05):
                order.append(f"{number} looks again")
        order.append(number)
        state["turn"] += 1
        time.sleep(0.03)
        condition.notify_all()


def spin(until, spins):
    while time.monotonic() < until:
        spins.append(round(time.monotonic(), 1))


def rendezvous(barrier, met):
    time.sleep(random.random() / 10)
    met.append(barrier.wait())


def chat(pair, said):
    pair.settimeout(0.1)
    try:
        while True:
            said.append(pair.recv(16).decode())
            time.sleep(0.02)
            pair.send(b"again")
    except socket.timeout:
        said.append("silence")


def handler(event, context):
    job = json.loads(event["Records"][0]["body"])["job"]
    items, taken, order, spins, met, said = queue.Queue(2), [], [], [], [], []
    condition, state, barrier = threading.Condition(), {"turn": 0}, threading.Barrier(3)
    here, there = socket.socketpair()
    late = threading.Timer(0.07, lambda: met.append("timer"))
    threads = [
        *(threading.Thread(target=produce, args=(number, items)) for number in range(3)),
        *(threading.Thread(target=consume, args=(items, taken), name=f"consumer {n}") for n in range(3)),
        *(threading.Thread(target=with_condition, args=(condition, state, order, n)) for n in reversed(range(4))),
        *(threading.Thread(target=rendezvous, args=(barrier, met)) for _ in range(3)),
        threading.Thread(target=spin, args=(time.monotonic() + 0.3, spins)),
        threading.Thread(target=chat, args=(here, said)),
        late,
    ]
    for thread in threads:
        thread.start()
    there.send(b"hello")
    for thread in threads:
        thread.join()
    print("job", job, taken, order, len(spins), met, said, time.time())
