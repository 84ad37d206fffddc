#include "scenarios/language/explanation.h"

#include "engine/world.h"
#include "scenarios/language/matching.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace orrery {

namespace {

constexpr std::size_t shown_events = 8;
constexpr std::size_t longest_data = 140;

std::string event_line(const World& world, const TraceEvent& event) {
    std::string line = "  " + since_start(world, event.at);
    constexpr std::size_t column = 12;
    line.resize(std::max(line.size() + 1, column), ' ');
    line.append(event.source).append("  ").append(event.kind).append("  ");
    return line + preview(event.json(), longest_data);
}

}  // namespace

std::string explain(const Difference& difference, const Json& whole) {
    std::string text = difference.path + " is not as expected\n  expected: " + difference.expected +
                       "\n  found:    " + difference.found;
    constexpr std::size_t longest_whole = 600;
    const std::string all = preview(whole, longest_whole);
    if (all != difference.found) {
        text += "\n  all:      " + all;
    }
    return text;
}

std::string nearest_events(const World& world,
                           const std::string& what,
                           const EventFilter& filter,
                           std::optional<Instant> around) {
    std::vector<TraceEvent> events;
    for (std::uint64_t index = 0; index < world.trace.kept(); ++index) {
        if (const TraceEvent event = world.trace[index]; filter(event)) {
            events.push_back(event);
        }
    }
    if (events.empty()) {
        return "\nthere are no trace events of " + what;
    }
    if (events.size() > shown_events) {
        // The events lie in order of time: the nearest ones are a window.
        const Instant centre = around.value_or(events.back().at);
        const auto after =
            std::partition_point(events.begin(), events.end(), [&](const TraceEvent& event) {
                return event.at <= centre;
            });
        const auto until = static_cast<std::size_t>(after - events.begin());
        const std::size_t first =
            std::min(until - std::min(until, around ? shown_events / 2 : shown_events),
                     events.size() - shown_events);
        events = std::vector(events.begin() + static_cast<std::ptrdiff_t>(first),
                             events.begin() + static_cast<std::ptrdiff_t>(first + shown_events));
    }
    std::string text = "\nnearest trace events of " + what + ":";
    for (const TraceEvent& event : events) {
        text += "\n" + event_line(world, event);
    }
    return text;
}

EventFilter from_source(std::string source) {
    return [source = std::move(source)](const TraceEvent& event) { return event.source == source; };
}

std::string since_start(const World& world, Instant instant) {
    return "+" + format_duration(instant - world.loop.start());
}

}  // namespace orrery
