// The end of an environment: what the runtime hears of it, and for how long it may go on.
#include "tests/handlers/runtime/node_support.h"
#include "tests/handlers/runtime/provided_support.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace orrery;
using namespace orrery::test;

using Kind = lambda::Outcome::Kind;

namespace {

constexpr const char* printing_the_end = R"(
import signal, sys, time

def end(number, frame):
    print('term', number, time.time() % 1000)
    for tenth in range(10):
        print('tenth', tenth)
        time.sleep(0.1)
    sys.exit(0)

signal.signal(signal.SIGTERM, end)

def handler(event, context):
    for second in range(event.get('seconds', 0)):
        time.sleep(1)
    print('handler')
)";

/// An external extension that waits for `events`, in which "SHUTDOWN" ends it.
std::string extension_that_waits_for(const std::string& events) {
    return R"(#!/usr/bin/python3 -u
import http.client, json, os, sys, time
connection = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
def call(method, path, headers, body=None):
    connection.request(method, '/2020-01-01/extension/' + path, body, headers)
    response = connection.getresponse()
    return response.headers, json.loads(response.read())
name = os.path.basename(__file__)
mine = call('POST', 'register', {'Lambda-Extension-Name': name}, json.dumps({'events': )" +
           events + R"(}))[0]
while True:
    event = call('GET', 'event/next', {'Lambda-Extension-Identifier': mine['Lambda-Extension-Identifier']})[1]
    if event['eventType'] == 'SHUTDOWN':
        print(event['shutdownReason'], event['deadlineMs'] % 1000000, time.time() % 1000)
        sys.exit(0)
)";
}

constexpr const char* internal_extension = R"(
import http.client, os, threading
connection = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
connection.request('POST', '/2020-01-01/extension/register', '{"events": []}', {'Lambda-Extension-Name': 'inner'})
connection.getresponse().read()
)";

template <typename Function>
struct Ending {
    explicit Ending(const std::string& code, const std::string& runtime = "python3.12")
        : function(code, world) {
        function.function.runtime = runtime;
        function.function.layers = {layer.path()};
    }

    void extend(const std::string& events) const {
        write_program(layer, "extensions/e", extension_that_waits_for(events));
    }

    void run() {
        REQUIRE(function.start().kind == Kind::success);
        REQUIRE(function.invoke("{}"));
        function.log.clear();
        end("spindown");
    }

    /// Returns how long it took.
    void end(const std::string& reason) {
        const Instant begin = world.loop.now();
        function.environment->shut_down(reason);
        function.environment.reset();
        world.loop.run_until_idle(begin + 1h);
        took = world.loop.now() - begin;
    }

    std::string log() const {
        std::string all;
        for (const std::string& line : function.log) {
            all += line;
        }
        return all;
    }

    World world;
    TemporaryFolder layer;
    Function function;
    Duration took{};
};

}  // namespace

TEST_CASE("shutdown: with an external extension SIGTERM comes, 300 ms later SHUTDOWN") {
    Ending<RunningFunction> ending(printing_the_end);
    ending.extend("['SHUTDOWN']");
    ending.run();
    CHECK(ending.log() ==
          "term 15 600.0\ntenth 0\ntenth 1\ntenth 2\nspindown 602000 600.2999999523163\n");
    CHECK(ending.took == 300ms);
}

TEST_CASE("shutdown: extensions hear of it as soon as the runtime has ended") {
    Ending<RunningFunction> ending(
        "import signal, sys, time\n"
        "def end(number, frame):\n"
        "    time.sleep(0.05)\n"
        "    print('end')\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "def handler(event, context):\n"
        "    pass\n");
    ending.extend("['SHUTDOWN']");
    ending.run();
    CHECK(ending.log() == "end\nspindown 602000 600.0499999523163\n");
}

TEST_CASE("shutdown: a runtime without a handler of SIGTERM dies of it; all extensions end") {
    Ending<RunningFunction> ending("def handler(event, context):\n    pass\n");
    ending.extend("['INVOKE']");
    ending.run();
    CHECK(ending.log().empty());
    CHECK(ending.took == 0ms);
}

TEST_CASE("shutdown: an internal extension gives the runtime 500 ms and is the end of all") {
    Ending<RunningFunction> ending(std::string(internal_extension) + printing_the_end);
    ending.run();
    CHECK(ending.log() == "term 15 600.0\ntenth 0\ntenth 1\ntenth 2\ntenth 3\ntenth 4\n");
    CHECK(ending.took == 500ms);
}

TEST_CASE("shutdown: without extensions nobody hears anything") {
    Ending<RunningFunction> ending(printing_the_end);
    ending.run();
    CHECK(ending.log().empty());
    CHECK(ending.took == 0ms);
}

TEST_CASE("shutdown: Python up to 3.11 does not hear SIGTERM while it waits, but in a handler") {
    Ending<RunningFunction> waiting(printing_the_end, "python3.11");
    waiting.extend("['SHUTDOWN']");
    waiting.run();
    CHECK(waiting.log() == "spindown 602000 600.2999999523163\n");

    Ending<RunningFunction> sleeping(printing_the_end, "python3.11");
    sleeping.extend("['SHUTDOWN']");
    REQUIRE(sleeping.function.start().kind == Kind::success);
    sleeping.function.log.clear();
    CHECK(!sleeping.function.invoke("{\"seconds\": 100}", 10s));
    sleeping.end("timeout");
    CHECK_THAT(sleeping.log(), Catch::StartsWith("term 15 "));
    CHECK_THAT(sleeping.log(), Catch::Contains("tenth 2\ntimeout "));
}

TEST_CASE("shutdown: Node's listeners of SIGTERM run between invocations, and may wait") {
    for (const std::string register_in : {"", "handler"}) {
        Ending<NodeFunction> ending(
            "const listen = () => process.on('SIGTERM', async (signal) => {\n"
            "  console.log(signal);\n"
            "  await new Promise((over) => setTimeout(over, 100));\n"
            "  process.stdout.write('end\\n');\n"
            "  process.exit(0);\n"
            "});\n" +
                std::string(register_in.empty() ? "listen();\n" : "let heard;\n") +
                "exports.handler = async (event) => {\n" +
                (register_in.empty() ? "" : "  if (!heard) { listen(); heard = true; }\n") +
                "  return event;\n"
                "};\n",
            "nodejs20.x");
        ending.extend("['SHUTDOWN']");
        REQUIRE(ending.function.start().kind == Kind::success);
        // An answer comes in one piece or in many.
        const std::string large = "\"" + std::string(300'000, 'x') + "\"";
        for (const std::string& payload : {std::string("1"), large, std::string("2")}) {
            const auto outcome = ending.function.invoke(payload);
            REQUIRE(outcome);
            CHECK((outcome->payload == payload));
        }
        ending.function.log.clear();
        ending.end("spindown");
        CHECK_THAT(ending.log(), Catch::Contains("\tINFO\tSIGTERM\nend\nspindown "));
        CHECK(ending.took == 100ms);
    }
}

TEST_CASE("shutdown: Node without a listener dies of SIGTERM") {
    Ending<NodeFunction> ending("exports.handler = async (event) => event;\n", "nodejs20.x");
    ending.extend("['SHUTDOWN']");
    ending.run();
    CHECK_THAT(ending.log(), Catch::StartsWith("spindown "));
    CHECK(ending.took == 0ms);
}

TEST_CASE("shutdown: a program of the function's own, and what it started, hear SIGTERM") {
    Ending<RunningFunction> ending("", "provided.al2023");
    write_program(ending.function.folder, "bootstrap", R"(#!/usr/bin/python3 -u
import http.client, json, os, signal, subprocess, time
child = subprocess.Popen(['/usr/bin/python3', '-c', '''
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit('the child ends'))
print('it has begun', flush=True)
time.sleep(1000)
'''], stdout=subprocess.PIPE)
print(child.stdout.readline().decode())
def end(number, frame):
    print('it ended with', child.wait())
    os._exit(0)
signal.signal(signal.SIGTERM, end)
connection = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
while True:
    connection.request('GET', '/2018-06-01/runtime/invocation/next')
    response = connection.getresponse()
    response.read()
    connection.request('POST', '/2018-06-01/runtime/invocation/' + response.headers['Lambda-Runtime-Aws-Request-Id'] + '/response', '1')
    connection.getresponse().read()
)");
    ending.extend("['SHUTDOWN']");
    ending.run();
    CHECK_THAT(ending.log(), Catch::StartsWith("the child ends\nit ended with 1\nspindown "));
}
