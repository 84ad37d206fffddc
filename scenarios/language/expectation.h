/// What must be true: one class for each kind of expectation, found through the table in
/// expectation.cpp.
#pragma once

#include "engine/document.h"
#include "engine/error.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery {

class Names;
struct Stage;
struct Verdict;

/// Nothing where all is as expected, else the explanation.
using Finding = std::optional<std::string>;

class Expectation {
public:
    virtual ~Expectation() = default;
    Expectation(const Expectation&) = delete;
    Expectation& operator=(const Expectation&) = delete;

    const Location& where() const { return node_.where; }
    /// "queue OrdersDLQ: messages, depth"
    const std::string& title() const { return title_; }

    /// Checks what can be checked before a run. Throws UsageError.
    virtual void check_names(const Names& names) const = 0;
    /// Looks at the world as it stands, from outside the loop's events.
    virtual Finding check(Stage& stage) const = 0;

    /// Whether it needs the events that functions were invoked with.
    virtual bool looks_at_events() const { return false; }

    Verdict verdict(Stage& stage) const;

protected:
    Expectation(const DocumentNode& node, std::string title)
        : node_(node), title_(std::move(title)) {}

    DocumentNode node_;

private:
    std::string title_;
};

/// Reads one expectation. Throws UsageError.
std::unique_ptr<Expectation> parse_expectation(const DocumentNode& node);
/// Reads a list of them, or one alone.
std::vector<std::unique_ptr<Expectation>> parse_expectations(const DocumentNode& node);

// The kinds; each stands in a file of its own.
std::unique_ptr<Expectation> parse_queue_expectation(const DocumentNode& node);
std::unique_ptr<Expectation> parse_function_expectation(const DocumentNode& node);
std::unique_ptr<Expectation> parse_log_expectation(const DocumentNode& node);
std::unique_ptr<Expectation> parse_sql_expectation(const DocumentNode& node);
std::unique_ptr<Expectation> parse_table_expectation(const DocumentNode& node);
std::unique_ptr<Expectation> parse_trace_expectation(const DocumentNode& node);
std::unique_ptr<Expectation> parse_call_expectation(const DocumentNode& node);

/// "queue Orders: messages, depth": the kind and its subject, and the other members of `node`.
std::string expectation_title(const DocumentNode& node, std::string_view kind);

}  // namespace orrery
