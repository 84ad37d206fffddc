/// FilterRule: one alternative of what a filter pattern allows a value to be.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

/// [docs: invocation-eventfiltering; eb-create-pattern-operators; aws/event-ruler README]
class FilterRule {
public:
    /// `json` is an element of a pattern's list. Throws AWS's error for what is no rule.
    static FilterRule compile(std::string_view json);

    enum class About : std::uint8_t { value, presence };
    /// Whether it is of values, or of there being one.
    About about() const { return operator_ == Operator::exists ? About::presence : About::value; }
    /// Whether there has to be a value; of a rule about presence only.
    bool wants_value() const { return exists_; }
    /// `value` is no object and no array. Of a rule about values only.
    bool matches(std::string_view value) const;

private:
    enum class Operator : std::uint8_t {
        string,   // exactly this one
        written,  // a number, true, false, null: as it is written
        prefix,
        suffix,
        numeric,
        exists,
        anything_but  // of what `others_` match
    };
    enum class Case : std::uint8_t { matters, ignored };
    struct Bound {
        double number = 0;
        enum class Kind : std::uint8_t { equal, above, at_least, below, at_most } kind{};

        bool holds(double value) const;
    };

    static FilterRule scalar(std::string_view json);
    static FilterRule of_text(Operator kind, std::string_view json, Case letters);
    static std::vector<FilterRule> of_texts(std::string_view name, std::string_view json);
    static FilterRule named(std::string_view name, std::string_view json);
    static FilterRule anything_but(std::string_view json);
    static FilterRule numeric(std::string_view json);
    static FilterRule existence(std::string_view json);
    bool matches_text(std::string_view text) const;

    Operator operator_ = Operator::written;
    Case case_ = Case::matters;
    bool exists_ = false;
    std::string text_;
    std::vector<Bound> bounds_;
    std::vector<FilterRule> others_;
};

/// Whether it names an operator, so that it can be no field of an alternative of "$or".
/// [aws/event-ruler README]
bool is_filter_operator(std::string_view name);

/// Throws AWS's error for a pattern that is none. [LS test_sqs_invalid_event_filter]
[[noreturn]] void invalid_pattern(const std::string& why = "");

}  // namespace orrery::lambda
