// Processes that a handler starts live in its time, and draw the same random bytes in every run.
#include "tests/handlers/runtime/support.h"

#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <vector>

using namespace orrery;
using namespace orrery::test;

namespace {

std::string answer_of(const std::string& code) {
    World world;
    RunningFunction function(code, world);
    function.start();
    const auto outcome = function.invoke("null");
    return outcome ? outcome->payload : "no answer";
}

}  // namespace

TEST_CASE("shim: a child sees the handler's clock, and its children do as well") {
    CHECK(answer_of(R"py(
import os, subprocess, time
def handler(event, context):
    time.sleep(90)
    run = lambda *command: subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    first = run("date", "-u", "+%F %T")
    run("sleep", "30")
    os.system("sleep 20")
    return [first, run("sh", "-c", "sleep 10; sh -c 'date -u \"+%F %T\"; exit 0'")]
)py") == R"(["2026-01-01 00:01:30", "2026-01-01 00:02:30"])");
}

TEST_CASE("shim: children draw random bytes of their own, the same in every run") {
    const std::string code = R"py(
import multiprocessing, os, subprocess, sys
def draw(pipe):
    pipe.send(os.urandom(4).hex())
def handler(event, context):
    here, there = multiprocessing.Pipe()
    numbers = [os.urandom(4).hex()]
    for _ in range(2):
        child = multiprocessing.get_context("fork").Process(target=draw, args=(there,))
        child.start(); child.join(); numbers.append(here.recv())
        numbers.append(subprocess.run([sys.executable, "-c", "import os; print(os.urandom(4).hex())"],
                                      capture_output=True, text=True).stdout.strip())
    assert len(set(numbers)) == 5 and all(len(n) == 8 for n in numbers), numbers
    return numbers
)py";
    const std::string first = answer_of(code);
    CHECK(first.starts_with("["));
    CHECK(answer_of(code) == first);
}

TEST_CASE("shim: a child that is killed while it sleeps leaves nothing behind") {
    CHECK(answer_of(R"py(
import subprocess, time
def handler(event, context):
    for _ in range(3):
        child = subprocess.Popen(["sleep", "1000"])
        time.sleep(1)
        child.kill(); child.wait()
    began = time.monotonic()
    time.sleep(5)
    return time.monotonic() - began
)py") == "5.0");
}

TEST_CASE("shim: a child that computes for ever is stopped when nobody waits for it") {
    World world;
    ProcessRuntimeOptions options;
    options.patience = 300ms;
    RunningFunction function(R"py(
import subprocess, sys
child = None
def handler(event, context):
    global child
    if event == "start":
        child = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    elif event == "wait":
        child.wait(timeout=5)
    return child.poll()
)py",
                             world,
                             options);
    function.start();
    for (const char* event : {"\"start\"", "\"look\""}) {
        const auto outcome = function.invoke(event);
        REQUIRE(outcome);
        CHECK(outcome->payload == "null");
    }
    const auto waited = function.invoke("\"wait\"");
    REQUIRE(waited);
    CHECK_THAT(waited->payload, Catch::Contains("TimeoutExpired"));
}

TEST_CASE("shim: an orphan belongs to its handler, and ends what it computes in its turn") {
    World world;
    RunningFunction function(R"py(
import subprocess, sys
def handler(event, context):
    if event:
        code = "sum(range(5_000_000)); print('the orphan')"
        subprocess.run(["sh", "-c", f"'{sys.executable}' -c \"$0\" & exit", code], check=True)
    print(event)
)py",
                             world);
    function.start();
    REQUIRE(function.invoke("1"));
    CHECK(function.log.size() == 2);
    CHECK(function.log.back() == "the orphan\n");
}

TEST_CASE("shim: what a process that ends has started computes on until it waits") {
    for (const char* end : {"os._exit(0)", "sys.exit(0)", "os.kill(os.getpid(), 9)"}) {
        World world;
        RunningFunction function(R"py(
import os, subprocess, sys
def handler(event, context):
    code = "import time; sum(range(5_000_000)); print('computed', flush=True); time.sleep(1); print('slept')"
    subprocess.Popen([sys.executable, "-c", code])
    )py" + std::string(end),
                                 world);
        function.start();
        REQUIRE(function.invoke("1"));
        CHECK(function.log == std::vector<std::string>{"computed\n"});
    }
}

TEST_CASE("shim: a child finds an environment without traces of the shim") {
    CHECK(answer_of(R"py(
import subprocess
def handler(event, context):
    text = subprocess.run(["env"], capture_output=True, text=True).stdout
    return "ORRERY_" in text or "LD_PRELOAD" in text
)py") == "false");
}

TEST_CASE("shim: a program that spins on the clock gets on") {
    CHECK(answer_of(R"py(
import time
def handler(event, context):
    end = time.time() + 2
    while time.time() < end:
        pass
    return "got on"
)py") == "\"got on\"");
}
