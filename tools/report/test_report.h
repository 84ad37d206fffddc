/// The text of `orrery test`: a line for each scenario, an explanation for each that failed, and
/// the sum of all.
#pragma once

#include "engine/time.h"
#include "tools/report/test_result.h"
#include "tools/report/text.h"

#include <cstddef>
#include <string>
#include <vector>

namespace orrery::report {

/// "ok  scenario.yaml  8m10.048s  89 events  14 ms  title", its path as wide as `path_width`.
std::string result_line(const TestResult& result, std::size_t path_width, Palette palette);

/// What went wrong, and the command that shows it again; for results that did not pass.
std::string failure_report(const TestResult& result, Palette palette);

/// "3 scenarios: 2 passed, 1 failed; ..."
std::string totals_line(const std::vector<TestResult>& results,
                        Duration real_time,
                        Palette palette);

/// A JUnit XML document with a test case for each result.
std::string junit_xml(const std::vector<TestResult>& results, Duration real_time);

}  // namespace orrery::report
