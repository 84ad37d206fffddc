#include "tools/server/clock_change.h"

#include "engine/document.h"
#include "engine/error.h"
#include "engine/json.h"
#include "engine/loop.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace orrery::server {

namespace {

Json read_object(std::string_view body, const std::vector<std::string_view>& known) {
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return Json::object();
    }
    Json object = Json::parse(body, nullptr, false);
    if (!object.is_object()) {
        throw UsageError("the body must be a JSON object");
    }
    for (const auto& [name, value] : object.items()) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            throw UsageError("unknown member '" + name + "'" + suggestion(name, known));
        }
    }
    return object;
}

/// A member that can only be true.
bool is_asked(const Json& object, const char* name) {
    if (!object.contains(name)) {
        return false;
    }
    if (object[name] != true) {
        throw UsageError(std::string("'") + name + "' can only be true");
    }
    return true;
}

std::optional<Instant> read_instant(const Json& object, const char* name) {
    if (!object.contains(name)) {
        return std::nullopt;
    }
    const Json& value = object[name];
    const auto instant = value.is_string() ? parse_instant(value.get<std::string>()) : std::nullopt;
    if (!instant || *instant < Instant() || *instant > end_of_time) {
        throw UsageError(std::string("'") + name +
                         "' must be an instant from 1970 to 2199 such as "
                         "\"2026-01-01T00:00:00Z\"");
    }
    return instant;
}

}  // namespace

ClockChange parse_clock_change(std::string_view body) {
    const Json object = read_object(body, {"advance", "pause", "resume", "factor", "set"});
    ClockChange change;
    change.pause = is_asked(object, "pause");
    change.resume = is_asked(object, "resume");
    change.set = read_instant(object, "set");
    if (object.contains("advance")) {
        const Json& value = object["advance"];
        change.advance =
            value.is_string() ? parse_duration(value.get<std::string>()) : std::nullopt;
        if (!change.advance) {
            throw UsageError("'advance' must be a duration such as \"31s\", \"1m30s\" or \"2h\"");
        }
    }
    if (object.contains("factor")) {
        const Json& value = object["factor"];
        const double factor = value.is_number() ? value.get<double>() : 0;
        if (!(factor > 0 && factor <= highest_factor)) {
            throw UsageError(
                "'factor' must be a number above 0, at most 1000000; to stop the clock, send "
                "{\"pause\": true}");
        }
        change.factor = factor;
    }
    if (object.empty()) {
        throw UsageError(
            "send one or more of advance, pause, resume, factor and set; GET reads the clock");
    }
    if (change.pause && change.resume) {
        throw UsageError("the clock cannot both pause and resume");
    }
    return change;
}

std::optional<Instant> parse_reset(std::string_view body) {
    return read_instant(read_object(body, {"start"}), "start");
}

}  // namespace orrery::server
