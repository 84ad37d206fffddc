#include "tools/report/test_report.h"

#include "tools/report/summary.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace orrery::report {

namespace {

using Outcome = TestResult::Outcome;

struct Wording {
    Outcome outcome;
    const char* mark;  // at the beginning of its line
    const char* noun;  // in the sum
    Tone tone;
};

constexpr std::array wordings{
    Wording{Outcome::passed, "ok", "passed", Tone::good},
    Wording{Outcome::failed, "FAILED", "failed", Tone::bad},
    Wording{Outcome::not_understood, "UNCLEAR", "not understood", Tone::bad},
    Wording{Outcome::broken, "BROKEN", "broken by Orrery itself", Tone::bad},
};

const Wording& wording_of(Outcome outcome) {
    return *std::find_if(wordings.begin(), wordings.end(), [&](const Wording& wording) {
        return wording.outcome == outcome;
    });
}

constexpr std::size_t mark_width = 9;
constexpr std::size_t time_width = 13;
constexpr std::size_t events_width = 9;
constexpr std::size_t real_width = 7;

std::string left(std::string text, std::size_t columns) {
    const std::size_t used = width(text);
    return used < columns ? text + std::string(columns - used, ' ') : text;
}

std::string right(const std::string& text, std::size_t columns) {
    const std::size_t used = width(text);
    return used < columns ? std::string(columns - used, ' ') + text : text;
}

std::string milliseconds(Duration time) {
    return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(time).count()) + " ms";
}

/// In the text of several lines each with an indentation.
std::string indented(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        out += "        " + printable(text.substr(0, end)) + "\n";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string command(const TestResult& result) {
    return "orrery run " + shell_word(result.path) +
           (result.seed ? " --seed " + std::to_string(*result.seed) : "") +
           (result.runs_differ ? " --verify" : " --timeline");
}

/// Whether there is anything to tell of how it went.
bool was_played(const TestResult& result) {
    return result.outcome == Outcome::passed || result.outcome == Outcome::failed;
}

}  // namespace

std::string result_line(const TestResult& result, std::size_t path_width, Palette palette) {
    const Wording& wording = wording_of(result.outcome);
    std::string line = paint(left(wording.mark, mark_width), wording.tone, palette) +
                       left(printable(result.path), path_width);
    if (!was_played(result)) {
        return line + "  " + printable(result.title) + "\n";
    }
    line += right(format_duration(result.virtual_time), time_width) +
            right(std::to_string(result.events), events_width) + " events" +
            right(milliseconds(result.real_time), real_width + 3);
    return line + "  " + printable(result.title) + "\n";
}

std::string failure_report(const TestResult& result, Palette palette) {
    const std::string head = result.path + (result.title.empty() ? "" : ": " + result.title);
    std::string text = paint(printable(head), Tone::strong, palette) + "\n";
    for (const Verdict& verdict : result.failures) {
        text += failure_text(verdict, palette);
    }
    text += indented(result.message);
    if (!result.output.empty()) {
        text += "It wrote:\n" + indented(result.output);
    }
    const bool can_be_run = result.outcome == Outcome::failed || result.outcome == Outcome::broken;
    return can_be_run ? text + "To see it again: " + command(result) + "\n" : text;
}

std::string totals_line(const std::vector<TestResult>& results,
                        Duration real_time,
                        Palette palette) {
    std::string text = counted(results.size(), "scenario") + ":";
    const char* separator = " ";
    for (const Wording& wording : wordings) {
        const auto count =
            std::count_if(results.begin(), results.end(), [&](const TestResult& result) {
                return result.outcome == wording.outcome;
            });
        if (count > 0 || wording.outcome == Outcome::passed || wording.outcome == Outcome::failed) {
            text += separator + paint(std::to_string(count) + " " + wording.noun,
                                      count > 0 ? wording.tone : Tone::normal,
                                      palette);
            separator = ", ";
        }
    }
    Duration virtual_time{};
    for (const TestResult& result : results) {
        virtual_time += result.virtual_time;
    }
    return text + "; " + format_duration(virtual_time) + " of virtual time, each twice, in " +
           milliseconds(real_time) + "\n";
}

}  // namespace orrery::report
