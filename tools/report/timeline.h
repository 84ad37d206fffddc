/// The timeline people read: each trace event as a line of words. A view: it records and decides
/// nothing.
#pragma once

#include "engine/time.h"
#include "tools/report/text.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace orrery {
struct TraceEvent;
}

namespace orrery::report {

/// Where an event happened, in words: "sqs/Orders" is "queue Orders".
std::string source_words(std::string_view source);

class TimelineView {
public:
    /// Times are shown relative to `start`.
    TimelineView(Instant start, Palette palette) : start_(start), palette_(palette) {}

    /// The event's line or lines, each with its end; nothing for what other lines already say.
    std::string render(const TraceEvent& event);

private:
    std::string margin(const TraceEvent& event);

    Instant start_;
    Palette palette_;
    std::size_t source_width_ = 16;                               // grows with the sources seen
    std::map<std::string, std::uint64_t, std::less<>> receives_;  // by message id
};

}  // namespace orrery::report
