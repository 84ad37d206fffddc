// JUnit XML as CI systems read it: one suite, a case for each scenario.
#include "tools/report/summary.h"
#include "tools/report/test_report.h"

#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

namespace orrery::report {

namespace {

using Outcome = TestResult::Outcome;

std::string in_seconds(Duration time) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f", std::chrono::duration<double>(time).count());
    return text.data();
}

std::size_t count(const std::vector<TestResult>& results, bool (*counts)(Outcome)) {
    return static_cast<std::size_t>(
        std::count_if(results.begin(), results.end(), [&](const TestResult& result) {
            return counts(result.outcome);
        }));
}

bool is_failure(Outcome outcome) {
    return outcome == Outcome::failed;
}

bool is_error(Outcome outcome) {
    return outcome == Outcome::not_understood || outcome == Outcome::broken;
}

/// The first line of what went wrong.
std::string short_message(const TestResult& result) {
    constexpr std::size_t longest = 200;
    return one_line(result.failures.empty() ? result.message.substr(0, result.message.find('\n'))
                                            : result.failures.front().expectation,
                    longest);
}

void add_counts(pugi::xml_node node, const std::vector<TestResult>& results, Duration real_time) {
    node.append_attribute("name") = "orrery test";
    node.append_attribute("tests") = results.size();
    node.append_attribute("failures") = count(results, is_failure);
    node.append_attribute("errors") = count(results, is_error);
    node.append_attribute("skipped") = 0;
    node.append_attribute("time") = in_seconds(real_time).c_str();
}

void add_case(pugi::xml_node suite, const TestResult& result) {
    pugi::xml_node node = suite.append_child("testcase");
    const std::string path = printable(result.path);
    node.append_attribute("name") =
        result.title.empty() ? path.c_str() : printable(result.title).c_str();
    node.append_attribute("classname") = path.c_str();
    node.append_attribute("file") = path.c_str();
    node.append_attribute("time") = in_seconds(result.real_time).c_str();
    if (result.outcome == Outcome::passed) {
        return;
    }
    pugi::xml_node problem =
        node.append_child(result.outcome == Outcome::failed ? "failure" : "error");
    problem.append_attribute("message") = short_message(result).c_str();
    problem.text() = failure_report(result, Palette::plain).c_str();
}

}  // namespace

std::string junit_xml(const std::vector<TestResult>& results, Duration real_time) {
    pugi::xml_document document;
    pugi::xml_node declaration = document.append_child(pugi::node_declaration);
    declaration.append_attribute("version") = "1.0";
    declaration.append_attribute("encoding") = "UTF-8";
    pugi::xml_node suites = document.append_child("testsuites");
    add_counts(suites, results, real_time);
    pugi::xml_node suite = suites.append_child("testsuite");
    add_counts(suite, results, real_time);
    for (const TestResult& result : results) {
        add_case(suite, result);
    }
    std::ostringstream out;
    document.save(out, "  ");
    return out.str();
}

}  // namespace orrery::report
