/// For tests of determinism: a scenario's fingerprints over several runs, and a busy machine.
#pragma once

#include "scenarios/language/scenario.h"

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

namespace orrery::test {

inline std::string fingerprint_of(const std::string& file, std::uint64_t seed = 1) {
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

inline std::set<std::string> fingerprints_of(const std::string& file, int runs) {
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

}  // namespace orrery::test
