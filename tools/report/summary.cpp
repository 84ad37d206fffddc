#include "tools/report/summary.h"

#include "engine/trace.h"
#include "scenarios/language/scenario.h"
#include "tools/report/table.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace orrery::report {

namespace {

/// The counts of `source`'s row, "sqs/Orders" being that of "Orders". Made when first seen.
template <typename Row>
Row& row_of(std::map<std::string, Row, std::less<>>& rows, std::string_view source) {
    const std::string_view name = source.substr(source.find('/') + 1);
    const auto found = rows.find(name);
    return found != rows.end() ? found->second : rows[std::string(name)];
}

std::uint64_t messages_in(const TraceEvent& event) {
    const Json data = event.json();
    const auto ids = data.find("message_ids");
    return ids == data.end() ? 0 : ids->size();
}

std::string seconds(Duration duration) {
    std::array<char, 40> text{};
    std::snprintf(
        text.data(), text.size(), "%.3f s", std::chrono::duration<double>(duration).count());
    return text.data();
}

}  // namespace

void Summary::observe(const TraceEvent& event) {
    start_ = start_.value_or(event.at);
    if (event.source.starts_with("sqs/")) {
        observe_queue(event);
    } else if (event.source.starts_with("lambda/")) {
        observe_function(event);
    } else if (event.source.starts_with("rds/")) {
        observe_database(event);
    }
}

void Summary::observe_queue(const TraceEvent& event) {
    Queue& queue = row_of(queues_, event.source);
    if (event.kind == "sqs.message.sent") {
        ++queue.sent;
    } else if (event.kind == "sqs.messages.received") {
        queue.received += messages_in(event);
    } else if (event.kind == "sqs.messages.deleted") {
        queue.deleted += messages_in(event);
    } else if (event.kind == "sqs.message.moved_to_dlq") {
        ++queue.moved;
    } else if (event.kind == "sqs.message.expired") {
        ++queue.expired;
    }
}

void Summary::observe_function(const TraceEvent& event) {
    Function& function = row_of(functions_, event.source);
    if (event.kind == "lambda.invocation.started") {
        ++function.invocations;
    } else if (event.kind == "lambda.invocation.failed") {
        ++function.errors;
        const Json data = event.json();
        const std::string message = data.value("error_message", "");
        std::string words = data.value("error_type", "");
        words +=
            (words.empty() || message.empty() ? "" : ": ") + message.substr(0, message.find('\n'));
        Failure& failure = function.failures[words];
        failure.first = failure.count++ == 0 ? event.at : failure.first;
    } else if (event.kind == "lambda.environment.starting") {
        ++function.environments;
    }
}

void Summary::observe_database(const TraceEvent& event) {
    Database& database = row_of(databases_, event.source);
    if (event.kind == "rds.connection.opened") {
        ++database.connections;
    } else if (event.kind == "rds.statement") {
        ++database.statements;
        database.errors += event.json().contains("error_code") ? 1U : 0U;
    }
}

std::string Summary::text(Palette palette) const {
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    Table queues({"queue", "sent", "received", "deleted", "moved to DLQ", "expired"});
    for (const auto& [name, row] : queues_) {
        queues.add({name,
                    number(row.sent),
                    number(row.received),
                    number(row.deleted),
                    number(row.moved),
                    number(row.expired)});
    }
    Table functions({"function", "invocations", "errors", "environments"});
    for (const auto& [name, row] : functions_) {
        functions.add(
            {name, number(row.invocations), number(row.errors), number(row.environments)});
    }
    Table databases({"database", "connections", "statements", "errors"});
    for (const auto& [name, row] : databases_) {
        databases.add({name, number(row.connections), number(row.statements), number(row.errors)});
    }
    std::string out;
    for (const Table* table : {&queues, &functions, &databases}) {
        if (!table->empty()) {
            out += table->text(palette) + "\n";
        }
    }
    return out + failures_text(palette);
}

std::string Summary::failures_text(Palette palette) const {
    std::string out;
    for (const auto& [name, function] : functions_) {
        for (const auto& [words, failure] : function.failures) {
            out += name + " failed " + std::to_string(failure.count) +
                   (failure.count == 1 ? " time" : " times") + ", first at +" +
                   format_duration(failure.first - *start_) + ": " +
                   paint(printable(words), Tone::bad, palette) + "\n";
            if (words.find("No module named '") != std::string::npos) {
                out +=
                    "  A package of the function's is missing: pip install -t its CodeUri, or name "
                    "a "
                    "virtual environment's interpreter with 'python:' under 'simulate:'.\n";
            }
        }
    }
    return out.empty() ? out : out + "\n";
}

std::string failure_text(const Verdict& verdict, Palette palette) {
    std::string out = paint("FAILED", Tone::bad, palette) + "  " +
                      paint(verdict.expectation, Tone::strong, palette);
    out += "\n        " + verdict.where.text() + "\n";
    std::string_view rest = verdict.explanation;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        out += "        " + printable(rest.substr(0, end)) + "\n";
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

std::string figures_text(const RunResult& result, const RunFigures& figures, Palette palette) {
    const auto passed = std::count_if(result.verdicts.begin(),
                                      result.verdicts.end(),
                                      [](const Verdict& verdict) { return verdict.passed; });
    const auto failed = static_cast<std::ptrdiff_t>(result.verdicts.size()) - passed;
    const auto line = [&](const std::string& head, const std::string& text) {
        return paint(head + std::string(14 - head.size(), ' '), Tone::dim, palette) + text + "\n";
    };
    std::string verdicts =
        paint(std::to_string(passed) + " passed", passed > 0 ? Tone::good : Tone::normal, palette);
    verdicts +=
        ", " +
        paint(std::to_string(failed) + " failed", failed > 0 ? Tone::bad : Tone::normal, palette);
    if (result.skipped_steps + result.skipped_expectations > 0) {
        verdicts += "; not reached: " + std::to_string(result.skipped_steps) + " steps, " +
                    std::to_string(result.skipped_expectations) + " expectations";
    }
    return line("expectations", verdicts) +
           line("virtual time", format_duration(result.end - result.start)) +
           line("real time", seconds(figures.real_time)) +
           line("events", std::to_string(result.events)) +
           line("seed", std::to_string(figures.seed)) + line("fingerprint", result.fingerprint);
}

}  // namespace orrery::report
