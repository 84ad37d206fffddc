/// A comparison in a JSON or space-delimited filter pattern: `= "x*"`, `!= 4*`, `> 1e3`, `= %a|b%`.
#pragma once

#include "services/logs/pattern_cursor.h"
#include "services/logs/pattern_regex.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::logs {

/// An integer, a decimal or a number in scientific notation, with an optional sign.
std::optional<double> parse_number(std::string_view text);

/// What a field of a message has.
struct FieldValue {
    std::string text;
    std::optional<double> number;  // if it is one
};

class PatternCondition {
public:
    /// Reads the operator and what it compares with.
    static PatternCondition read(PatternCursor& cursor);

    bool holds(const FieldValue& value) const;
    bool has_regex() const { return regex_.has_value(); }

private:
    enum class Operator : std::uint8_t {
        equal,
        not_equal,
        less,
        less_or_equal,
        greater,
        greater_or_equal
    };

    static Operator read_operator(PatternCursor& cursor);
    bool equals(const FieldValue& value) const;
    bool text_fits(std::string_view text) const;

    Operator operator_ = Operator::equal;
    std::string text_;  // without the wildcards at its ends
    bool open_start_ = false;
    bool open_end_ = false;
    std::optional<double> number_;
    std::optional<PatternRegex> regex_;
};

}  // namespace orrery::logs
