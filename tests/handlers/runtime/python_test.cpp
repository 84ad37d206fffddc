// Real CPython processes behind the real Runtime API, in virtual time.
#include "tests/handlers/runtime/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::test;
using namespace std::chrono_literals;

using Kind = lambda::Outcome::Kind;

TEST_CASE("python: a handler gets its event and its result comes back as JSON") {
    World world;
    RunningFunction function(
        "def handler(event, context):\n    return {'got': event, 'id': context.aws_request_id}\n",
        world);
    REQUIRE(function.start().kind == Kind::success);
    const auto outcome = function.invoke(R"({"n": 1})");
    REQUIRE(outcome);
    CHECK(outcome->kind == Kind::success);
    CHECK(Json::parse(outcome->payload) ==
          Json{{"got", {{"n", 1}}}, {"id", "00000000-0000-4000-8000-100000000001"}});
    // [LS test_invocation_type_no_return_payload]
    CHECK(function.invoke("2")->kind == Kind::success);
}

TEST_CASE("python: time.sleep takes virtual time only, on every clock") {
    World world;
    RunningFunction function(R"(
import time
def handler(event, context):
    before = time.time(), time.monotonic(), time.perf_counter()
    time.sleep(300)
    after = time.time(), time.monotonic(), time.perf_counter()
    return [round(b - a, 6) for a, b in zip(before, after)]
)",
                             world);
    function.start();
    const Instant before = world.loop.now();
    const auto outcome = function.invoke("{}");
    REQUIRE(outcome);
    CHECK(outcome->payload == "[300.0, 300.0, 300.0]");
    CHECK(world.loop.now() - before == 300s);
}

TEST_CASE("python: the wall clock it sees is the world's") {
    World world;
    RunningFunction function(R"(
import datetime
def handler(event, context):
    return datetime.datetime.now(datetime.timezone.utc).isoformat()
)",
                             world);
    function.start();
    CHECK(function.invoke("{}")->payload == "\"2026-01-01T00:00:00+00:00\"");
}

TEST_CASE("python: random numbers, UUIDs and hashes repeat with the seed and differ with another") {
    const auto draw = [](std::uint64_t seed) {
        World world(seed);
        RunningFunction function(R"(
import os, random, uuid, secrets
def handler(event, context):
    return [random.random(), str(uuid.uuid4()), secrets.token_hex(8), os.urandom(4).hex(),
            open('/dev/urandom', 'rb').read(4).hex(), hash('text'), id(object()), os.getpid()]
)",
                                 world);
        function.start();
        return function.invoke("{}")->payload;
    };
    const std::string first = draw(1);
    CHECK(first == draw(1));
    CHECK(first != draw(2));
}

TEST_CASE("python: time-outs of waits are virtual: Event, Queue, select, asyncio") {
    World world;
    RunningFunction function(R"(
import asyncio, queue, select, socket, threading, time
def timed(call):
    before = time.monotonic()
    try:
        call()
    except Exception as error:
        return [type(error).__name__, round(time.monotonic() - before, 3)]
    return ['', round(time.monotonic() - before, 3)]
def handler(event, context):
    left, right = socket.socketpair()
    left.settimeout(7)
    async def wait():
        await asyncio.wait_for(asyncio.sleep(500), timeout=60)
    return [timed(lambda: threading.Event().wait(10)),
            timed(lambda: queue.Queue().get(timeout=20)),
            timed(lambda: select.select([left], [], [], 30)),
            timed(lambda: left.recv(1)),
            timed(lambda: asyncio.run(wait()))]
)",
                             world);
    function.start();
    const auto outcome = function.invoke("{}");
    REQUIRE(outcome);
    CHECK(
        Json::parse(outcome->payload) ==
        Json::parse(
            R"([["", 10.0], ["Empty", 20.0], ["", 30.0], ["TimeoutError", 7.0], ["TimeoutError", 60.0]])"));
    CHECK(world.loop.now() - world.loop.start() == 127s);
}

TEST_CASE("python: threads that sleep wake in the order of virtual time") {
    World world;
    RunningFunction function(R"(
import threading, time
def handler(event, context):
    order = []
    def work(seconds):
        time.sleep(seconds)
        order.append(seconds)
    threads = [threading.Thread(target=work, args=(seconds,)) for seconds in (5, 1, 4, 2, 3)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return [order, round(time.monotonic())]
)",
                             world);
    function.start();
    for (int time = 0; time < 3; ++time) {
        const auto outcome = function.invoke("{}");
        REQUIRE(outcome);
        CHECK(Json::parse(outcome->payload)[0] == Json{1, 2, 3, 4, 5});
    }
    CHECK(world.loop.now() - world.loop.start() == 15s);
}

TEST_CASE("python: threads that fight for a lock get it in one order") {
    const auto run = [] {
        World world;
        RunningFunction function(R"(
import threading, time
def handler(event, context):
    lock, order = threading.Lock(), []
    def work(name):
        for _ in range(10):
            with lock:
                order.append(name)
                time.sleep(.001)
    threads = [threading.Thread(target=work, args=(name,)) for name in range(3)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return order
)",
                                 world);
        function.start();
        return function.invoke("{}")->payload;
    };
    const std::string first = run();
    for (int again = 0; again < 5; ++again) {
        CHECK(run() == first);
    }
}

TEST_CASE("python: events and results of megabytes pass in one turn") {
    World world;
    RunningFunction function("def handler(event, context):\n    return event\n", world);
    function.start();
    const std::string large = "\"" + std::string(5'000'000, 'x') + "\"";
    for (int time = 0; time < 3; ++time) {
        const auto outcome = function.invoke(large, 10s);
        REQUIRE(outcome);
        CHECK((outcome->payload == large));  // without printing them
    }
    CHECK(world.loop.now() == world.loop.start());
}

TEST_CASE("python: a response over Lambda's limit is the function's error") {
    World world;
    RunningFunction function("def handler(event, context):\n    return 'x' * 6291557\n", world);
    function.start();
    const auto outcome = function.invoke("{}", 10s);
    REQUIRE(outcome);
    CHECK(outcome->error_type == "Function.ResponseSizeTooLarge");
}

TEST_CASE("python: output beyond what is read at once is read on, and nothing of it is lost") {
    World world;
    RunningFunction function(R"(
import os
def handler(event, context):
    block = (b'x' * 1023 + b'\n') * 1024
    for _ in range(70):
        os.write(1, block)
)",
                             world);
    function.start();
    REQUIRE(function.invoke("{}", 10s));
    CHECK(function.log.size() == 70 * 1024);
}

TEST_CASE("python: a child process that sleeps is waited for, in virtual time") {
    World world;
    RunningFunction function(R"(
import subprocess
def handler(event, context):
    return subprocess.run(['/bin/sh', '-c', 'sleep 0.1; echo done'], capture_output=True, text=True).stdout
)",
                             world);
    function.start();
    const auto outcome = function.invoke("{}", 10s);
    REQUIRE(outcome);
    CHECK(outcome->payload == R"("done\n")");
    CHECK(world.loop.now() == world.loop.start() + 100ms);
}

TEST_CASE("python: a process that ends while its child holds its connections has ended") {
    World world;
    RunningFunction function(R"(
import os, time
def handler(event, context):
    if os.fork() == 0:
        time.sleep(100)
    os._exit(3)
)",
                             world);
    function.start();
    const auto outcome = function.invoke("{}", 10s);
    REQUIRE(outcome);
    CHECK(Json::parse(outcome->payload)["errorMessage"] ==
          "RequestId: 00000000-0000-4000-8000-100000000001 Error: Runtime exited with error: exit "
          "status 3");
}

TEST_CASE("python: the longest time-out there is does not end at once") {
    World world;
    RunningFunction function(R"(
import threading
def handler(event, context):
    return threading.Event().wait(threading.TIMEOUT_MAX)
)",
                             world);
    function.start();
    CHECK_FALSE(function.invoke("{}", 10s));
}

TEST_CASE("python: printing a great deal takes no virtual time") {
    World world;
    RunningFunction function(R"(
def handler(event, context):
    for number in range(20000): print(number)
)",
                             world);
    function.start();
    REQUIRE(function.invoke("{}", 10s));
    CHECK(world.loop.now() == world.loop.start());
}

TEST_CASE("python: a child process is waited for, however long it computes") {
    World world;
    RunningFunction function(R"(
import subprocess
def handler(event, context):
    return subprocess.run(['/bin/sh', '-c', 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo $i'],
                          capture_output=True, text=True).stdout.strip()
)",
                             world);
    function.start();
    const auto outcome = function.invoke("{}");
    REQUIRE(outcome);
    CHECK(outcome->payload == "\"20000\"");
    CHECK(world.loop.now() == world.loop.start());
}

TEST_CASE("python: a program that spins on the clock gets on") {
    World world;
    RunningFunction function(R"(
import time
def handler(event, context):
    end = time.time() + 30
    while time.time() < end: pass
    return 'done'
)",
                             world);
    function.start();
    const auto outcome = function.invoke("{}");
    REQUIRE(outcome);
    CHECK(outcome->payload == "\"done\"");
}

TEST_CASE(
    "python: an exception is reported with type, message, request id and the function's own "
    "frames") {
    World world;
    RunningFunction function("def handler(event, context):\n    raise KeyError('CustID')\n", world);
    function.start();
    const auto outcome = function.invoke("{}");
    REQUIRE(outcome);
    CHECK(outcome->kind == Kind::error);
    CHECK(outcome->error_type == "KeyError");
    // [LS TestLambdaErrors]: the keys in this order, the code in /var/task.
    CHECK(
        outcome->payload ==
        R"({"errorMessage": "'CustID'", "errorType": "KeyError", "requestId": "00000000-0000-4000-8000-100000000001", )"
        R"("stackTrace": ["  File \"/var/task/index.py\", line 2, in handler\n    raise KeyError('CustID')\n"]})");
    REQUIRE(function.log.size() == 1);
    CHECK(function.log[0] ==
          "[ERROR] KeyError: 'CustID'\nTraceback (most recent call last):\n\u00a0\u00a0File "
          "\"/var/task/index.py\", line 2, "
          "in handler\n\u00a0\u00a0\u00a0\u00a0raise KeyError('CustID')\n");
}

TEST_CASE("python: a stack trace never shows where the code really lies") {
    World world;
    RunningFunction function("def handler(event, context):\n    raise KeyError('CustID')\n", world);
    function.function.directory = function.folder.path() / "";  // as `CodeUri: src/` gives it
    function.start();
    CHECK(function.invoke("{}")->payload.find("/var/task/index.py") != std::string::npos);
}

TEST_CASE("python: what cannot be loaded is reported as Lambda reports it") {
    struct Case {
        std::string code;
        std::string handler;
        std::string type;
        std::string message;
    };
    const std::vector<Case> cases{
        {"import absent_module\n",
         "index.handler",
         "Runtime.ImportModuleError",
         "Unable to import module 'index': No module named 'absent_module'"},
        {"x = 1\n",
         "absent.handler",
         "Runtime.ImportModuleError",
         "Unable to import module 'absent': No module named 'absent'"},
        {"x = 1\n",
         "index.handler",
         "Runtime.HandlerNotFound",
         "Handler 'handler' missing on module 'index'"},
        {"x = 1\n",
         "handler",
         "Runtime.MalformedHandlerName",
         "Bad handler 'handler': not enough values to unpack (expected 2, got 1)"},
        {"def broken(:\n",
         "index.handler",
         "Runtime.UserCodeSyntaxError",
         "Syntax error in module 'index': invalid syntax (index.py, line 1)"},
        {"raise ValueError('at import')\n", "index.handler", "ValueError", "at import"},
    };
    for (const Case& each : cases) {
        World world;
        RunningFunction function(each.code, world);
        function.function.handler = each.handler;
        const lambda::Outcome outcome = function.start();
        INFO(each.type);
        CHECK(outcome.kind == Kind::error);
        CHECK(outcome.error_type == each.type);
        CHECK(Json::parse(outcome.payload)["errorMessage"] == each.message);
        CHECK(Json::parse(outcome.payload)["requestId"] == "");
    }
}

TEST_CASE("python: a process that ends is Runtime.ExitError, at import and in the handler") {
    World world;
    RunningFunction at_import("import sys\nsys.exit(1)\n", world);
    const lambda::Outcome outcome = at_import.start();
    CHECK(outcome.kind == Kind::exited);
    CHECK(Json::parse(outcome.payload)["errorMessage"] ==
          "Error: Runtime exited with error: exit status 1");

    RunningFunction in_handler("import os\ndef handler(event, context):\n    os._exit(0)\n", world);
    in_handler.start();
    const auto ended = in_handler.invoke("{}");
    REQUIRE(ended);
    CHECK(ended->kind == Kind::exited);
    CHECK(Json::parse(ended->payload)["errorMessage"] ==
          "RequestId: 00000000-0000-4000-8000-100000000001 Error: Runtime exited without providing "
          "a reason");

    RunningFunction killed("import os\ndef handler(event, context):\n    os.kill(os.getpid(), 9)\n",
                           world);
    killed.start();
    CHECK(Json::parse(killed.invoke("{}")->payload)["errorMessage"] ==
          "RequestId: 00000000-0000-4000-8000-100000000001 Error: Runtime exited with error: "
          "signal: killed");
}

TEST_CASE(
    "python: an endless loop is noticed and gives no answer, which Lambda turns into a time-out") {
    World world;
    ProcessRuntimeOptions options;
    options.patience = 200ms;
    RunningFunction function(
        "def handler(event, context):\n    while True: pass\n", world, options);
    function.start();
    CHECK_FALSE(function.invoke("{}", 10s));
}

TEST_CASE("python: output becomes log events: lines one by one, logged records whole, in order") {
    World world;
    RunningFunction function(R"(
import logging, sys
logger = logging.getLogger()
logger.setLevel(logging.INFO)
def handler(event, context):
    print('one')
    logger.info('two\nlines')
    print('three', file=sys.stderr)
    logger.debug('not shown')
    print('no end', end='')
)",
                             world);
    function.start();
    function.invoke("{}");
    // [LS test_multi_line_prints]; the logging module's records as the Python runtime writes them.
    CHECK(function.log ==
          std::vector<std::string>{
              "one\n",
              "[INFO]\t2026-01-01T00:00:00.0Z\t00000000-0000-4000-8000-100000000001\ttwo\nlines\n",
              "three\n",
              "no end"});
}

TEST_CASE("python: the environment is Lambda's, with nothing inherited") {
    setenv("ORRERY_TEST_SECRET", "secret", 1);
    World world;
    RunningFunction function(
        "import os\ndef handler(event, context):\n    return dict(os.environ)\n", world);
    function.function.variables = {{"STAGE", "test"}};
    function.start();
    const Json seen = Json::parse(function.invoke("{}")->payload);
    CHECK(seen["STAGE"] == "test");
    CHECK(seen["AWS_LAMBDA_FUNCTION_NAME"] == "F");
    CHECK(seen["AWS_LAMBDA_RUNTIME_API"] == "169.254.100.1:9001");
    CHECK(seen["AWS_REGION"] == "us-east-1");
    for (const char* absent :
         {"ORRERY_TEST_SECRET", "LD_PRELOAD", "ORRERY_SHIM", "PYTHONHASHSEED", "HOME", "USER"}) {
        INFO(absent);
        CHECK_FALSE(seen.contains(absent));
    }
}

TEST_CASE("python: only the simulated world can be reached") {
    World world;
    RunningFunction function(R"(
import socket
def attempt(target):
    try:
        socket.create_connection(target, timeout=5)
    except OSError as error:
        return type(error).__name__
def handler(event, context):
    return [attempt(('192.0.2.1', 80)), attempt(('example.com', 443))]
)",
                             world);
    function.start();
    CHECK(function.invoke("{}")->payload == R"(["OSError", "gaierror"])");
    CHECK(function.log ==
          std::vector<std::string>{
              "orrery: connection to 192.0.2.1:80 refused: it is not part of the simulated world\n",
              "orrery: host name example.com not found: it is not part of the simulated world\n"});
}

TEST_CASE("python: an environment that is destroyed takes its process and children with it") {
    World world;
    RunningFunction function(R"(
import subprocess
def handler(event, context):
    return subprocess.Popen(['/bin/sleep', '1000']).pid
)",
                             world);
    function.start();
    const auto outcome = function.invoke("{}");
    REQUIRE(outcome);
    const std::string child = "/proc/" + outcome->payload;
    REQUIRE(std::filesystem::exists(child));
    function.environment.reset();
    // Killed with its group; as an orphan's zombie it is init's to bury.
    for (int tries = 0; tries < 1000 && std::filesystem::exists(child); ++tries) {
        std::ifstream status(child + "/status");
        const std::string text{std::istreambuf_iterator<char>(status), {}};
        if (text.find("State:\tZ") != std::string::npos) {
            break;
        }
    }
    std::ifstream command(child + "/cmdline");
    const std::string left{std::istreambuf_iterator<char>(command), {}};
    CHECK(left.empty());
}

TEST_CASE("python: blanks and colons in the way to Orrery's own files do no harm") {
    const TemporaryFolder installed;
    const auto resources = installed.path() / "a b:c";
    std::filesystem::copy(std::filesystem::path(ORRERY_BUILD_DIR) / "lib" / "orrery",
                          resources,
                          std::filesystem::copy_options::recursive);
    ProcessRuntimeOptions options;
    options.resources = resources;
    World world;
    RunningFunction function(
        "import time\ndef handler(event, context):\n    return time.time()\n", world, options);
    REQUIRE(function.start().kind == Kind::success);
    CHECK(function.invoke("{}")->payload == "1767225600.0");
}

TEST_CASE("python: an interpreter that loses the shim is found out, not run on the real clock") {
    const TemporaryFolder folder;
    const auto wrapper = folder.path() / "python";
    // By the system call itself: the shim would see to it that the next program has it.
    folder.write(
        "python",
        "#!/usr/bin/python3\n"
        "import ctypes, os, sys\n"
        "texts = lambda all: (ctypes.c_char_p * (len(all) + 1))(*map(os.fsencode, all), None)\n"
        "execve = 59 if os.uname().machine == 'x86_64' else 221\n"
        "ctypes.CDLL(None).syscall(execve, b'/usr/bin/python3', texts(sys.argv),\n"
        "    texts([f'{name}={value}' for name, value in os.environ.items()]))\n");
    std::filesystem::permissions(wrapper, std::filesystem::perms::owner_all);
    ProcessRuntimeOptions options;
    options.python = wrapper;
    World world;
    RunningFunction function("def handler(event, context): pass\n", world, options);
    CHECK(function.start().error_type == "Runtime.ExitError");
    REQUIRE(function.log.size() == 1);
    CHECK(function.log[0].find("runs without Orrery's shim") != std::string::npos);
}
