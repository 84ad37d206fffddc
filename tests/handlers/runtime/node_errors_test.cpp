// What Node handlers print and how they fail, as Lambda shows it. Left out of the build, with a
// warning, on a machine without node.
#include "tests/handlers/runtime/node_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::test;
using namespace std::chrono_literals;

using Kind = lambda::Outcome::Kind;

namespace {

constexpr const char* first_request = "00000000-0000-4000-8000-100000000001";

std::string prefix(const std::string& level) {
    return std::string("2026-01-01T00:00:00.000Z\t") + first_request + "\t" + level + "\t";
}

}  // namespace

TEST_CASE("node: an error is reported with type, message and the function's own trace") {
    World world;
    NodeFunction function(R"(exports.handler = async () => {
  throw new TypeError('no customer');
};
)",
                          world);
    function.start();
    const auto outcome = function.invoke("{}");
    REQUIRE(outcome);
    CHECK(outcome->kind == Kind::error);
    CHECK(outcome->error_type == "TypeError");
    const std::string trace =
        R"x(["TypeError: no customer","    at exports.handler (/var/task/index.js:2:9)"])x";
    CHECK(outcome->payload ==
          R"({"errorType":"TypeError","errorMessage":"no customer","trace":)" + trace + "}");
    // [docs: nodejs-exceptions]
    CHECK(function.log ==
          std::vector<std::string>{
              prefix("ERROR") +
              "Invoke Error \t{\"errorType\":\"TypeError\",\"errorMessage\":\"no customer\"," +
              "\"stack\":" + trace + "}\n"});
    CHECK(function.invoke("{}")->error_type == "TypeError");
}

TEST_CASE("node: an error's own members are logged, not answered; what is no error has its type") {
    World world;
    NodeFunction function(R"(
exports.handler = async (event) => {
  if (event === 1) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED', port: 3306 });
  if (event === 2) throw 'a text';
  return Promise.reject({ name: 'Like', message: 'an error', stack: 'Like: an error' });
};
)",
                          world);
    function.start();
    const Json answered = Json::parse(function.invoke("1")->payload);
    CHECK(answered.size() == 3);
    CHECK(answered["errorMessage"] == "refused");
    REQUIRE(function.log.size() == 1);
    CHECK(function.log[0].find(R"("code":"ECONNREFUSED","port":3306,"stack")") !=
          std::string::npos);
    CHECK(function.invoke("2")->payload ==
          R"({"errorType":"string","errorMessage":"a text","trace":[]})");
    CHECK(function.invoke("3")->payload ==
          R"({"errorType":"Like","errorMessage":"an error","trace":["Like: an error"]})");
}

TEST_CASE("node: a stack never shows where the code really lies, in a file's or a URL's form") {
    World world;
    NodeFunction function("", world);
    function.folder.write("index.mjs", R"(
export const handler = async () => {
  console.log(new Error('shown').stack, import.meta.url);
  throw new Error('thrown');
};
)");
    function.function.directory = function.folder.path() / "";  // as `CodeUri: src/` gives it
    function.start();
    const std::string payload = function.invoke("{}")->payload;
    CHECK(payload.find("at handler (file:///var/task/index.mjs:4:9)") != std::string::npos);
    CHECK(payload.find(function.folder.path().string()) == std::string::npos);
    REQUIRE(function.log.size() == 2);
    CHECK(function.log[0].find("file:///var/task/index.mjs:3:15") != std::string::npos);
    CHECK(function.log[0].find(function.folder.path().string()) == std::string::npos);
}

TEST_CASE("node: what cannot be loaded is reported as Lambda reports it") {
    struct Case {
        std::string handler;
        std::string file;
        std::string code;
        std::string type;
        std::string message;
    };
    const std::vector<Case> cases{
        {"index.handler",
         "index.js",
         "require('absent-module');",
         "Runtime.ImportModuleError",
         "Error: Cannot find module 'absent-module'\nRequire stack:\n- /var/task/index.js\n- "
         "/var/runtime/load.js\n- /var/runtime/bootstrap.js"},
        {"absent.handler",
         "index.js",
         "",
         "Runtime.ImportModuleError",
         "Error: Cannot find module 'absent'\nRequire stack:\n- /var/runtime/load.js\n- "
         "/var/runtime/bootstrap.js"},
        {"index.handler",
         "index.mjs",
         "import 'absent-module';",
         "Error",
         "Cannot find package 'absent-module' imported from /var/task/index.mjs"},
        {"index.handler",
         "index.js",
         "exports.other = 1;",
         "Runtime.HandlerNotFound",
         "index.handler is undefined or not exported"},
        {"index.handler",
         "index.js",
         "exports.handler = 1;",
         "Runtime.HandlerNotFound",
         "index.handler is not a function"},
        {"index", "index.js", "", "Runtime.MalformedHandlerName", "Bad handler"},
        {"../index.handler",
         "index.js",
         "",
         "Runtime.MalformedHandlerName",
         "'../index.handler' is not a valid handler name. Use absolute paths when specifying root "
         "directories in handler names."},
        {"index.handler",
         "index.js",
         "const = 1;",
         "Runtime.UserCodeSyntaxError",
         "SyntaxError: Unexpected token '='"},
        {"index.handler",
         "index.mjs",
         "export const = 1;",
         "Runtime.UserCodeSyntaxError",
         "SyntaxError: Unexpected token '='"},
        {"index.handler",
         "index.js",
         "throw new RangeError('at import');",
         "RangeError",
         "at import"},
    };
    for (const Case& each : cases) {
        INFO(each.type << " of " << each.code);
        World world;
        NodeFunction function("", world);
        function.folder.write(each.file, each.code);
        function.function.handler = each.handler;
        const lambda::Outcome outcome = function.start();
        CHECK(outcome.kind == Kind::error);
        CHECK(outcome.error_type == each.type);
        const Json payload = Json::parse(outcome.payload);
        CHECK(payload["errorMessage"] == each.message);
        CHECK(payload["errorType"] == each.type);
        REQUIRE(payload["trace"].is_array());
        REQUIRE(function.log.size() == 1);
        // Before the first invocation there is no request's id. [docs: nodejs-logging]
        CHECK(function.log[0].starts_with(
            "2026-01-01T00:00:00.000Z\tundefined\tERROR\tUncaught Exception \t{"));
    }
}

TEST_CASE("node: handlers with callbacks are refused where Lambda removed them") {
    World world;
    NodeFunction function("exports.handler = (event, context, callback) => callback();\n", world);
    function.function.runtime = "nodejs24.x";
    CHECK(function.start().error_type == "Runtime.CallbackHandlerDeprecated");
    function.function.runtime = "nodejs22.x";
    CHECK(function.start().kind == Kind::success);
}

TEST_CASE("node: a result that is no JSON is an error") {
    World world;
    NodeFunction function(R"(
exports.handler = async (event) => {
  if (event === 1) return 1n;
  const circle = {};
  circle.circle = circle;
  return circle;
};
)",
                          world);
    function.start();
    for (const char* event : {"1", "2"}) {
        const auto outcome = function.invoke(event);
        REQUIRE(outcome);
        CHECK(outcome->kind == Kind::error);
        CHECK(Json::parse(outcome->payload)["errorMessage"] == "Unable to stringify response body");
    }
}

TEST_CASE("node: an unhandled rejection and an uncaught exception answer, and end the process") {
    World world;
    NodeFunction rejected(R"(
exports.handler = async () => {
  Promise.reject(new Error('unnoticed'));
  await new Promise((resolve) => setTimeout(resolve, 1000));
};
)",
                          world);
    rejected.start();
    const auto rejection = rejected.invoke("{}");
    REQUIRE(rejection);
    CHECK(rejection->kind == Kind::exited);
    CHECK(rejection->error_type == "Runtime.UnhandledPromiseRejection");
    const Json payload = Json::parse(rejection->payload);
    CHECK(payload["errorType"] == "Runtime.UnhandledPromiseRejection");
    CHECK(payload["errorMessage"] == "Error: unnoticed");
    CHECK(payload["trace"][0] == "Runtime.UnhandledPromiseRejection: Error: unnoticed");
    REQUIRE(rejected.log.size() == 1);
    CHECK(rejected.log[0].starts_with(prefix("ERROR") + "Unhandled Promise Rejection \t{"));

    NodeFunction thrown(R"(
exports.handler = async () => {
  setTimeout(() => { throw new TypeError('later'); }, 1000);
  await new Promise((resolve) => setTimeout(resolve, 5000));
};
)",
                        world);
    thrown.start();
    const auto exception = thrown.invoke("{}");
    REQUIRE(exception);
    CHECK(exception->kind == Kind::exited);
    CHECK(exception->error_type == "TypeError");
    REQUIRE(thrown.log.size() == 1);
    CHECK(thrown.log[0].find("Uncaught Exception \t{") != std::string::npos);
}

TEST_CASE("node: a process that ends is Runtime.ExitError, at import and in the handler") {
    World world;
    NodeFunction at_import("process.exit(3);\n", world);
    const lambda::Outcome outcome = at_import.start();
    CHECK(outcome.kind == Kind::exited);
    CHECK(Json::parse(outcome.payload)["errorMessage"] ==
          "Error: Runtime exited with error: exit status 3");
    struct Case {
        std::string code;
        std::string reason;
    };
    for (const Case& each : {
             Case{"process.exit(0)", "Error: Runtime exited without providing a reason"},
             Case{"process.exit(7)", "Error: Runtime exited with error: exit status 7"},
             Case{"process.kill(process.pid, 'SIGKILL')",
                  "Error: Runtime exited with error: signal: killed"},
         }) {
        NodeFunction function("exports.handler = async () => { " + each.code +
                                  "; await new Promise((r) => setTimeout(r, 100)); };\n",
                              world);
        function.start();
        const auto ended = function.invoke("{}");
        REQUIRE(ended);
        CHECK(ended->kind == Kind::exited);
        CHECK(Json::parse(ended->payload)["errorMessage"] ==
              std::string("RequestId: ") + first_request + " " + each.reason);
    }
}

TEST_CASE("node: console writes records with time, request and level; other output is lines") {
    World world;
    NodeFunction function(R"(
console.info('at import');
exports.handler = async () => {
  console.log('one %d', 1, { two: [3] });
  console.error('several\nlines');
  console.warn('careful');
  console.debug('small');
  console.trace('traced');
  process.stdout.write('plain\nlines\n');
  process.stderr.write('no end');
};
)",
                          world);
    function.start();
    function.invoke("{}");
    // [LS test_invocation_with_logs]; the levels as the docs' nodejs-logging has them.
    CHECK(function.log == std::vector<std::string>{
                              "2026-01-01T00:00:00.000Z\tundefined\tINFO\tat import\n",
                              prefix("INFO") + "one 1 { two: [ 3 ] }\n",
                              prefix("ERROR") + "several\nlines\n",
                              prefix("WARN") + "careful\n",
                              prefix("DEBUG") + "small\n",
                              prefix("TRACE") + "traced\n",
                              "plain\n",
                              "lines\n",
                              "no end",
                          });
}

TEST_CASE("node: output of megabytes belongs to the invocation that wrote it") {
    World world;
    NodeFunction function(R"(
exports.handler = async () => {
  process.stdout.write(('x'.repeat(1023) + '\n').repeat(8192));
  for (let number = 0; number < 1000; ++number) console.log(number);
};
)",
                          world);
    function.start();
    REQUIRE(function.invoke("{}", 10s));
    CHECK(function.log.size() == 9192);
    CHECK(world.loop.now() == world.loop.start());
}
