#include "services/dynamodb/throughput_change.h"

#include "services/aws/error.h"
#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/validation_error.h"

#include <algorithm>
#include <ctime>

namespace orrery::dynamodb {

namespace {

using aws::ApiError;

/// "Wednesday, July 25, 2018 8:48:14 PM UTC"
std::string long_date(Instant instant) {
    const std::time_t seconds = epoch_seconds(instant);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    const auto formatted = [&parts](const char* format) {
        char text[64];
        return std::string(text, std::strftime(text, sizeof text, format, &parts));
    };
    const int hour = parts.tm_hour % 12 == 0 ? 12 : parts.tm_hour % 12;
    return formatted("%A, %B ") + std::to_string(parts.tm_mday) + formatted(", %Y ") +
           std::to_string(hour) + formatted(":%M:%S %p UTC");
}

bool goes_down(const Throughput& before, const Throughput& after) {
    return after.read < before.read || after.write < before.write;
}

void check_decrease(const ThroughputHistory& history, Instant now) {
    const Instant midnight = std::chrono::floor<std::chrono::days>(now);
    const auto today = std::count_if(history.decreases.begin(),
                                     history.decreases.end(),
                                     [&](Instant decrease) { return decrease >= midnight; });
    if (static_cast<std::size_t>(today) < limits::free_decreases ||
        now >= history.decreases.back() + limits::between_decreases) {
        return;
    }
    const Instant last = history.decreases.back();
    // [aws/aws-sdk and terraform-provider-aws issues that quote it]
    throw ApiError(
        "LimitExceededException",
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given "
        "UTC day. After the first 4 decreases, each subsequent decrease in the same UTC day can be "
        "performed at most once every 3600 seconds. Number of decreases today: " +
            std::to_string(today) + ". Last decrease at " + long_date(last) +
            ". Next decrease can be made at " + long_date(last + limits::between_decreases));
}

}  // namespace

void check_throughput_change(const std::string& what,
                             const Throughput& present,
                             const Throughput& wanted,
                             const ThroughputHistory& history,
                             Instant now) {
    if (present == wanted) {
        const auto told = [&](const char* units, std::int64_t now_units, std::int64_t asked) {
            return std::string("Current ") + units + " provisioned for the " + what + ": " +
                   std::to_string(now_units) + ". Requested " + units + ": " +
                   std::to_string(asked) + ". ";
        };
        // [dyl]; of an index (unverified)
        throw validation_error(
            "The provisioned throughput for the " + what +
            " will not change. The requested value equals the current value. " +
            told("ReadCapacityUnits", present.read, wanted.read) +
            told("WriteCapacityUnits", present.write, wanted.write) +
            "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request "
            "higher limits.");
    }
    if (goes_down(present, wanted)) {
        check_decrease(history, now);
    }
}

void remember_throughput_change(const Throughput& before,
                                const Throughput& after,
                                ThroughputHistory& history,
                                Instant now) {
    if (after.read > before.read || after.write > before.write) {
        history.last_increase = now;
    }
    if (goes_down(before, after)) {
        history.last_decrease = now;
        std::erase_if(history.decreases, [&](Instant decrease) { return decrease < now - 24h; });
        history.decreases.push_back(now);
    }
}

void check_switch_to_on_demand(const std::vector<Instant>& switches, Instant now) {
    const auto recent =
        std::count_if(switches.begin(), switches.end(), [&](Instant at) { return at > now - 24h; });
    if (static_cast<std::size_t>(recent) >= limits::on_demand_switches) {
        // (wording unverified)
        throw ApiError("LimitExceededException",
                       "Subscriber limit exceeded: Updates to PayPerRequest mode are limited to 4 "
                       "in a 24-hour rolling window. Last update at " +
                           long_date(switches.back()));
    }
}

}  // namespace orrery::dynamodb
