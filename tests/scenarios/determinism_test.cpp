// One seed, one run: whole scenarios with real Python processes give one fingerprint, however busy
// the machine is.
#include "scenarios/language/scenario.h"

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <set>
#include <string>

using namespace orrery;

namespace {

std::string fingerprint_of(const std::string& file, std::uint64_t seed = 1) {
    const Scenario scenario = Scenario::load(std::filesystem::path(ORRERY_SOURCE_DIR) / file);
    RunOptions options;
    options.seed = seed;
    options.resources = std::filesystem::path(ORRERY_BUILD_DIR) / "lib" / "orrery";
    ScenarioRun run(scenario, options);
    const RunResult result = run.run();
    for (const Verdict& verdict : result.verdicts) {
        INFO(verdict.expectation << "\n" << verdict.explanation);
        CHECK(verdict.passed);
    }
    return result.fingerprint;
}

std::set<std::string> fingerprints_of(const std::string& file, int runs) {
    std::set<std::string> all;
    for (int run = 0; run < runs; ++run) {
        all.insert(fingerprint_of(file));
    }
    return all;
}

/// Processes that compute for nothing: more than the machine has processors for.
class Load {
public:
    Load() {
        for (pid_t& process : processes_) {
            process = ::fork();
            if (process == 0) {
                ::alarm(60);  // should the test die
                for (;;) {
                    getppid();  // anything but nothing: an empty loop may be removed
                }
            }
        }
    }
    ~Load() {
        for (const pid_t process : processes_) {
            ::kill(process, SIGKILL);
            ::waitpid(process, nullptr, 0);
        }
    }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

private:
    std::array<pid_t, 6> processes_{};
};

constexpr const char* registration = "scenarios/customer-registration/scenario.yaml";
constexpr const char* crowd = "tests/scenarios/crowd/scenario.yaml";

}  // namespace

TEST_CASE("determinism: twenty runs of the customer registration give one fingerprint") {
    CHECK(fingerprints_of(registration, 20).size() == 1);
}

TEST_CASE("determinism: thread pools in concurrent environments give one fingerprint") {
    CHECK(fingerprints_of(crowd, 3).size() == 1);
}

TEST_CASE("determinism: a busy machine changes nothing") {
    const std::string registration_at_rest = fingerprint_of(registration);
    const std::string crowd_at_rest = fingerprint_of(crowd);
    const Load load;
    CHECK(fingerprints_of(registration, 5) == std::set<std::string>{registration_at_rest});
    CHECK(fingerprints_of(crowd, 2) == std::set<std::string>{crowd_at_rest});
}

TEST_CASE("determinism: another seed is another run, as repeatable") {
    CHECK(fingerprint_of(registration, 2) == fingerprint_of(registration, 2));
    CHECK(fingerprint_of(registration, 2) != fingerprint_of(registration, 1));
}

TEST_CASE(
    "determinism: a handler that draws real randomness is found out, so these tests can fail") {
    CHECK(fingerprints_of("tests/scenarios/leak/scenario.yaml", 2).size() == 2);
}
