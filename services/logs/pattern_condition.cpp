#include "services/logs/pattern_condition.h"

#include <charconv>
#include <system_error>

namespace orrery::logs {

namespace {

// "Strings that contain types other than alphanumeric characters and the underscore symbol must be
// placed in double quotation marks" [docs: FilterAndPatternSyntax]; the examples there have these
// as well.
bool is_bare(char c) {
    return is_letter_or_digit(c) || std::string_view("_-.*+/:@").find(c) != std::string_view::npos;
}

bool ends_value(char c) {
    return std::string_view(" \t\r\n,)]}&|").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) {
            return std::nullopt;
        }
    }
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.empty() || !((digits[0] >= '0' && digits[0] <= '9') || digits[0] == '.')) {
        return std::nullopt;  // "inf" and "nan" are not numbers here
    }
    double number = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && rest == end ? std::optional(number) : std::nullopt;
}

PatternCondition::Operator PatternCondition::read_operator(PatternCursor& cursor) {
    if (cursor.take("!=")) {
        return Operator::not_equal;
    }
    if (cursor.take("<=")) {
        return Operator::less_or_equal;
    }
    if (cursor.take(">=")) {
        return Operator::greater_or_equal;
    }
    if (cursor.take("=")) {
        return Operator::equal;
    }
    if (cursor.take("<")) {
        return Operator::less;
    }
    if (cursor.take(">")) {
        return Operator::greater;
    }
    invalid_pattern();
}

PatternCondition PatternCondition::read(PatternCursor& cursor) {
    PatternCondition condition;
    condition.operator_ = read_operator(cursor);
    cursor.skip_spaces();
    if (cursor.peek() == '%') {
        condition.regex_.emplace(cursor.take_regex());
    } else if (cursor.peek() == '"') {
        condition.text_ = cursor.take_quoted();
    } else {
        condition.text_ = cursor.take_while(is_bare);
        if (!cursor.at_end() && !ends_value(cursor.peek())) {
            invalid_character(cursor.next_shown());
        }
        if (condition.text_.empty()) {
            invalid_pattern();
        }
        condition.number_ = parse_number(condition.text_);
    }
    const bool compares_sizes =
        condition.operator_ != Operator::equal && condition.operator_ != Operator::not_equal;
    if (compares_sizes && !condition.number_) {
        invalid_pattern();
    }
    std::string& text = condition.text_;
    // "Ev*ent" is that text itself: only at the ends '*' stands for anything [docs: older
    // FilterAndPatternSyntax].
    condition.open_start_ = text.starts_with('*');
    condition.open_end_ = text.size() > 1 && text.ends_with('*');
    if (condition.open_end_) {
        text.pop_back();
    }
    if (condition.open_start_) {
        text.erase(0, 1);
    }
    return condition;
}

bool PatternCondition::text_fits(std::string_view text) const {
    if (open_start_ && text_.empty()) {
        return true;  // "*"
    }
    if (open_start_ && open_end_) {
        return text.find(text_) != std::string_view::npos;
    }
    if (open_start_) {
        return text.ends_with(text_);
    }
    return open_end_ ? text.starts_with(text_) : text == text_;
}

bool PatternCondition::equals(const FieldValue& value) const {
    if (regex_) {
        return regex_->found_in(value.text);
    }
    return number_ && value.number ? *value.number == *number_ : text_fits(value.text);
}

bool PatternCondition::holds(const FieldValue& value) const {
    switch (operator_) {
        case Operator::equal: return equals(value);
        case Operator::not_equal: return !equals(value);
        case Operator::less: return value.number && *value.number < *number_;
        case Operator::less_or_equal: return value.number && *value.number <= *number_;
        case Operator::greater: return value.number && *value.number > *number_;
        case Operator::greater_or_equal: return value.number && *value.number >= *number_;
    }
    return false;
}

}  // namespace orrery::logs
