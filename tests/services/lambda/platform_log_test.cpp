#include "services/lambda/platform_log.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::lambda;
using namespace std::chrono_literals;

namespace {

std::string report(const platform_log::Report& content) {
    std::string line;
    platform_log::append_report(line, content);
    return line;
}

}  // namespace

TEST_CASE("lambda log: REPORT of a warm invocation ends with a tab") {
    platform_log::Report content;
    content.request_id = "ID";
    content.duration = 3'010us;
    content.memory_megabytes = 128;
    content.max_memory_megabytes = 36;
    // [LS test_invocation_type_event_error]
    CHECK(report(content) ==
          "REPORT RequestId: ID\tDuration: 3.01 ms\tBilled Duration: 4 ms\tMemory Size: 128 "
          "MB\tMax Memory Used: 36 MB\t\n");
}

TEST_CASE("lambda log: REPORT of a cold invocation bills the rounded sum of both durations") {
    platform_log::Report content;
    content.request_id = "ID";
    content.duration = 900s;
    content.init_duration = 544'900us;
    content.memory_megabytes = 128;
    content.max_memory_megabytes = 64;
    content.status = "timeout";
    // [recorded logs: Duration 900000 / Billed 900545 / Init 544.9]
    CHECK(report(content) ==
          "REPORT RequestId: ID\tDuration: 900000.00 ms\tBilled Duration: 900545 ms\tMemory Size: "
          "128 MB\tMax Memory Used: 64 MB\tInit Duration: 544.90 ms\tStatus: timeout\n");
}

TEST_CASE("lambda log: REPORT of a crash names the error's type") {
    platform_log::Report content;
    content.request_id = "ID";
    content.status = "error";
    content.error_type = "Runtime.ExitError";
    // [recorded public logs]
    CHECK(report(content).ends_with("\tStatus: error\tError Type: Runtime.ExitError\n"));
}

TEST_CASE("lambda log: durations are rounded half up to hundredths of a millisecond") {
    const auto millis = [](Duration duration) {
        std::string text;
        platform_log::append_millis(text, duration);
        return text;
    };
    CHECK(millis(0ns) == "0.00");
    CHECK(millis(4'999ns) == "0.00");
    CHECK(millis(5us) == "0.01");
    CHECK(millis(1'234'560us) == "1234.56");
}

TEST_CASE("lambda log: INIT_START names the runtime as AWS writes it") {
    const auto line = [](std::string_view runtime) {
        std::string text;
        platform_log::append_init_start(text, runtime, "eu-west-1");
        return text;
    };
    const std::string python = line("python3.13");
    // [LS test_invocation_type_event_error]
    CHECK(
        python.starts_with("INIT_START Runtime Version: python:3.13.v1\tRuntime Version ARN: "
                           "arn:aws:lambda:eu-west-1::runtime:"));
    CHECK(python.size() == python.rfind(':') + 1 + 64 + 1);
    CHECK(line("nodejs22.x").find(": nodejs:22.v1\t") != std::string::npos);
    CHECK(line("provided.al2023").find(": provided:al2023.v1\t") != std::string::npos);
    CHECK(line("stub").find(": stub:1.v1\t") != std::string::npos);
}

TEST_CASE("lambda log: INIT_REPORT tells time-outs from errors") {
    std::string text;
    platform_log::append_init_report(text, 10s, "init", "");
    platform_log::append_init_report(text, 229'040us, "invoke", "Runtime.ImportModuleError");
    // [public log samples]
    CHECK(text ==
          "INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout\n"
          "INIT_REPORT Init Duration: 229.04 ms\tPhase: invoke\tStatus: error\tError Type: "
          "Runtime.ImportModuleError\n");
}
