#include "tools/report/timeline.h"

#include "engine/trace.h"
#include "tools/report/words.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace orrery::report {

namespace {

struct SourceKind {
    std::string_view prefix;
    std::string_view word;
    Tone tone;
};

// The first that fits.
constexpr std::array<SourceKind, 5> source_kinds{{
    {"sqs/", "queue ", Tone::queue},
    {"lambda/", "function ", Tone::function},
    {"rds/", "database ", Tone::database},
    {"logs//aws/lambda/", "function ", Tone::function},
    {"logs/", "log group ", Tone::normal},
}};

const SourceKind* kind_of(std::string_view source) {
    const auto* found =
        std::find_if(source_kinds.begin(), source_kinds.end(), [&](const auto& kind) {
            return source.starts_with(kind.prefix);
        });
    return found == source_kinds.end() ? nullptr : found;
}

/// "123456789012/eu-west-1/", before what belongs to another account or Region than usual.
std::string_view scope_of(std::string_view source) {
    constexpr std::size_t account_digits = 12;
    const std::size_t account = source.find('/');
    if (account != account_digits || source.find_first_not_of("0123456789") != account_digits) {
        return {};
    }
    const std::size_t region = source.find('/', account + 1);
    return region == std::string_view::npos ? std::string_view() : source.substr(0, region + 1);
}

}  // namespace

std::string source_words(std::string_view source) {
    if (const std::string_view scope = scope_of(source); !scope.empty()) {
        return source_words(source.substr(scope.size())) + " in " +
               printable(scope.substr(0, scope.size() - 1));
    }
    const SourceKind* kind = kind_of(source);
    if (kind == nullptr) {
        return printable(source);
    }
    return std::string(kind->word) + printable(source.substr(kind->prefix.size()));
}

std::string TimelineView::margin(const TraceEvent& event) {
    constexpr std::size_t widest = 48;
    const std::string source = source_words(event.source);
    source_width_ = std::clamp(width(source), source_width_, widest);
    const std::size_t missing = source_width_ - std::min(source_width_, width(source));
    const SourceKind* kind = kind_of(event.source.substr(scope_of(event.source).size()));
    return paint(relative_time(event.at - start_), Tone::dim, palette_) + "  " +
           paint(source, kind == nullptr ? Tone::normal : kind->tone, palette_) +
           std::string(missing + 2, ' ');
}

std::string TimelineView::render(const TraceEvent& event) {
    const Json data = event.json();
    std::string out;
    if (event.kind == "logs.event") {
        for (const std::string& line : log_lines(data)) {
            out += margin(event) + paint("| ", Tone::dim, palette_) + line + "\n";
        }
        return out;
    }
    const Words words = describe(event.kind, data, receives_);
    return margin(event) + paint(words.text, words.tone, palette_) + "\n";
}

}  // namespace orrery::report
