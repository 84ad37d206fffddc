#include "tools/cli/test.h"

#include "engine/error.h"
#include "tools/cli/exit_status.h"
#include "tools/cli/resources.h"
#include "tools/cli/test_files.h"
#include "tools/cli/test_processes.h"
#include "tools/report/test_report.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <system_error>
#include <utility>

namespace orrery::cli {

namespace {

using report::TestResult;

/// What is shown while they are played: lines in the order of the files, and below them on a
/// terminal how far it is.
class Screen {
public:
    Screen(const std::vector<std::filesystem::path>& files, report::Palette palette)
        : palette_(palette), live_(output_is_terminal()), results_(files.size()) {
        for (const auto& file : files) {
            path_width_ = std::max(path_width_, report::width(report::printable(file.string())));
        }
        show_progress();
    }

    void take(std::size_t place, TestResult result) {
        ++done_;
        failed_ += result.outcome == TestResult::Outcome::passed ? 0U : 1U;
        results_[place] = std::move(result);
        clear_progress();
        while (shown_ < results_.size() && results_[shown_]) {
            print(report::result_line(*results_[shown_++], path_width_, palette_));
        }
        show_progress();
        std::fflush(stdout);  // who follows a log in CI sees it grow
    }

    /// Those that there are, in order; after an interruption some are missing.
    std::vector<TestResult> finish() {
        clear_progress();
        std::vector<TestResult> all;
        for (std::size_t place = 0; place < results_.size(); ++place) {
            if (auto& result = results_[place]) {
                if (place >= shown_) {
                    print(report::result_line(*result, path_width_, palette_));
                }
                all.push_back(std::move(*result));
            }
        }
        return all;
    }

private:
    void clear_progress() const {
        if (live_) {
            print("\r\x1b[K");
        }
    }
    void show_progress() const {
        if (live_ && done_ < results_.size()) {
            print(std::to_string(done_) + " of " + report::counted(results_.size(), "scenario") +
                  (failed_ > 0 ? ", " + std::to_string(failed_) + " failed" : ""));
            std::fflush(stdout);
        }
    }

    report::Palette palette_;
    bool live_;
    std::vector<std::optional<TestResult>> results_;
    std::size_t path_width_ = 0;
    std::size_t shown_ = 0;
    std::size_t done_ = 0;
    std::size_t failed_ = 0;
};

class JunitFile {
public:
    /// Opened before anything is played, so that nobody waits in vain.
    explicit JunitFile(const std::filesystem::path& path) : path_(path) {
        if (!path_.empty()) {
            file_.open(path_, std::ios::binary | std::ios::trunc);
            check();
        }
    }

    void write(const std::vector<TestResult>& results, Duration real_time) {
        if (!path_.empty()) {
            file_ << report::junit_xml(results, real_time);
            file_.close();
            check();
        }
    }

private:
    void check() const {
        if (!file_) {
            throw UsageError("cannot write the results to " + path_.string() + ": " +
                             std::generic_category().message(errno));
        }
    }

    std::filesystem::path path_;
    std::ofstream file_;
};

std::vector<TestResult> results_of(const std::map<std::filesystem::path, std::string>& problems) {
    std::vector<TestResult> results;
    for (const auto& [path, what] : problems) {
        TestResult result;
        result.path = path.string();
        result.outcome = TestResult::Outcome::not_understood;
        result.message = what;
        results.push_back(std::move(result));
    }
    return results;
}

/// Warnings of scenarios that passed, each once: of the others all is told.
void print_warnings(const std::vector<TestResult>& results) {
    std::set<std::string> told;
    for (const TestResult& result : results) {
        std::istringstream lines(result.outcome == TestResult::Outcome::passed ? result.output
                                                                               : "");
        for (std::string line; std::getline(lines, line);) {
            if (told.insert(line).second) {
                std::fprintf(stderr, "%s\n", report::printable(line).c_str());
            }
        }
    }
}

int status_of(const std::vector<TestResult>& results) {
    int status = exit_passed;
    for (const TestResult& result : results) {
        switch (result.outcome) {
            case TestResult::Outcome::passed: break;
            case TestResult::Outcome::failed: status = std::max(status, exit_failed); break;
            case TestResult::Outcome::not_understood: status = std::max(status, exit_usage); break;
            case TestResult::Outcome::broken: status = std::max(status, exit_internal_error); break;
        }
    }
    return status;
}

}  // namespace

int test(const TestArguments& arguments) {
    resource_directory();  // rather one complaint than one for each scenario
    TestFiles files = find_tests(arguments.paths);
    if (!arguments.filter.empty()) {
        keep_matching(files.scenarios, arguments.filter);
        if (files.scenarios.empty() && files.problems.empty()) {
            throw UsageError("there is no scenario with '" + arguments.filter +
                             "' in its path or title");
        }
    }
    JunitFile junit(arguments.junit);
    const report::Palette palette = choose_palette(arguments.color);
    const auto began = std::chrono::steady_clock::now();
    Screen screen(files.scenarios, palette);
    const int signal = play_all(
        files.scenarios,
        arguments.jobs == 0 ? processor_count() : arguments.jobs,
        [&](std::size_t place, TestResult result) { screen.take(place, std::move(result)); });
    const Duration real_time = std::chrono::steady_clock::now() - began;
    std::vector<TestResult> results = screen.finish();
    const std::size_t played = results.size();
    for (TestResult& problem : results_of(files.problems)) {
        results.push_back(std::move(problem));
    }
    for (const TestResult& result : results) {
        if (result.outcome != TestResult::Outcome::passed) {
            print("\n" + report::failure_report(result, palette));
        }
    }
    print("\n" + report::totals_line(results, real_time, palette));
    std::fflush(stdout);
    print_warnings(results);
    junit.write(results, real_time);
    if (signal != 0) {
        print("Interrupted: " + std::to_string(played) + " of " +
              report::counted(files.scenarios.size(), "scenario") + " were played to the end.\n");
        return exit_by_signal + signal;
    }
    return status_of(results);
}

}  // namespace orrery::cli
