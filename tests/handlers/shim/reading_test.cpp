// Reading from connections to the engine: what is there, what is not, and what is no connection any
// more.
#include "tests/handlers/runtime/support.h"

#include <catch2/catch.hpp>

#include <string>

using namespace orrery;
using namespace orrery::test;

TEST_CASE("shim: reading from a silent connection waits, gives up or says at once that it would") {
    World world;
    RunningFunction function(R"(
import os, socket, struct, time

def connect():
    host, port = os.environ['AWS_LAMBDA_RUNTIME_API'].split(':')
    return socket.create_connection((host, int(port)))

def failure(call):
    before = time.monotonic()
    try:
        return call()
    except OSError as error:
        return [type(error).__name__, round(time.monotonic() - before)]

def handler(event, context):
    silent = connect()
    silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('qq', 7, 0))
    waited = [failure(lambda: silent.recv(10)), failure(lambda: os.read(silent.fileno(), 10))]
    silent.setblocking(False)
    return [*waited, failure(lambda: silent.recv(10)), failure(lambda: os.read(silent.fileno(), 10))]
)",
                             world);
    REQUIRE(function.start().kind == lambda::Outcome::Kind::success);
    CHECK(function.invoke("null")->payload ==
          R"([["BlockingIOError", 7], ["BlockingIOError", 7], ["BlockingIOError", 0], )"
          R"(["BlockingIOError", 0]])");
}

TEST_CASE("shim: a file that takes over a connection's number is read as the file it is") {
    World world;
    RunningFunction function(R"(
import os, socket

def handler(event, context):
    host, port = os.environ['AWS_LAMBDA_RUNTIME_API'].split(':')
    connection = socket.create_connection((host, int(port)))
    number = connection.fileno()
    with open('/tmp/text', 'w') as file:
        file.write('of the file')
    file = os.open('/tmp/text', os.O_RDONLY)
    os.dup2(file, number)
    return os.read(number, 100).decode()
)",
                             world);
    REQUIRE(function.start().kind == lambda::Outcome::Kind::success);
    CHECK(function.invoke("null")->payload == R"("of the file")");
}
