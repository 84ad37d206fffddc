// AWS's own runtime interface clients against our Runtime API. None of them is in the repository: a
// test whose client has not been put into the build folder says how to, and is skipped.
#include "tests/handlers/runtime/provided_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::test;

using Kind = lambda::Outcome::Kind;
namespace fs = std::filesystem;

namespace {

const fs::path clients = fs::path(ORRERY_BUILD_DIR) / "sdk";
const fs::path npm = clients / "ric" / "node_modules" / "aws-lambda-ric";

bool has(const fs::path& client, const std::string& remedy) {
    const bool there = fs::exists(client);
    if (!there) {
        WARN("SKIPPED: no " << client.string() << "; " << remedy);
    }
    return there;
}

/// A function with a bootstrap of its own.
struct ClientFunction : RunningFunction {
    explicit ClientFunction(World& a_world) : RunningFunction("", a_world) {
        function.runtime = "provided.al2023";
        function.memory_megabytes = 512;
    }

    Json success(const std::string& event) {
        const auto outcome = invoke(event);
        REQUIRE(outcome);
        INFO(outcome->payload);
        REQUIRE(outcome->kind == Kind::success);
        return Json::parse(outcome->payload);
    }

    Json failure(const std::string& event, Kind kind = Kind::error) {
        const auto outcome = invoke(event);
        REQUIRE(outcome);
        INFO(outcome->payload);
        REQUIRE(outcome->kind == kind);
        return Json::parse(outcome->payload);
    }

    void started() {
        const auto outcome = start();
        std::string printed;
        for (const std::string& line : log) {
            printed += line;
        }
        INFO(outcome.payload << printed);
        REQUIRE(outcome.kind == Kind::success);
    }
};

constexpr const char* go_handler = R"(package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Do string `json:"do"`
	N  int    `json:"n"`
}

func handler(ctx context.Context, e event) ([]any, error) {
	context, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	switch e.Do {
	case "error":
		return nil, errors.New("as asked")
	case "panic":
		panic("out of luck")
	case "exit":
		os.Exit(7)
	}
	left := time.Until(deadline)
	in_time := left > 14*time.Minute && left <= 15*time.Minute
	return []any{e.N, context.AwsRequestID[32:], lambdacontext.MemoryLimitInMB, in_time}, nil
}

func main() {
	lambda.StartWithOptions(handler, lambda.WithEnableSIGTERM(func() { fmt.Println("ended") }))
}
)";

void check_no_warning(const ClientFunction& function) {
    for (const std::string& line : function.log) {
        CHECK(line.find("WARNING!") == std::string::npos);  // of the extension inside of it
    }
}

void check_go(const std::string& variables) {
    World world;
    ClientFunction function(world);
    function.folder.write("main.go", go_handler);
    REQUIRE(build_go(function.folder,
                     variables + " GO111MODULE=off GOPATH=" + (clients / "gopath").string()));
    function.started();
    CHECK(function.success("{\"n\":1}") == Json{1, "0001", 512, true});
    CHECK(function.success("{\"n\":2}") == Json{2, "0002", 512, true});
    CHECK(function.failure("{\"do\":\"error\"}") ==
          Json{{"errorMessage", "as asked"}, {"errorType", "errorString"}});
    CHECK(function.success("{\"n\":4}") == Json{4, "0004", 512, true});
    const Json panic = function.failure("{\"do\":\"panic\"}", Kind::exited);
    CHECK(panic["errorMessage"] == "out of luck");
    CHECK(panic["errorType"] == "string");
    CHECK(panic["stackTrace"].is_array());
    check_no_warning(function);

    World other_world;
    ClientFunction exiting(other_world);
    fs::copy(function.folder.path() / "bootstrap", exiting.folder.path() / "bootstrap");
    exiting.started();
    CHECK(exiting.failure("{\"do\":\"exit\"}", Kind::exited)["errorType"] == "Runtime.ExitError");
    check_no_warning(exiting);
}

}  // namespace

TEST_CASE("interface client: AWS's own for Node runs a handler, in virtual time") {
    // Building it needs autoconf, automake, libtool, cmake and a compiler.
    if (!has(npm / "bin" / "index.mjs",
             "npm install --prefix " + (clients / "ric").string() + " aws-lambda-ric")) {
        return;
    }
    World world;
    ClientFunction function(world);
    function.folder.write("index.js", R"(
exports.handler = async (event, context) => {
  if (event.fail) {
    throw new TypeError('as asked');
  }
  const before = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 60e3));
  return [event.n, context.awsRequestId.slice(-4), Date.now() - before, context.getRemainingTimeInMillis()];
};
)");
    // V8 without helper threads, as our own bootstrap starts it.
    write_program(function.folder,
                  "bootstrap",
                  "#!/bin/sh\nexec /usr/bin/node --single-threaded --v8-pool-size=0 "
                  "/opt/node_modules/aws-lambda-ric/bin/index.mjs \"$_HANDLER\"\n");
    function.function.layers = {clients / "ric"};
    function.started();
    CHECK(function.success("{\"n\":1}") == Json{1, "0001", 60000, 840000});
    CHECK(function.success("{\"n\":2}") == Json{2, "0002", 60000, 840000});
    const Json failed = function.failure("{\"fail\":true}");
    CHECK(failed["errorType"] == "TypeError");
    CHECK(failed["errorMessage"] == "as asked");
}

TEST_CASE("interface client: AWS's own for Python runs a handler, in virtual time") {
    const fs::path installed = clients / "awslambdaric";
    if (!has(installed / "awslambdaric" / "__main__.py",
             "pip install --target " + installed.string() + " awslambdaric")) {
        return;
    }
    World world;
    ClientFunction function(world);
    function.folder.write("app.py", R"(
import os, sys, time
def handler(event, context):
    if event.get('do') == 'fail':
        raise ValueError('as asked')
    if event.get('do') == 'exit':
        sys.exit(3)
    before = time.time()
    time.sleep(60)
    return [event['n'], context.aws_request_id[-4:], round(time.time() - before),
            context.get_remaining_time_in_millis(), os.environ['_X_AMZN_TRACE_ID'][:5]]
)");
    write_program(
        function.folder,
        "bootstrap",
        "#!/bin/sh\nPYTHONPATH=/opt exec /usr/bin/python3 -m awslambdaric \"$_HANDLER\"\n");
    function.function.handler = "app.handler";
    function.function.layers = {installed};
    function.started();
    CHECK(function.success("{\"n\":1}") == Json{1, "0001", 60, 840000, "Root="});
    CHECK(function.success("{\"n\":2}") == Json{2, "0002", 60, 840000, "Root="});
    const Json failed = function.failure("{\"do\":\"fail\"}");
    CHECK(failed["errorType"] == "ValueError");
    CHECK(failed["errorMessage"] == "as asked");
    CHECK(failed["requestId"] == "00000000-0000-4000-8000-100000000003");
    CHECK(function.failure("{\"do\":\"exit\"}", Kind::exited)["errorType"] == "Runtime.ExitError");
    function.function.handler = "app.missing";
    const auto broken = function.start();
    CHECK(broken.error_type == "Runtime.HandlerNotFound");
    CHECK(Json::parse(broken.payload)["errorMessage"] ==
          "Handler 'missing' missing on module 'app'");
}

TEST_CASE("interface client: AWS's own for Go, without cgo and with it, on the machine's clock") {
    const fs::path library = clients / "gopath" / "src" / "github.com" / "aws" / "aws-lambda-go";
    if (!has("/usr/bin/go", "apt-get install golang-go") ||
        !has(library / "lambda" / "entry.go",
             "git clone --branch v1.41.0 https://github.com/aws/aws-lambda-go " +
                 library.string())) {
        return;
    }
    check_go("CGO_ENABLED=0");
    check_go("CGO_ENABLED=1");
}

TEST_CASE("interface client: AWS's own for C++ runs a handler, in virtual time") {
    // The client for Node brings its source along, and libcurl's.
    const fs::path source = npm / "deps" / "aws-lambda-cpp-0.2.8";
    if (!has("/usr/lib/x86_64-linux-gnu/libcurl.so.4", "apt-get install libcurl4") ||
        !has(source / "src" / "runtime.cpp",
             "npm install --prefix " + (clients / "ric").string() + " aws-lambda-ric")) {
        return;
    }
    World world;
    ClientFunction function(world);
    function.folder.write("main.cpp", R"(
#include <aws/lambda-runtime/runtime.h>
#include <aws/lambda-runtime/version.h>
#include <thread>
using namespace aws::lambda_runtime;
char const* aws::lambda_runtime::get_version() { return "0.2.8"; }  // its build makes this file
invocation_response handle(invocation_request const& request) {
    if (request.payload.find("fail") != std::string::npos) {
        return invocation_response::failure("as asked", "MyError", "");
    }
    if (request.payload.find("throw") != std::string::npos) {
        throw 1;
    }
    std::this_thread::sleep_for(std::chrono::seconds(60));
    return invocation_response::success("[" + request.payload + "," +
        std::to_string(request.get_time_remaining().count()) + "]", "application/json");
}
int main() { run_handler(handle); }
)");
    const std::string folder = function.folder.path().string();
    REQUIRE(shell("cd " + folder + " && g++ -std=c++17 -w -I" + (source / "include").string() +
                  " -I" + (npm / "deps" / "curl-curl-7_83_1" / "include").string() + " main.cpp " +
                  (source / "src" / "runtime.cpp").string() + " " +
                  (source / "src" / "logging.cpp").string() +
                  " -o bootstrap /usr/lib/x86_64-linux-gnu/libcurl.so.4 -lpthread >&2"));
    function.started();
    CHECK(function.success("1") == Json{1, 840000});
    CHECK(function.success("2") == Json{2, 840000});
    CHECK(function.failure("\"fail\"") == Json{{"errorMessage", "as asked"},
                                               {"errorType", "MyError"},
                                               {"stackTrace", Json::array()}});
    CHECK(function.failure("\"throw\"", Kind::exited)["errorMessage"] ==
          "RequestId: 00000000-0000-4000-8000-100000000004 Error: Runtime exited with error: "
          "signal: aborted");
}
