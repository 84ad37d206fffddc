#include "tools/report/test_report.h"

#include "tools/cli/test_files.h"
#include "tools/cli/test_run.h"

#include <catch2/catch.hpp>
#include <pugixml.hpp>

#include <string>

using namespace orrery;
using namespace orrery::report;
using Outcome = TestResult::Outcome;

namespace {

TestResult passed(const std::string& path) {
    TestResult result;
    result.path = path;
    result.title = "It goes well";
    result.virtual_time = 90s;
    result.events = 12;
    result.real_time = 3'200us;
    result.seed = 1;
    return result;
}

TestResult failed(const std::string& path) {
    TestResult result = passed(path);
    result.outcome = Outcome::failed;
    result.seed = 7;
    result.failures.push_back(
        {{path, 8, 5}, "queue Orders: depth", false, "expected: 2\nfound: 1"});
    return result;
}

TestResult broken(const std::string& path) {
    TestResult result;
    result.path = path;
    result.outcome = Outcome::broken;
    result.message = "its process was ended by signal 6 (Aborted)";
    result.output = "last words\x07";
    return result;
}

}  // namespace

TEST_CASE("test report: a line tells path, virtual time, events, real time and title") {
    CHECK(result_line(passed("a.yaml"), 8, Palette::plain) ==
          "ok       a.yaml          1m30s       12 events      4 ms  It goes well\n");
    CHECK(result_line(broken("a.yaml"), 8, Palette::plain) == "BROKEN   a.yaml    \n");
}

TEST_CASE("test report: a failure has its place, its explanation and the command to see it again") {
    CHECK(failure_report(failed("my file.yaml"), Palette::plain) ==
          "my file.yaml: It goes well\n"
          "FAILED  queue Orders: depth\n"
          "        my file.yaml:8:5\n"
          "        expected: 2\n"
          "        found: 1\n"
          "To see it again: orrery run 'my file.yaml' --seed 7 --timeline\n");
    CHECK(failure_report(broken("a.yaml"), Palette::plain) ==
          "a.yaml\n"
          "        its process was ended by signal 6 (Aborted)\n"
          "It wrote:\n"
          "        last words\\x07\n"
          "To see it again: orrery run a.yaml --timeline\n");
}

TEST_CASE("test report: the sum counts each outcome there is") {
    CHECK(totals_line({passed("a"), failed("b"), broken("c")}, 21ms, Palette::plain) ==
          "3 scenarios: 1 passed, 1 failed, 1 broken by Orrery itself; 3m of virtual time, each "
          "twice, in 21 ms\n");
    CHECK(totals_line({passed("a")}, 21ms, Palette::plain) ==
          "1 scenario: 1 passed, 0 failed; 1m30s of virtual time, each twice, in 21 ms\n");
}

TEST_CASE("test report: JUnit XML is well-formed whatever a result holds") {
    TestResult odd = failed("<&\">.yaml");
    odd.title = "bell \x07 & <tag>";
    pugi::xml_document document;
    const std::string xml = junit_xml({odd, broken("b"), passed("c")}, 1s);
    REQUIRE(document.load_string(xml.c_str()));
    CHECK(xml.find('\x07') == std::string::npos);
    const pugi::xml_node suite = document.child("testsuites").child("testsuite");
    CHECK(suite.attribute("tests").as_int() == 3);
    CHECK(suite.attribute("failures").as_int() == 1);
    CHECK(suite.attribute("errors").as_int() == 1);
    const pugi::xml_node first = suite.child("testcase");
    CHECK(std::string(first.attribute("name").value()) == "bell \\x07 & <tag>");
    CHECK(std::string(first.attribute("time").value()) == "0.003");
    CHECK(std::string(first.child("failure").attribute("message").value()) ==
          "queue Orders: depth");
}

TEST_CASE("test run: a result survives the way from one process to another") {
    TestResult result = failed("a.yaml");
    result.runs_differ = true;
    result.message = "not UTF-8: \xff";
    const TestResult read = cli::decode(cli::encode(result));
    CHECK(read.path == result.path);
    CHECK(read.outcome == Outcome::failed);
    CHECK(read.virtual_time == 90s);
    CHECK(read.seed == 7);
    CHECK(read.runs_differ);
    REQUIRE(read.failures.size() == 1);
    CHECK(read.failures[0].where.text() == "a.yaml:8:5");
    CHECK(read.failures[0].explanation == "expected: 2\nfound: 1");
    CHECK(read.message == "not UTF-8: \xEF\xBF\xBD");
    CHECK_FALSE(cli::decode(cli::encode(broken("b"))).seed.has_value());
}

TEST_CASE("test files: scenarios have names of their own") {
    CHECK(cli::is_scenario_name("scenario.yaml"));
    CHECK(cli::is_scenario_name("poison.scenario.yaml"));
    CHECK_FALSE(cli::is_scenario_name("template.yaml"));
    CHECK_FALSE(cli::is_scenario_name("myscenario.yaml"));
    CHECK_FALSE(cli::is_scenario_name("scenario.yaml.orig"));
}
