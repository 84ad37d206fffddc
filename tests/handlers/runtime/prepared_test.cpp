// Python environments are forks of a parent that stands ready: they must not be told apart from
// those that are started, nor have anything of each other.
#include "handlers/runtime/file_view.h"
#include "tests/handlers/runtime/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

using namespace orrery;
using namespace orrery::test;

using Kind = lambda::Outcome::Kind;

namespace {

/// Tests of forks say so where there are none.
bool forks_are_possible() {
    if (why_no_file_views().empty()) {
        return true;
    }
    WARN("SKIPPED: " << why_no_file_views());
    return false;
}

/// Several environments of one function at once.
class Environments {
public:
    explicit Environments(const std::string& code) : function_(code, world_) {
        function_.function.variables = {{"TABLE", "orders"}};
    }

    /// What a new environment answers.
    Json ask() {
        const int number = static_cast<int>(kept_.size()) + 1;
        std::optional<lambda::Outcome> ready;
        auto environment = function_.runtime.start(
            function_.function,
            1,
            "2026/01/01/[$LATEST]" + std::to_string(number),
            [this, number](std::string message) { logs_[number] += message; },
            [&](lambda::Outcome outcome) { ready = std::move(outcome); });
        world_.loop.run_until_idle(world_.loop.now() + 1h);
        REQUIRE(ready);
        INFO(ready->payload);
        REQUIRE(ready->kind == Kind::success);
        function_.environment = std::move(environment);
        const auto outcome = function_.invoke(std::to_string(number));
        kept_.push_back(std::move(function_.environment));
        REQUIRE(outcome);
        INFO(outcome->payload);
        REQUIRE(outcome->kind == Kind::success);
        return Json::parse(outcome->payload);
    }

    lambda::FunctionConfiguration& function() { return function_.function; }
    TemporaryFolder& folder() { return function_.folder; }
    const std::string& log(int number) { return logs_[number]; }

private:
    World world_;
    RunningFunction function_;
    std::map<int, std::string> logs_;
    std::vector<std::unique_ptr<lambda::Environment>> kept_;
};

// The kernel knows what variables a program was started with: a fork of a parent not the
// function's.
const std::string tells_whether_forked = R"(
import os
def is_fork():
    return 'TABLE=orders' not in open('/proc/self/environ').read().split('\0')
)";

std::vector<pid_t> children_of(pid_t process) {
    const std::string name = std::to_string(process);
    std::ifstream file("/proc/" + name + "/task/" + name + "/children");
    std::vector<pid_t> children;
    for (pid_t child = 0; file >> child;) {
        children.push_back(child);
    }
    return children;
}

/// Not what has only not been waited for.
bool lives(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("State:")) {
            return line.find('Z') == std::string::npos && line.find('X') == std::string::npos;
        }
    }
    return false;
}

}  // namespace

TEST_CASE(
    "prepared: every environment is a fork, the first as well, whether it uses boto3 or not") {
    if (!forks_are_possible()) {
        return;
    }
    for (const std::string more : {"", "import boto3\n"}) {
        Environments environments(more + tells_whether_forked +
                                  "def handler(event, context):\n"
                                  "    return [is_fork(), os.environ['TABLE'], os.getcwd(), "
                                  "os.getpid(), os.getppid()]\n");
        const Json expected{true, "orders", "/var/task", 8, 1};
        CHECK(environments.ask() == expected);
        CHECK(environments.ask() == expected);
    }
}

TEST_CASE("prepared: each has its own variables, random numbers, /tmp and output") {
    Environments environments(R"(
import boto3, logging, os, random, secrets, ssl, uuid
logging.getLogger().setLevel('INFO')
def handler(event, context):
    before = os.listdir('/tmp')
    open('/tmp/file', 'w').close()
    print('printed by', event)
    os.environ['OWN'] = os.environ.get('OWN', '') + 'x'
    return dict(before=before, stream=os.environ['AWS_LAMBDA_LOG_STREAM_NAME'], own=os.environ['OWN'],
                drawn=[random.random(), str(uuid.uuid4()), secrets.token_hex(8), ssl.RAND_bytes(8).hex(),
                       os.urandom(8).hex()])
)");
    std::set<Json> drawn;
    for (int number = 1; number <= 3; ++number) {
        const Json answer = environments.ask();
        CHECK(answer["before"] == Json::array());
        CHECK(answer["own"] == "x");
        CHECK(answer["stream"] == "2026/01/01/[$LATEST]" + std::to_string(number));
        CHECK(environments.log(number) == "printed by " + std::to_string(number) + "\n");
        for (const Json& one : answer["drawn"]) {
            drawn.insert(one);
        }
    }
    CHECK(drawn.size() == 15);
}

TEST_CASE("prepared: one looks like another, and like those of another run") {
    const std::string code = R"(
import boto3, logging, sys, time
class Own: pass
def handler(event, context):
    return [id(boto3), id(Own), id(object()), list({'a', 'b', 'c'}), len(sys.modules),
            logging.makeLogRecord({}).relativeCreated >= 0, time.tzname, len(str(boto3.session.Session()))]
)";
    Environments some(code);
    const Json first = some.ask();
    CHECK(some.ask() == first);
    CHECK(some.ask() == first);
    Environments others(code);
    CHECK(others.ask() == first);
}

TEST_CASE("prepared: boto3 is not there before it is imported, and then as if just imported") {
    Environments environments(R"(
import importlib.util, sys
before = [name for name in ('boto3', 'botocore', 'urllib3') if name in sys.modules]
found = importlib.util.find_spec('boto3').origin
import botocore.session
import boto3
def handler(event, context):
    return [before, found == boto3.__file__, sys.modules['boto3'] is boto3, boto3.__spec__.name,
            type(boto3.__spec__.loader).__name__, botocore.session.__name__,
            importlib.reload(boto3) is boto3, sorted(type(finder).__name__ for finder in sys.meta_path
                                                     if 'Kept' in type(finder).__name__)]
)");
    CHECK(environments.ask() == Json{Json::array(),
                                     true,
                                     true,
                                     "boto3",
                                     "SourceFileLoader",
                                     "botocore.session",
                                     true,
                                     Json::array()});
}

TEST_CASE("prepared: a function's own modules win over those that were loaded before") {
    for (const std::string name : {"boto3", "jmespath", "queue"}) {
        Environments environments("import " + name + "\nimport " + name +
                                  " as own  # as boto3 does\n"
                                  "def handler(event, context):\n    return own.whose\n");
        environments.folder().write(name + ".py", "whose = 'the function\\'s'\n");
        CHECK(environments.ask() == "the function's");
    }
    // A name that only looks like one is none.
    Environments environments(tells_whether_forked + "# boto3\n" +
                              "def handler(event, context):\n    return is_fork()\n");
    environments.folder().write("queue.txt", "");
    environments.folder().write("http/page.html", "");
    CHECK(environments.ask() == forks_are_possible());
}

TEST_CASE("prepared: modules that a function puts on the search path itself win as well") {
    Environments environments(R"(
import os, sys
os.makedirs('/tmp/own')
with open('/tmp/own/jmespath.py', 'w') as file:
    file.write('whose = "its own"\n')
sys.path.insert(0, '/tmp/own')
try:
    import boto3
except AttributeError:
    pass  # it misses what jmespath has
import jmespath
def handler(event, context):
    return [jmespath.whose, sys.modules['jmespath'] is jmespath]
)");
    CHECK(environments.ask() == Json{"its own", true});
}

TEST_CASE("prepared: what a program reads when it begins makes a function begin by itself") {
    const std::string code =
        tells_whether_forked +
        "import sys, time\n"
        "def handler(event, context):\n"
        "    return [is_fork(), sys.flags.optimize, time.tzname[0], os.environ['TABLE']]\n";
    const bool forks = forks_are_possible();
    Environments optimized(code);
    optimized.function().variables["PYTHONOPTIMIZE"] = "2";
    CHECK(optimized.ask() == Json{false, 2, "UTC", "orders"});
    Environments elsewhere(code);
    elsewhere.function().variables["TZ"] = "Asia/Tokyo";
    CHECK(elsewhere.ask() == Json{forks, 0, "JST", "orders"});
    Environments with_library(code);
    with_library.folder().write("lib/libown.so", "");
    CHECK(with_library.ask() == Json{false, 0, "UTC", "orders"});
}

TEST_CASE("prepared: a parent that somebody killed is started again") {
    if (!forks_are_possible()) {
        return;
    }
    Environments environments(
        tells_whether_forked +
        "def handler(event, context):\n    return [is_fork(), id(is_fork)]\n");
    const Json first = environments.ask();
    // The environment, too, shows what its parent began with.
    for (const pid_t child : children_of(::getpid())) {
        std::ifstream file("/proc/" + std::to_string(child) + "/environ", std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        if (text.find("ORRERY_PRELOAD=") != std::string::npos) {
            ::kill(child, SIGKILL);
            siginfo_t ended{};
            ::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT);
        }
    }
    CHECK(environments.ask() == first);
}

TEST_CASE("prepared: when the engine is killed, neither parents nor their forks live on") {
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    const pid_t engine = ::fork();
    if (engine == 0) {
        Environments environments("import boto3\ndef handler(event, context):\n    return event\n");
        environments.ask();
        environments.ask();
        [[maybe_unused]] const ssize_t told = ::write(pipe[1], "x", 1);
        ::pause();
        ::_exit(1);
    }
    char ready = 0;
    REQUIRE(::read(pipe[0], &ready, 1) == 1);
    const std::vector<pid_t> processes = children_of(engine);
    // Two environments, their parent where there is one, and the reaper.
    CHECK(processes.size() == (forks_are_possible() ? 4 : 3));
    ::kill(engine, SIGKILL);
    ::waitpid(engine, nullptr, 0);
    for (const pid_t process : processes) {
        for (int look = 0; look < 500 && lives(process); ++look) {
            ::poll(nullptr, 0, 10);
        }
        CHECK_FALSE(lives(process));
    }
    ::close(pipe[0]);
    ::close(pipe[1]);
}
