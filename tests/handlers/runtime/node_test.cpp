// Real Node processes behind the real Runtime API, in virtual time. Left out of the build, with a
// warning, on a machine without node.
#include "engine/error.h"
#include "engine/net/http_server.h"
#include "tests/handlers/runtime/node_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::test;
using namespace std::chrono_literals;

using Kind = lambda::Outcome::Kind;

TEST_CASE("node: a handler gets its event and its result comes back as JSON") {
    World world;
    NodeFunction function(
        "exports.handler = async (event, context) => ({ got: event, id: context.awsRequestId });\n",
        world);
    REQUIRE(function.start().kind == Kind::success);
    const auto outcome = function.invoke(R"({"n": 1, "name": "Łukasz"})");
    REQUIRE(outcome);
    CHECK(outcome->kind == Kind::success);
    CHECK(outcome->payload ==
          R"({"got":{"n":1,"name":"Łukasz"},"id":"00000000-0000-4000-8000-100000000001"})");
    CHECK(function.invoke("2")->kind == Kind::success);
}

TEST_CASE("node: a handler that returns nothing answers null") {
    // [LS test_invocation_type_no_return_payload]
    World world;
    NodeFunction function("exports.handler = async () => {};\n", world);
    function.start();
    CHECK(function.invoke("{}")->payload == "null");
}

TEST_CASE("node: setTimeout takes virtual time only, on every clock") {
    World world;
    NodeFunction function(R"(
exports.handler = async () => {
  const clocks = () => [Date.now(), performance.now(), Number(process.hrtime.bigint() / 1000000n),
                        process.uptime() * 1000];
  const before = clocks();
  await new Promise((resolve) => setTimeout(resolve, 3600e3));
  return clocks().map((clock, index) => Math.round(clock - before[index]));
};
)",
                          world);
    function.time_left = 2h;
    function.start();
    const Instant before = world.loop.now();
    CHECK(function.invoke("{}")->payload == "[3600000,3600000,3600000,3600000]");
    CHECK(world.loop.now() - before >= 1h);
    CHECK(world.loop.now() - before < 1h + 10ms);
}

TEST_CASE("node: the wall clock it sees is the world's") {
    World world;
    NodeFunction function("exports.handler = async () => new Date().toISOString();\n", world);
    function.start();
    CHECK(function.invoke("{}")->payload == "\"2026-01-01T00:00:00.000Z\"");
}

TEST_CASE("node: intervals, abort signals and timers' promises obey virtual time") {
    World world;
    NodeFunction function(R"(
const timers = require('node:timers/promises');
const timed = async (wait) => {
  const before = performance.now();
  let name = '';
  try { await wait(); } catch (error) { name = error.name; }
  return [name, Math.round((performance.now() - before) / 1000)];
};
exports.handler = async () => [
  await timed(() => timers.setTimeout(20e3)),
  await timed(() => new Promise((resolve) => {
    let ticks = 0;
    const interval = setInterval(() => { if (++ticks === 5) { clearInterval(interval); resolve(); } }, 60e3);
  })),
  await timed(() => timers.setTimeout(1e6, undefined, { signal: AbortSignal.timeout(9e3) })),
];
)",
                          world);
    function.start();
    CHECK(function.invoke("{}")->payload == R"([["",20],["",300],["AbortError",9]])");
}

TEST_CASE("node: random numbers and UUIDs repeat with the seed and differ with another") {
    const auto draw = [](std::uint64_t seed) {
        World world(seed);
        NodeFunction function(R"(
const crypto = require('node:crypto');
exports.handler = async () => [Math.random(), crypto.randomUUID(), crypto.randomBytes(8).toString('hex'),
  crypto.randomInt(1e9), crypto.getRandomValues(new Uint32Array(2))[1], process.pid,
  crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }).x];
)",
                              world);
        function.start();
        return function.invoke("{}")->payload;
    };
    const std::string first = draw(1);
    CHECK(first == draw(1));
    CHECK(first != draw(2));
}

TEST_CASE("node: ES modules and CommonJS, nested folders and exports") {
    struct Case {
        std::string handler;
        std::map<std::string, std::string> files;
    };
    const std::vector<Case> cases{
        {"main.handler", {{"main.mjs", "export const handler = async () => 'here';"}}},
        {"main.handler",
         {{"package.json", R"({"type": "module"})"},
          {"main.js",
           "const answer = await Promise.resolve('here');\nexport const handler = () => "
           "Promise.resolve(answer);"}}},
        {"main.handler",
         {{"package.json", R"({"type": "module"})"},
          {"main.cjs", "exports.handler = async () => 'here';"}}},
        {"src/app.handler",
         {{"src/app.js", "exports.handler = async () => require('./part');"},
          {"src/part.js", "module.exports = 'here';"}}},
        {"main.api.v1.get", {{"main.js", "exports.api = { v1: { get: async () => 'here' } };"}}},
        {"shared.handler",
         {{"node_modules/shared/index.js", "exports.handler = async () => 'here';"}}},
        {"main.handler",
         {{"main.mjs",
           "import { answer } from 'shared';\nimport os from 'node:os';\nexport const handler = "
           "async () => os.EOL && answer;"},
          {"node_modules/shared/package.json", R"({"type": "module", "exports": "./it.js"})"},
          {"node_modules/shared/it.js", "export const answer = 'here';"}}},
    };
    for (const Case& each : cases) {
        INFO(each.handler << " in " << each.files.begin()->first);
        World world;
        NodeFunction function("", world);
        function.function.handler = each.handler;
        for (const auto& [name, text] : each.files) {
            function.folder.write(name, text);
        }
        REQUIRE(function.start().payload.empty());
        CHECK(function.invoke("{}")->payload == "\"here\"");
    }
}

TEST_CASE("node: a callback answers when nothing is left to wait for, or at once if told so") {
    World world;
    NodeFunction function(R"(
exports.handler = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = event.waits;
  setTimeout(() => console.log('late'), 30e3);
  callback(null, 'done');
  callback(null, 'again');
};
)",
                          world);
    function.start();
    Instant before = world.loop.now();
    CHECK(function.invoke(R"({"waits": true})")->payload == "\"done\"");
    CHECK(world.loop.now() - before >= 30s);
    before = world.loop.now();
    CHECK(function.invoke(R"({"waits": false})")->payload == "\"done\"");
    CHECK(world.loop.now() == before);
    CHECK(function.log.size() == 1);
}

TEST_CASE("node: done, succeed, fail and a callback's error end an invocation") {
    World world;
    NodeFunction function(R"(
exports.handler = (event, context, callback) => {
  setTimeout(() => {}, 60e3);
  switch (event) {
    case 1: return void context.done(null, 'done');
    case 2: return void context.succeed('succeeded');
    case 3: return void context.fail(new TypeError('failed'));
    case 4: return void context.done('text');
    case 5: return void callback(new RangeError('called back'));
  }
};
)",
                          world);
    function.start();
    const Instant before = world.loop.now();
    CHECK(function.invoke("1")->payload == "\"done\"");
    CHECK(function.invoke("2")->payload == "\"succeeded\"");
    CHECK(function.invoke("3")->error_type == "TypeError");
    CHECK(function.invoke("4")->payload ==
          R"({"errorType":"string","errorMessage":"text","trace":[]})");
    CHECK(function.invoke("5")->error_type == "RangeError");
    CHECK(world.loop.now() == before);
}

TEST_CASE("node: without an answer, an emptied event loop is null or, for a promise, an error") {
    World world;
    NodeFunction forgetful("exports.handler = (event, context, callback) => {};\n", world);
    forgetful.start();
    CHECK(forgetful.invoke("{}")->payload == "null");
    CHECK(forgetful.invoke("{}")->payload == "null");

    NodeFunction hopeless("exports.handler = async () => new Promise(() => {});\n", world);
    hopeless.start();
    CHECK(hopeless.invoke("{}")->error_type == "Runtime.NodeJsExit");
    CHECK(hopeless.invoke("{}")->error_type == "Runtime.NodeJsExit");
}

TEST_CASE("node: the context has Lambda's members") {
    World world;
    NodeFunction function(R"(
exports.handler = async (event, context) => [Object.keys(context).sort(), context.getRemainingTimeInMillis(),
  { ...context }];
)",
                          world);
    function.start();
    const Json seen = Json::parse(function.invoke("{}")->payload);
    // [docs: nodejs-context]
    CHECK(seen[0] == Json{"awsRequestId",
                          "callbackWaitsForEmptyEventLoop",
                          "clientContext",
                          "done",
                          "fail",
                          "functionName",
                          "functionVersion",
                          "getRemainingTimeInMillis",
                          "identity",
                          "invokedFunctionArn",
                          "logGroupName",
                          "logStreamName",
                          "memoryLimitInMB",
                          "succeed",
                          "tenantId"});
    CHECK(seen[1] == 15 * 60 * 1000);
    CHECK(seen[2]["memoryLimitInMB"] == "128");
    CHECK(seen[2]["callbackWaitsForEmptyEventLoop"] == true);
    CHECK(seen[2]["invokedFunctionArn"] == "arn:aws:lambda:us-east-1:000000000000:function:F");
}

TEST_CASE("node: the environment is Lambda's, with nothing inherited") {
    setenv("ORRERY_TEST_SECRET", "secret", 1);
    World world;
    NodeFunction function("exports.handler = async () => process.env;\n", world);
    function.function.variables = {{"STAGE", "test"}};
    function.start();
    const Json seen = Json::parse(function.invoke("{}")->payload);
    CHECK(seen["STAGE"] == "test");
    CHECK(seen["AWS_EXECUTION_ENV"] == "AWS_Lambda_nodejs20.x");
    CHECK(seen["_X_AMZN_TRACE_ID"] == "Root=1-5e1b4151-5ac6c58f5b5dbb7e01234567;Sampled=0");
    for (const char* absent :
         {"ORRERY_TEST_SECRET", "LD_PRELOAD", "ORRERY_SHIM", "PYTHONHASHSEED", "HOME"}) {
        INFO(absent);
        CHECK_FALSE(seen.contains(absent));
    }
}

// As the images' /var/runtime/bootstrap has it: a tenth is young, of which a half is a semi-space;
// V8's limit counts three.
TEST_CASE("node: V8's heap has the size that Lambda's start script gives it") {
    World world;
    NodeFunction function(
        "exports.handler = async () => require('v8').getHeapStatistics().heap_size_limit;\n",
        world);
    function.function.memory_megabytes = 512;
    function.start();
    const auto outcome = function.invoke("{}");
    REQUIRE(outcome);
    constexpr std::int64_t old_and_young = (512 - 51) + 12;
    CHECK(std::stoll(outcome->payload) >> 20 == old_and_young);
}

TEST_CASE("node: what is due in the event loop comes before the next invocation") {
    World world;
    NodeFunction function(R"(
let late = 0;
exports.handler = async () => {
  setImmediate(() => ++late);
  process.nextTick(() => ++late);
  return late;
};
)",
                          world);
    function.start();
    CHECK(function.invoke("{}")->payload == "0");
    CHECK(function.invoke("{}")->payload == "2");
    CHECK(function.invoke("{}")->payload == "4");
}

TEST_CASE("node: events and results of megabytes pass in one turn") {
    World world;
    NodeFunction function("exports.handler = async (event) => event;\n", world);
    function.function.memory_megabytes = 128;
    function.start();
    const std::string large = "\"" + std::string(5'000'000, 'x') + "\"";
    for (int time = 0; time < 3; ++time) {
        const auto outcome = function.invoke(large, 10s);
        REQUIRE(outcome);
        CHECK((outcome->payload == large));  // without printing them
    }
    CHECK(world.loop.now() == world.loop.start());
}

TEST_CASE("node: a response over Lambda's limit is the function's error") {
    World world;
    NodeFunction function("exports.handler = async () => 'x'.repeat(6291557);\n", world);
    function.start();
    CHECK(function.invoke("{}", 10s)->error_type == "Function.ResponseSizeTooLarge");
    CHECK(function.invoke("{}", 10s)->error_type == "Function.ResponseSizeTooLarge");
}

TEST_CASE("node: only the simulated world can be reached") {
    World world;
    NodeFunction function(R"(
const attempt = (url) => fetch(url).catch((error) => error.cause.code);
exports.handler = async () => [await attempt('http://192.0.2.1/'), await attempt('https://example.com/')];
)",
                          world);
    function.start();
    CHECK(function.invoke("{}")->payload == R"(["ENETUNREACH","ENOTFOUND"])");
    CHECK(function.log ==
          std::vector<std::string>{
              "orrery: connection to 192.0.2.1:80 refused: it is not part of the simulated world\n",
              "orrery: host name example.com not found: it is not part of the simulated world\n"});
}

TEST_CASE("node: time-outs of fetch against a host that does not answer are virtual") {
    World world;
    std::vector<std::shared_ptr<HttpExchange>> unanswered;
    HttpServer server(world.loop, {"127.0.0.1", 0}, [&](HttpRequest&&, auto exchange) {
        unanswered.push_back(std::move(exchange));
    });
    ProcessRuntimeOptions options;
    options.routes = [&] {
        return std::vector<HandlerRoute>{{"slow.test", "10.0.0.9", 80, server.endpoint()}};
    };
    NodeFunction function(R"(
const attempt = async (options) => {
  const before = Date.now();
  const name = await fetch('http://slow.test/', options).catch((error) => error.cause?.code ?? error.name);
  return [name, Math.round((Date.now() - before) / 1000)];
};
exports.handler = async () => [await attempt({ signal: AbortSignal.timeout(5000) }), await attempt({})];
)",
                          world,
                          options);
    function.start();
    // The second one is undici's own limit of 300 s, which it looks at about once a second.
    const Json seen = Json::parse(function.invoke("{}")->payload);
    CHECK(seen[0] == Json{"TimeoutError", 5});
    CHECK(seen[1][0] == "UND_ERR_HEADERS_TIMEOUT");
    CHECK(std::abs(seen[1][1].get<int>() - 300) <= 2);
    CHECK(unanswered.size() == 2);
}

TEST_CASE("node: what a Promise.all asks arrives together, in one order") {
    const auto run = [] {
        World world;
        std::string order;
        std::vector<Instant> times;
        HttpServer server(world.loop, {"127.0.0.1", 0}, [&](HttpRequest&& request, auto exchange) {
            order += request.target + " ";
            times.push_back(world.loop.now());
            world.loop.after(10ms, [exchange, target = request.target] {
                exchange->respond({200, {}, target});
            });
        });
        ProcessRuntimeOptions options;
        options.routes = [&] {
            return std::vector<HandlerRoute>{{"api.test", "10.0.0.9", 80, server.endpoint()}};
        };
        NodeFunction function(R"(
exports.handler = async () => {
  const finished = [];
  const one = async (number) => {
    const text = await (await fetch('http://api.test/' + number)).text();
    finished.push(text);
    return text.length;
  };
  const lengths = await Promise.all(Array.from({ length: 20 }, (_, number) => one(number)));
  return [lengths.length, Date.now(), finished];
};
)",
                              world,
                              options);
        function.start();
        std::string seen;
        for (int time = 0; time < 3; ++time) {
            seen += function.invoke("{}")->payload;
        }
        REQUIRE(times.size() == 60);
        CHECK(times[0] == times[19]);
        return order + seen;
    };
    const std::string first = run();
    for (int again = 0; again < 5; ++again) {
        CHECK(run() == first);
    }
}

TEST_CASE("node: the thread pool's work ends in one order") {
    const auto run = [] {
        World world;
        NodeFunction function(R"(
const crypto = require('node:crypto');
const fs = require('node:fs/promises');
const { promisify } = require('node:util');
const pbkdf2 = promisify(crypto.pbkdf2);
exports.handler = async () => {
  const order = [];
  const jobs = [];
  for (let number = 0; number < 12; ++number) {
    const work = number % 3 === 0 ? fs.readFile(__filename) : pbkdf2('secret', 'salt', 1 + number * 100, 32, 'sha256');
    jobs.push(work.then(() => order.push(number)));
  }
  await Promise.all(jobs);
  return order;
};
)",
                              world);
        function.start();
        return function.invoke("{}")->payload + function.invoke("{}")->payload;
    };
    const std::string first = run();
    CHECK(first.size() > 40);
    for (int again = 0; again < 5; ++again) {
        CHECK(run() == first);
    }
}

TEST_CASE("node: worker threads live in virtual time, in one order") {
    const auto run = [] {
        World world;
        NodeFunction function(R"(
const { Worker } = require('node:worker_threads');
const code = `
  const { parentPort, workerData } = require('node:worker_threads');
  setTimeout(() => {
    let sum = 0;
    for (let number = 0; number < 1e5; ++number) sum += Math.random();
    parentPort.postMessage([workerData, Date.now(), sum]);
  }, 1000 * (5 - workerData));
`;
exports.handler = async () => {
  const seen = [];
  await Promise.all([1, 2, 3, 4].map((workerData) => new Promise((resolve, reject) => {
    const worker = new Worker(code, { eval: true, workerData });
    worker.on('message', (message) => seen.push(message));
    worker.on('error', reject);
    worker.on('exit', resolve);
  })));
  return seen;
};
)",
                              world);
        function.start();
        const auto outcome = function.invoke("{}");
        return outcome ? outcome->payload : "no answer";
    };
    const std::string first = run();
    const Json seen = Json::parse(first);
    REQUIRE(seen.size() == 4);
    CHECK(seen[0][0] == 4);
    CHECK(seen[3][0] == 1);
    CHECK(seen[3][1].get<std::int64_t>() - seen[0][1].get<std::int64_t>() == 3000);
    for (int again = 0; again < 5; ++again) {
        CHECK(run() == first);
    }
}

TEST_CASE("node: a child process is waited for, in virtual time") {
    World world;
    NodeFunction function(R"(
const { execFile } = require('node:child_process');
const { promisify } = require('node:util');
exports.handler = async () => (await promisify(execFile)('/bin/sh', ['-c', 'sleep 0.1; echo done'])).stdout;
)",
                          world);
    function.start();
    const auto outcome = function.invoke("{}", 10s);
    REQUIRE(outcome);
    CHECK(outcome->payload == R"("done\n")");
    CHECK(world.loop.now() == world.loop.start() + 100ms);
}

TEST_CASE("node: a program that spins on the clock gets on, an endless loop is a time-out") {
    World world;
    NodeFunction spinning(
        "exports.handler = async () => { const end = Date.now() + 30e3; while (Date.now() < end); "
        "return 'done'; };\n",
        world);
    spinning.start();
    CHECK(spinning.invoke("{}")->payload == "\"done\"");

    ProcessRuntimeOptions options;
    options.patience = 200ms;
    NodeFunction endless("exports.handler = async () => { for (;;); };\n", world, options);
    endless.start();
    CHECK_FALSE(endless.invoke("{}", 10s));
}

TEST_CASE("node: a machine without node says which function needs it and what to install") {
    World world;
    ProcessRuntimeOptions options;
    options.program_folders = {};
    NodeFunction function("", world, options);
    CHECK_THROWS_WITH(function.start(),
                      Catch::Contains("function F") && Catch::Contains("nodejs20.x") &&
                          Catch::Contains("apt-get install nodejs"));
}

TEST_CASE("node: without the shim it does not run") {
    const TemporaryFolder folder;
    // By the system call itself: the shim would see to it that the next program has it.
    folder.write(
        "node",
        "#!/usr/bin/python3\n"
        "import ctypes, os, sys\n"
        "texts = lambda all: (ctypes.c_char_p * (len(all) + 1))(*map(os.fsencode, all), None)\n"
        "execve = 59 if os.uname().machine == 'x86_64' else 221\n"
        "ctypes.CDLL(None).syscall(execve, b'/usr/bin/node', texts(sys.argv),\n"
        "    texts([f'{name}={value}' for name, value in os.environ.items()]))\n");
    std::filesystem::permissions(folder.path() / "node", std::filesystem::perms::owner_all);
    ProcessRuntimeOptions options;
    options.program_folders = {folder.path()};
    World world;
    NodeFunction function("exports.handler = async () => 1;\n", world, options);
    CHECK(function.start().error_type == "Runtime.ExitError");
    REQUIRE(function.log.size() == 1);
    CHECK(function.log[0].find("runs without Orrery's shim") != std::string::npos);
}
