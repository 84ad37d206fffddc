#include "services/lambda/platform_log.h"

#include "engine/random.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace orrery::lambda::platform_log {

namespace {

void append_integer(std::string& out, std::int64_t value) {
    std::array<char, 24> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), end);
}

void append_hundredths(std::string& out, std::int64_t value) {
    append_integer(out, value / 100);
    out.push_back('.');
    out.push_back(static_cast<char>('0' + value / 10 % 10));
    out.push_back(static_cast<char>('0' + value % 10));
}

/// "python3.12" is written "python:3.12", "nodejs22.x" "nodejs:22", "provided.al2023"
/// "provided:al2023".
std::string version_of(std::string_view runtime) {
    const std::size_t split = std::min(runtime.find_first_of("0123456789."), runtime.size());
    std::string text(runtime.substr(0, split));
    std::string_view rest = runtime.substr(split);
    rest.remove_prefix(rest.starts_with('.') ? 1 : 0);
    rest.remove_suffix(rest.ends_with(".x") ? 2 : 0);
    return text.append(":").append(rest.empty() ? "1" : rest);
}

}  // namespace

void append_millis(std::string& out, Duration duration) {
    append_hundredths(out, (duration.count() + 5'000) / 10'000);
}

std::string seconds_text(Duration duration) {
    std::string text;
    append_hundredths(text, duration.count() / 10'000'000);
    return text;
}

std::string runtime_version(std::string_view runtime) {
    return version_of(runtime) + ".v1";
}

std::string runtime_version_arn(std::string_view runtime, std::string_view region) {
    // Made up, but well-formed, and the same in every run: the version belongs to the runtime, not
    // to the world.
    const std::string hash = Random(0).stream(runtime).hex(64);
    return "arn:aws:lambda:" + std::string(region) + "::runtime:" + hash;
}

void append_init_start(std::string& out, std::string_view runtime, std::string_view region) {
    out.append("INIT_START Runtime Version: ").append(runtime_version(runtime));
    out.append("\tRuntime Version ARN: ").append(runtime_version_arn(runtime, region));
    out.append("\n");
}

void append_start(std::string& out, std::string_view request_id, std::string_view version) {
    out.append("START RequestId: ").append(request_id);
    out.append(" Version: ").append(version).append("\n");
}

void append_end(std::string& out, std::string_view request_id) {
    out.append("END RequestId: ").append(request_id).append("\n");
}

std::int64_t billed_millis(const Report& report) {
    const Duration billed = report.duration + report.init_duration.value_or(Duration{});
    return std::chrono::ceil<std::chrono::milliseconds>(billed).count();
}

void append_report(std::string& out, const Report& report) {
    out.append("REPORT RequestId: ").append(report.request_id);
    out.append("\tDuration: ");
    append_millis(out, report.duration);
    out.append(" ms\tBilled Duration: ");
    append_integer(out, billed_millis(report));
    out.append(" ms\tMemory Size: ");
    append_integer(out, report.memory_megabytes);
    out.append(" MB\tMax Memory Used: ");
    append_integer(out, report.max_memory_megabytes);
    out.append(" MB\t");
    if (report.init_duration) {
        out.append("Init Duration: ");
        append_millis(out, *report.init_duration);
        out.append(" ms\t");
    }
    if (!report.status.empty()) {
        out.append("Status: ").append(report.status);
    }
    if (!report.error_type.empty()) {
        out.append("\tError Type: ").append(report.error_type);
    }
    out.push_back('\n');
}

void append_init_report(std::string& out,
                        Duration duration,
                        std::string_view phase,
                        std::string_view error_type) {
    out.append("INIT_REPORT Init Duration: ");
    append_millis(out, duration);
    out.append(" ms\tPhase: ").append(phase).append("\tStatus: ");
    if (error_type.empty()) {
        out.append("timeout");
    } else {
        out.append("error\tError Type: ").append(error_type);
    }
    out.push_back('\n');
}

std::string stream_name(Instant now, std::string_view version, std::string_view hex) {
    std::string name = iso8601(now).substr(0, 10);
    std::replace(name.begin(), name.end(), '-', '/');
    return name.append("/[").append(version).append("]").append(hex);
}

}  // namespace orrery::lambda::platform_log
