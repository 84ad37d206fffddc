// Each way in which a Python program can wait with a time-out takes virtual time, and no real time.
#include "tests/handlers/runtime/support.h"

#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <utility>

namespace python_timeouts_test {

using namespace orrery;
using namespace orrery::test;

namespace {

/// Each case is a function that waits; its answer is how long, in virtual seconds.
constexpr const char* code = R"py(
import asyncio, concurrent.futures, http.client, multiprocessing.connection, queue, select, signal
import socket, struct, subprocess, threading, time, urllib.request

def expect(error, function, *arguments, **named):
    try:
        function(*arguments, **named)
    except error:
        return
    raise AssertionError(f"no {error}")

def silent_server():
    server = socket.create_server(("127.0.0.1", 0))
    return server, server.getsockname()[1]

def full_server():
    """Nobody gets a connection to it any more."""
    server, port = silent_server()
    server.listen(0)
    held = [server]
    for _ in range(4):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(("127.0.0.1", port))
        held.append(one)
    return held, port

def condition():
    c = threading.Condition()
    with c:
        c.wait(timeout=2)

def busy_lock():
    lock = threading.Lock()
    lock.acquire()
    assert not lock.acquire(timeout=4)

def joined():
    thread = threading.Thread(target=time.sleep, args=(30,), daemon=True)
    thread.start()
    thread.join(timeout=3)

def future():
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        result = pool.submit(time.sleep, 3)
        expect(concurrent.futures.TimeoutError, result.result, timeout=2)

async def never():
    await asyncio.Event().wait()

def waited_for():
    async def run():
        try:
            await asyncio.wait_for(never(), 3)
        except asyncio.TimeoutError:
            pass
    asyncio.run(run())

def poll():
    p = select.poll(); a, b = socket.socketpair(); p.register(a, select.POLLIN); assert p.poll(1500) == []

def epoll():
    p = select.epoll(); a, b = socket.socketpair(); p.register(a, select.EPOLLIN); assert p.poll(2.5) == []

class Rung(Exception):
    pass

def ring(number, frame):
    raise Rung

def alarm():
    signal.signal(signal.SIGALRM, ring)
    signal.alarm(5)
    expect(Rung, time.sleep, 100)

def interval_timer():
    rung = []
    signal.signal(signal.SIGALRM, lambda *_: rung.append(time.monotonic()))
    signal.setitimer(signal.ITIMER_REAL, 2, 0.5)
    while len(rung) < 3:
        signal.pause()
    signal.setitimer(signal.ITIMER_REAL, 0)

def alarm_while_locked():
    signal.signal(signal.SIGALRM, ring)
    threading.Thread(target=time.sleep, args=(50,), daemon=True).start()
    lock = threading.Lock(); lock.acquire()
    signal.alarm(6)
    expect(Rung, lock.acquire)

def waited_for_signal():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    assert signal.sigtimedwait([signal.SIGUSR1], 4) is None
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])

def own_time_out():
    server, port = silent_server()
    with socket.create_connection(("127.0.0.1", port), timeout=6) as client:
        expect(TimeoutError, client.recv, 1)

def kernels_time_out():
    server, port = silent_server()
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 7, 0))
        expect(BlockingIOError, client.recv, 1)

def kernels_time_out_to_send():
    a, b = socket.socketpair()
    a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 2, 500000))
    expect(BlockingIOError, a.sendall, bytes(10_000_000))

def connection():
    held, port = full_server()
    expect(TimeoutError, socket.create_connection, ("127.0.0.1", port), timeout=8)

def http_client():
    server, port = silent_server()
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    client.request("GET", "/")
    expect(TimeoutError, client.getresponse)

def urlopen():
    server, port = silent_server()
    expect(TimeoutError, urllib.request.urlopen, f"http://127.0.0.1:{port}/", timeout=3)

def urllib3_read():
    import urllib3
    server, port = silent_server()
    pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=1, read=5))
    expect(urllib3.exceptions.ReadTimeoutError, pool.request, "GET", f"http://127.0.0.1:{port}/")

def urllib3_connect():
    import urllib3
    held, port = full_server()
    pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=2, read=5))
    expect(urllib3.exceptions.ConnectTimeoutError, pool.request, "GET", f"http://127.0.0.1:{port}/")

def requests_read():
    import requests
    server, port = silent_server()
    expect(requests.exceptions.ReadTimeout, requests.get, f"http://127.0.0.1:{port}/", timeout=(1, 9))

def mysql_read():
    import pymysql
    server, port = silent_server()
    expect(pymysql.err.OperationalError, pymysql.connect, host="127.0.0.1", port=port, user="u", password="p",
           connect_timeout=2, read_timeout=6)

def mysql_connect():
    import pymysql
    held, port = full_server()
    expect(pymysql.err.OperationalError, pymysql.connect, host="127.0.0.1", port=port, user="u", password="p",
           connect_timeout=5, read_timeout=60)

def blocked_signals():
    every = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    a, b = socket.socketpair()
    assert select.select([a], [], [], 4)[0] == []
    signal.pthread_sigmask(signal.SIG_SETMASK, every)

def child():
    subprocess.run(["sleep", "4"], check=True)

def given_up_child():
    expect(subprocess.TimeoutExpired, subprocess.run, ["sleep", "100"], timeout=3)

CASES = {
    "sleep": lambda: time.sleep(1.5),
    "event": lambda: threading.Event().wait(1.5),
    "queue": lambda: expect(queue.Empty, queue.Queue().get, timeout=2),
    "condition": condition, "lock": busy_lock, "join": joined, "future": future,
    "wait_for": waited_for,
    "select": lambda: select.select([], [], [], 5),
    "poll": poll, "epoll": epoll, "alarm": alarm, "interval timer": interval_timer,
    "alarm while locked": alarm_while_locked, "signal": waited_for_signal,
    "socket": own_time_out, "SO_RCVTIMEO": kernels_time_out, "SO_SNDTIMEO": kernels_time_out_to_send,
    "connect": connection, "http.client": http_client, "urlopen": urlopen,
    "urllib3 read": urllib3_read, "urllib3 connect": urllib3_connect, "requests": requests_read,
    "pymysql read": mysql_read, "pymysql connect": mysql_connect,
    "blocked signals": blocked_signals, "child": child, "child's time-out": given_up_child,
}

def handler(event, context):
    began = time.monotonic()
    CASES[event]()
    return round(time.monotonic() - began, 3)
)py";

const std::array<std::pair<const char*, const char*>, 29> cases{{
    {"sleep", "1.5"},
    {"event", "1.5"},
    {"queue", "2.0"},
    {"condition", "2.0"},
    {"lock", "4.0"},
    {"wait_for", "3.0"},
    {"select", "5.0"},
    {"poll", "1.5"},
    {"epoll", "2.5"},
    {"alarm", "5.0"},
    {"interval timer", "3.0"},
    {"signal", "4.0"},
    {"socket", "6.0"},
    {"SO_RCVTIMEO", "7.0"},
    {"SO_SNDTIMEO", "2.5"},
    {"connect", "8.0"},
    {"http.client", "4.0"},
    {"urlopen", "3.0"},
    {"urllib3 read", "5.0"},
    {"urllib3 connect", "2.0"},
    {"requests", "9.0"},
    {"pymysql read", "6.0"},
    {"pymysql connect", "5.0"},
    {"blocked signals", "4.0"},
    {"child", "4.0"},
    {"child's time-out", "3.0"},
    // These leave threads behind: from here on the process has several.
    {"join", "3.0"},
    {"future", "3.0"},
    {"alarm while locked", "6.0"},
}};

std::string answer_to(RunningFunction& function, const std::string& name) {
    const auto outcome = function.invoke("\"" + name + "\"");
    return outcome ? outcome->payload : "no answer";
}

}  // namespace

TEST_CASE("shim for Python: every time-out takes virtual time") {
    World world;
    RunningFunction function(code, world);
    REQUIRE(function.start().kind == lambda::Outcome::Kind::success);
    for (const auto& [name, seconds] : cases) {
        INFO(name);
        CHECK(answer_to(function, name) == seconds);
    }
    // And with several threads in the process once more.
    for (const auto& [name, seconds] : cases) {
        INFO(name << ", among threads");
        CHECK(answer_to(function, name) == seconds);
    }
}

}  // namespace python_timeouts_test
