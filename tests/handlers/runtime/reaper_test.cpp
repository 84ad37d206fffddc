// What is left when an environment ends, or when this whole program is killed: nothing.
#include "tests/handlers/runtime/provided_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <iterator>

using namespace orrery;
using namespace orrery::test;

namespace {

// Starts a daemon that has left its parent's process group and session, tells its number as the
// machine sees it.
constexpr const char* daemon_code = R"(
import os, subprocess, time
def handler(event, context):
    subprocess.Popen(['/bin/sh', '-c', 'exec sleep 1000000 # orrery-test-daemon-' + event],
                     start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return 'started'
)";

/// Whether a process has that value in the variable MARK.
bool lives(const std::string& mark) {
    const std::string wanted = "MARK=" + mark + '\0';
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
        std::ifstream file(entry.path() / "environ", std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        if (text.find(wanted) != std::string::npos) {
            return true;
        }
    }
    return false;
}

void wait_until_gone(const std::string& mark) {
    for (int look = 0; look < 200 && lives(mark); ++look) {
        shell("sleep 0.02");
    }
}

}  // namespace

TEST_CASE("reaper: what a handler started and detached ends with the environment") {
    World world;
    RunningFunction function(daemon_code, world);
    const std::string mark = "reaper-test-" + std::to_string(::getpid());
    function.function.variables = {{"MARK", mark}};
    function.start();
    REQUIRE(function.invoke("\"x\""));
    CHECK(lives(mark));
    function.environment.reset();
    wait_until_gone(mark);
    CHECK_FALSE(lives(mark));
}

TEST_CASE("reaper: when the engine is killed, nothing that a handler started lives on") {
    const std::string mark = "killed-test-" + std::to_string(::getpid());
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    const pid_t engine = ::fork();
    if (engine == 0) {
        World world;
        RunningFunction function(daemon_code, world);
        function.function.variables = {{"MARK", mark}};
        function.start();
        function.invoke("\"x\"");
        [[maybe_unused]] const ssize_t told = ::write(pipe[1], "x", 1);
        ::pause();
        ::_exit(1);
    }
    char ready = 0;
    REQUIRE(::read(pipe[0], &ready, 1) == 1);
    CHECK(lives(mark));
    ::kill(engine, SIGKILL);
    ::waitpid(engine, nullptr, 0);
    wait_until_gone(mark);
    CHECK_FALSE(lives(mark));
    ::close(pipe[0]);
    ::close(pipe[1]);
}
