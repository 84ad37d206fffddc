#include "tools/report/comparison.h"

#include "engine/trace.h"
#include "tools/report/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::report {

namespace {

constexpr std::string_view function_prefix = "lambda/";
constexpr std::string_view log_prefix = "logs//aws/lambda/";

/// The function that `source` belongs to, or "".
std::string_view function_of(std::string_view source) {
    for (const auto prefix : {function_prefix, log_prefix}) {
        if (source.starts_with(prefix)) {
            return source.substr(prefix.size());
        }
    }
    return {};
}

std::string request_id(const TraceEvent& event) {
    const Json data = event.json();
    const auto found = data.find("request_id");
    return found != data.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string invocation_words(const std::string& id, std::string_view function) {
    return "invocation " + id + " of function " + std::string(function);
}

}  // namespace

void TraceComparison::expect(const TraceEvent& event) {
    lines_.push_back({event.at, event.line()});
}

bool TraceComparison::compare(const TraceEvent& event) {
    if (difference_) {
        return false;
    }
    std::string line = event.line();
    const std::string* expected = compared_ < lines_.size() ? &lines_[compared_].text : nullptr;
    ++compared_;
    if (expected == nullptr || *expected != line) {
        difference_ = {compared_,
                       event.at,
                       expected == nullptr ? std::string() : *expected,
                       std::move(line),
                       during(event)};
        return false;
    }
    follow(event);
    return true;
}

void TraceComparison::finish() {
    if (difference_ || compared_ == lines_.size()) {
        return;
    }
    const Line& missing = lines_[compared_];
    difference_ = {compared_ + 1, missing.at, missing.text, {}, open_invocations({})};
}

void TraceComparison::follow(const TraceEvent& event) {
    if (event.kind == "lambda.invocation.started") {
        open_[request_id(event)] = function_of(event.source);
    } else if (event.kind == "lambda.invocation.succeeded" ||
               event.kind == "lambda.invocation.failed") {
        open_.erase(request_id(event));
    }
}

std::string TraceComparison::during(const TraceEvent& event) const {
    const std::string_view function = function_of(event.source);
    const std::string id =
        event.source.starts_with(function_prefix) ? request_id(event) : std::string();
    return id.empty() ? open_invocations(function) : invocation_words(id, function);
}

/// The invocations under way, of `function` only unless it is "".
std::string TraceComparison::open_invocations(std::string_view function) const {
    std::string text;
    for (const auto& [id, name] : open_) {
        if (function.empty() || function == name) {
            text += (text.empty() ? "" : ", or ") + invocation_words(id, name);
        }
    }
    return text;
}

std::string difference_text(const Difference& difference, Instant start) {
    const auto shown = [](const std::string& line) {
        return line.empty() ? std::string("(the run was over)") : printable(line);
    };
    const auto [first, second] = std::mismatch(difference.first.begin(),
                                               difference.first.end(),
                                               difference.second.begin(),
                                               difference.second.end());
    std::string text = "The two runs differ: event " + std::to_string(difference.number) + ", at " +
                       relative_time(difference.at - start);
    text += difference.during.empty() ? "\n" : ", in " + difference.during + "\n";
    text += "  first run:   " + shown(difference.first) + "\n";
    text += "  second run:  " + shown(difference.second) + "\n";
    if (!difference.first.empty() && !difference.second.empty()) {
        text += "  from byte " + std::to_string(first - difference.first.begin() + 1) +
                " of the event's trace line on\n";
    }
    return text;
}

}  // namespace orrery::report
