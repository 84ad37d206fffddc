#include "tools/cli/test_run.h"

#include "engine/error.h"
#include "engine/trace.h"
#include "tools/cli/performance.h"
#include "tools/report/comparison.h"

#include <nlohmann/json.hpp>

namespace orrery::cli {

namespace {

using report::TestResult;

/// Plays the scenario the second time, up to the first difference.
void play_again(const Scenario& scenario, report::TraceComparison& comparison, TestResult& result) {
    Performance second;
    play(scenario, {}, second, [&](const TraceEvent& event, Performance& performance) {
        if (!comparison.compare(event) && performance.run) {
            performance.run->stop();
        }
    });
    if (second.signal != 0) {
        throw Interrupted{second.signal};
    }
    result.real_time += second.real_time;
    comparison.finish();
    if (comparison.difference()) {
        result.outcome = TestResult::Outcome::failed;
        result.runs_differ = true;
        result.message = difference_text(*comparison.difference(), second.start);
    }
}

void play_both(const Scenario& scenario, TestResult& result) {
    report::TraceComparison comparison;
    {
        Performance first;
        play(scenario, {}, first, [&](const TraceEvent& event, Performance&) {
            comparison.expect(event);
        });
        if (first.signal != 0) {
            throw Interrupted{first.signal};
        }
        result.virtual_time = first.result.end - first.result.start;
        result.events = first.result.events;
        result.real_time = first.real_time;
        result.seed = first.run->world().random.seed();
        for (const Verdict& verdict : first.result.verdicts) {
            if (!verdict.passed) {
                result.outcome = TestResult::Outcome::failed;
                result.failures.push_back(verdict);
            }
        }
    }
    play_again(scenario, comparison, result);
}

}  // namespace

TestResult play_twice(const std::filesystem::path& file) {
    TestResult result;
    result.path = file.string();
    try {
        const Scenario scenario = Scenario::load(file);
        result.title = scenario.title();
        play_both(scenario, result);
    } catch (const UsageError& error) {
        result.outcome = TestResult::Outcome::not_understood;
        result.message = error.what();
    } catch (const std::exception& error) {
        result.outcome = TestResult::Outcome::broken;
        result.message = std::string("internal error: ") + error.what();
    }
    return result;
}

std::string encode(const TestResult& result) {
    Json failures = Json::array();
    for (const Verdict& verdict : result.failures) {
        failures.push_back({{"file", verdict.where.file},
                            {"line", verdict.where.line},
                            {"column", verdict.where.column},
                            {"expectation", verdict.expectation},
                            {"explanation", verdict.explanation}});
    }
    const Json json{{"path", result.path},
                    {"outcome", result.outcome},
                    {"title", result.title},
                    {"virtual_time", result.virtual_time.count()},
                    {"events", result.events},
                    {"real_time", result.real_time.count()},
                    {"seed", result.seed ? Json(*result.seed) : Json()},
                    {"failures", failures},
                    {"message", result.message},
                    {"runs_differ", result.runs_differ}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

TestResult decode(const std::string& text) {
    const Json json = Json::parse(text);
    TestResult result;
    result.path = json.at("path");
    result.outcome = json.at("outcome");
    result.title = json.at("title");
    result.virtual_time = Duration(json.at("virtual_time").get<std::int64_t>());
    result.events = json.at("events");
    result.real_time = Duration(json.at("real_time").get<std::int64_t>());
    if (const Json& seed = json.at("seed"); !seed.is_null()) {
        result.seed = seed.get<std::uint64_t>();
    }
    for (const Json& failure : json.at("failures")) {
        result.failures.push_back({{failure.at("file"), failure.at("line"), failure.at("column")},
                                   failure.at("expectation"),
                                   false,
                                   failure.at("explanation")});
    }
    result.message = json.at("message");
    result.runs_differ = json.at("runs_differ");
    return result;
}

}  // namespace orrery::cli
