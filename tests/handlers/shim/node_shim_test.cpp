// Node: its time-outs take virtual time, its own HTTPS client trusts the emulator.
#include "tests/handlers/runtime/node_support.h"
#include "tests/handlers/shim/aws_endpoints.h"

#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <utility>

namespace node_shim_test {

using namespace orrery;
using namespace orrery::test;

namespace {

constexpr const char* code = R"js(
const http = require("http"), net = require("net"), timers = require("timers/promises"), child = require("child_process");
const { once } = require("events");

async function silent() {
    const server = net.createServer(() => {}).listen(0, "127.0.0.1");
    await once(server, "listening");
    server.unref();
    return server.address().port;
}

const CASES = {
    "setTimeout": () => new Promise((done) => setTimeout(done, 1500)),
    "setInterval": () => new Promise((done) => {
        let left = 3;
        const timer = setInterval(() => { if (--left === 0) { clearInterval(timer); done(); } }, 1000);
    }),
    "timers/promises": () => timers.setTimeout(2500),
    "AbortSignal.timeout": () => timers.setTimeout(100_000, null, { signal: AbortSignal.timeout(4000) }).catch(() => {}),
    "fetch": async () => {
        const port = await silent();
        await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(3000) }).catch(() => {});
    },
    "http timeout": async () => {
        const request = http.get({ host: "127.0.0.1", port: await silent(), timeout: 5000 });
        await once(request, "timeout");
        request.on("error", () => {}).destroy();
    },
    "socket": async () => {
        const socket = net.connect(await silent(), "127.0.0.1");
        socket.setTimeout(6000);
        await once(socket, "timeout");
        socket.destroy();
    },
    "Atomics.wait": async () => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000); },
    "child": () => new Promise((done) => child.exec("sleep 3", done)),
    "spawnSync": async () => { child.spawnSync("sleep", ["2"]); },
    "child's time-out": () => new Promise((done) => child.exec("sleep 100", { timeout: 7000 }, done)),
};

exports.handler = async (event) => {
    const began = performance.now();
    await CASES[event]();
    return Math.round(performance.now() - began) / 1000;
};
)js";

const std::array<std::pair<const char*, const char*>, 11> cases{{
    {"setTimeout", "1.5"},
    {"setInterval", "3"},
    {"timers/promises", "2.5"},
    {"AbortSignal.timeout", "4"},
    {"fetch", "3"},
    {"http timeout", "5"},
    {"socket", "6"},
    {"Atomics.wait", "2"},
    {"child", "3"},
    {"spawnSync", "2"},
    {"child's time-out", "7"},
}};

}  // namespace

TEST_CASE("shim for Node: every time-out takes virtual time") {
    World world;
    NodeFunction function(code, world);
    REQUIRE(function.start().kind == lambda::Outcome::Kind::success);
    for (const auto& [name, seconds] : cases) {
        INFO(name);
        const auto outcome = function.invoke("\"" + std::string(name) + "\"");
        CHECK((outcome ? outcome->payload : "no answer") == seconds);
    }
}

TEST_CASE("shim for Node: HTTPS to AWS's names reaches the emulator") {
    World world;
    AwsEndpoints aws(world, "hello");
    NodeFunction function(R"js(
const https = require("https"), dns = require("dns/promises");
const get = (host) => new Promise((done, fail) => https.get(`https://${host}/`, (response) => {
    let text = "";
    response.on("data", (piece) => { text += piece; }).on("end", () => done(text));
}).on("error", fail));
exports.handler = async () => [
    await get("sqs.eu-west-1.amazonaws.com"),
    await (await fetch("https://lambda.us-east-1.api.aws/2015")).text(),
    await Promise.all(Array.from({ length: 20 }, (_, i) => get(`s${i}.eu-west-1.amazonaws.com`))).then((all) => all.length),
    await dns.lookup("sts.amazonaws.com", { all: true }),
    await get("example.com").catch((error) => error.code),
];
)js",
                          world,
                          aws.options());
    function.start();
    const auto outcome = function.invoke("null");
    REQUIRE(outcome);
    CHECK(outcome->payload ==
          R"(["hello","hello",20,[{"address":"10.0.255.1","family":4}],"ENOTFOUND"])");
    REQUIRE(aws.asked.size() == 22);
    CHECK(aws.asked[0] == "https://sqs.eu-west-1.amazonaws.com GET /");
    CHECK(aws.asked[1] == "https://lambda.us-east-1.api.aws GET /2015");
}

TEST_CASE("shim for Node: twenty connections by TLS are in the same order in every run") {
    std::array<std::vector<std::string>, 3> orders;
    for (auto& order : orders) {
        World world;
        AwsEndpoints aws(world, "hello");
        NodeFunction function(R"js(
exports.handler = () => Promise.all(Array.from({ length: 20 }, (_, i) =>
    fetch(`https://s${i}.eu-west-1.amazonaws.com/${Math.random()}`).then((answer) => answer.text())));
)js",
                              world,
                              aws.options());
        function.start();
        REQUIRE(function.invoke("null"));
        order = aws.asked;
        CHECK(order.size() == 20);
    }
    CHECK(orders[0] == orders[1]);
    CHECK(orders[0] == orders[2]);
}

}  // namespace node_shim_test
