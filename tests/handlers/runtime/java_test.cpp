// Java functions, through AWS's runtime interface client; here a class of its name stands in for
// it.
#include "tests/handlers/runtime/provided_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::test;

using Kind = lambda::Outcome::Kind;

namespace {

constexpr const char* client_code = R"(package com.amazonaws.services.lambda.runtime.api.client;

import java.net.*;
import java.util.UUID;
import java.util.concurrent.*;

public class AWSLambda {
    interface Wait { void run() throws Exception; }

    static long seconds(Wait wait) throws Exception {
        long begin = System.nanoTime();
        try {
            wait.run();
        } catch (TimeoutException | SocketTimeoutException expected) {
        }
        return Math.round((System.nanoTime() - begin) / 1e9);
    }

    static String waited() throws Exception {
        Object nobody = new Object();
        return "["
            + seconds(() -> { synchronized (nobody) { nobody.wait(2000); } }) + ","
            + seconds(() -> new CompletableFuture<String>().get(3, TimeUnit.SECONDS)) + ","
            + seconds(() -> new LinkedBlockingQueue<String>().poll(4, TimeUnit.SECONDS)) + ","
            + seconds(() -> new Semaphore(0).tryAcquire(5, TimeUnit.SECONDS)) + ","
            + seconds(() -> Executors.newSingleThreadScheduledExecutor().schedule(() -> 1, 6, TimeUnit.SECONDS).get()) + ","
            + seconds(() -> { ServerSocket server = new ServerSocket(0); server.setSoTimeout(7000); server.accept(); }) + "]";
    }

    public static void main(String[] arguments) throws Exception {
        String root = "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/";
        while (true) {
            HttpURLConnection next = (HttpURLConnection) new URL(root + "next").openConnection();
            String event = new String(next.getInputStream().readAllBytes());
            String id = next.getHeaderField("Lambda-Runtime-Aws-Request-Id");
            Thread.sleep(60000);
            String waited = waited();
            String answer = "[\"" + arguments[0] + "\"," + event + "," + System.currentTimeMillis() + ","
                + Runtime.getRuntime().maxMemory() / (1 << 20) + "," + waited + ",\"" + UUID.randomUUID() + "\"]";
            HttpURLConnection response = (HttpURLConnection) new URL(root + id + "/response").openConnection();
            response.setDoOutput(true);
            response.getOutputStream().write(answer.getBytes());
            response.getInputStream().readAllBytes();
        }
    }
}
)";

bool compile_client(const TemporaryFolder& folder) {
    folder.write("source/AWSLambda.java", client_code);
    const std::string path = folder.path().string();
    return shell("/usr/bin/javac -d " + path + " " + path + "/source/AWSLambda.java >&2");
}

}  // namespace

TEST_CASE(
    "java: a function runs through the client on its class path; sleeps and time-outs are "
    "virtual") {
    World world;
    RunningFunction function("", world);
    if (!compile_client(function.folder)) {
        WARN("SKIPPED: no working /usr/bin/javac (apt-get install default-jdk-headless)");
        return;
    }
    function.function.runtime = "java17";
    function.function.handler = "shop.Order::handle";
    function.function.memory_megabytes = 512;
    const auto started = function.start();
    INFO(started.payload);
    for (const std::string& line : function.log) {
        INFO(line);
    }
    REQUIRE(started.kind == Kind::success);
    const auto outcome = function.invoke("{\"n\":1}");
    REQUIRE(outcome);
    const Json answer = Json::parse(outcome->payload);
    CHECK(answer[0] == "shop.Order::handle");
    CHECK(answer[1] == Json{{"n", 1}});
    CHECK(answer[2] == 1767225687000);
    CHECK(answer[3] > 380);
    CHECK(answer[3] <= 436);
    CHECK(answer[4] == Json{2, 3, 4, 5, 6, 7});
    CHECK(answer[5].get<std::string>().size() == 36);
    CHECK(world.loop.now() - world.loop.start() >= 87s);
    CHECK(world.loop.now() - world.loop.start() < 88s);
}

TEST_CASE("java: without AWS's client the error says which dependency to add") {
    World world;
    RunningFunction function("", world);
    function.function.runtime = "java21";
    CHECK_THROWS_WITH(function.start(),
                      Catch::Contains("function F") &&
                          Catch::Contains("aws-lambda-java-runtime-interface-client"));
}
