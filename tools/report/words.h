/// What each kind of trace event says in words: one function and one row for each kind.
#pragma once

#include "engine/json.h"
#include "tools/report/text.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::report {

/// How often each message was received so far, by its id.
using Receives = std::map<std::string, std::uint64_t, std::less<>>;

struct Words {
    std::string text;
    Tone tone = Tone::normal;
};

/// An unknown kind is given with all its fields. Keeps `receives` up to date.
Words describe(std::string_view kind, const Json& data, Receives& receives);

/// The lines of a log event as the function wrote them: without Lambda's START, END and REPORT,
/// which the timeline says in its own words, and without the time and request id that Lambda's
/// logging puts before each record.
std::vector<std::string> log_lines(const Json& data);

}  // namespace orrery::report
