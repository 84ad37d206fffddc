// Statically linked programs: no shim, the real clock, a listener of their own.
#include "handlers/runtime/program_file.h"
#include "tests/handlers/runtime/provided_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::test;

using Kind = lambda::Outcome::Kind;

namespace {

// The Runtime API by hand, as Go functions speak it without cgo.
constexpr const char* go_code = R"(package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	root := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		next, err := http.Get(root + "next")
		if err != nil {
			panic(err)
		}
		event, _ := io.ReadAll(next.Body)
		next.Body.Close()
		id := next.Header.Get("Lambda-Runtime-Aws-Request-Id")
		deadline, _ := strconv.ParseInt(next.Header.Get("Lambda-Runtime-Deadline-Ms"), 10, 64)
		left := time.Until(time.UnixMilli(deadline))
		if strings.Contains(string(event), "sleep") {
			time.Sleep(700 * time.Millisecond)
		}
		if strings.Contains(string(event), "exit") {
			os.Exit(3)
		}
		answer, _ := json.Marshal(map[string]any{
			"got": string(event), "in_time": left > 14*time.Minute && left <= 15*time.Minute,
		})
		response, err := http.Post(root+id+"/response", "application/json", strings.NewReader(string(answer)))
		if err != nil {
			panic(err)
		}
		response.Body.Close()
	}
}
)";

/// Built once, into a folder of its own. Empty if there is no Go.
const std::string& go_program() {
    static const TemporaryFolder folder;
    static const std::string built = [] {
        folder.write("main.go", go_code);
        folder.write("go.mod", "module bootstrap\ngo 1.18\n");
        return build_go(folder, "CGO_ENABLED=0") ? folder.path().string() + "/bootstrap"
                                                 : std::string();
    }();
    return built;
}

bool with_go(RunningFunction& function) {
    if (go_program().empty()) {
        WARN("SKIPPED: no working /usr/bin/go (apt-get install golang-go)");
        return false;
    }
    std::filesystem::copy(go_program(), function.folder.path() / "bootstrap");
    function.function.runtime = "provided.al2023";
    function.function.memory_megabytes = 512;
    return true;
}

}  // namespace

TEST_CASE("static program: a Go bootstrap without cgo serves invocations, one after the other") {
    World world;
    RunningFunction function("", world);
    if (!with_go(function)) {
        return;
    }
    const auto started = function.start();
    INFO(started.payload);
    REQUIRE(started.kind == Kind::success);
    for (int number = 0; number < 5; ++number) {
        const auto outcome = function.invoke(std::to_string(number));
        REQUIRE(outcome);
        CHECK(Json::parse(outcome->payload) ==
              Json{{"got", std::to_string(number)}, {"in_time", true}});
    }
    CHECK(world.loop.now() == world.loop.start());
}

TEST_CASE("static program: its own sleeps take real time, and no virtual time") {
    World world;
    RunningFunction function("", world);
    if (!with_go(function)) {
        return;
    }
    REQUIRE(function.start().kind == Kind::success);
    const auto outcome = function.invoke("\"sleep\"", 1s);
    REQUIRE(outcome);
    CHECK(outcome->kind == Kind::success);
    CHECK(world.loop.now() == world.loop.start());
}

TEST_CASE("static program: an exit in the middle is reported") {
    World world;
    RunningFunction function("", world);
    if (!with_go(function)) {
        return;
    }
    REQUIRE(function.start().kind == Kind::success);
    const auto outcome = function.invoke("\"exit\"");
    REQUIRE(outcome);
    CHECK(outcome->kind == Kind::exited);
    CHECK(Json::parse(outcome->payload)["errorMessage"] ==
          "RequestId: 00000000-0000-4000-8000-100000000001 Error: Runtime exited with error: exit "
          "status 3");
}

TEST_CASE("static program: a dynamically linked Go program counts as one, stripped too") {
    const TemporaryFolder folder;
    folder.write("main.go",
                 "package main\nimport \"os/user\"\n"
                 "func main() { println(user.Current()) }\n");
    folder.write("go.mod", "module bootstrap\ngo 1.18\n");
    if (!build_go(folder, "CGO_ENABLED=1 GOFLAGS=-ldflags=-s")) {
        WARN("SKIPPED: no working /usr/bin/go with cgo (apt-get install golang-go gcc)");
        return;
    }
    CHECK(shell("readelf -l " + folder.path().string() + "/bootstrap | grep -q INTERP"));
    CHECK(kind_of_program(folder.path() / "bootstrap") == ProgramKind::without_shim);
    CHECK(kind_of_program("/bin/sh") == ProgramKind::dynamic);
}
