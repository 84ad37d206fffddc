#include "services/lambda/filter_rule.h"

#include "services/lambda/json_text.h"
#include "services/lambda/refusal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace orrery::lambda {

namespace {

constexpr std::array<std::string_view, 6> operators{
    "anything-but", "equals-ignore-case", "exists", "numeric", "prefix", "suffix"};
/// EventBridge has these; Lambda's table of operators does not. [docs: invocation-eventfiltering]
constexpr std::array<std::string_view, 2> of_event_buses{"cidr", "wildcard"};

/// Numbers can be compared up to here, above and below zero. [aws/event-ruler README]
constexpr double largest_number = 5.0e9;

template <std::size_t size>
bool among(const std::array<std::string_view, size>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Nothing for what cannot be compared.
std::optional<double> comparable(std::string_view value) {
    double number = 0;
    if (!is_number(value) ||
        std::from_chars(value.data(), value.data() + value.size(), number).ec != std::errc() ||
        number < -largest_number || number > largest_number) {
        return std::nullopt;
    }
    return number;
}

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool same(std::string_view a, std::string_view b, bool ignoring_case) {
    return ignoring_case ? std::equal(a.begin(),
                                      a.end(),
                                      b.begin(),
                                      b.end(),
                                      [](char x, char y) { return lower(x) == lower(y); })
                         : a == b;
}

/// The one member of an object.
struct Member {
    std::string name;
    std::string_view value;
};

Member only_member(std::string_view json) {
    if (!is_object(json)) {
        invalid_pattern();
    }
    std::string scratch;
    JsonParts members(json);
    if (!members.next()) {
        invalid_pattern();
    }
    Member member{std::string(string_text(members.key(), scratch)), members.value()};
    if (members.next()) {
        invalid_pattern();
    }
    return member;
}

}  // namespace

bool is_filter_operator(std::string_view name) {
    return among(operators, name) || among(of_event_buses, name);
}

void invalid_pattern(const std::string& why) {
    invalid_parameter("Invalid filter pattern definition." + (why.empty() ? why : " " + why));
}

FilterRule FilterRule::compile(std::string_view json) {
    if (is_array(json)) {
        invalid_pattern();
    }
    if (!is_object(json)) {
        return scalar(json);
    }
    const Member member = only_member(json);
    if (member.name == "anything-but") {
        return anything_but(member.value);
    }
    if (member.name == "numeric") {
        return numeric(member.value);
    }
    if (member.name == "exists") {
        return existence(member.value);
    }
    return named(member.name, member.value);
}

FilterRule FilterRule::scalar(std::string_view json) {
    if (is_string(json)) {
        return of_text(Operator::string, json, Case::matters);
    }
    if (is_array(json) || is_object(json)) {
        invalid_pattern();
    }
    FilterRule rule;
    rule.text_ = json;
    return rule;
}

FilterRule FilterRule::of_text(Operator kind, std::string_view json, Case letters) {
    if (!is_string(json)) {
        invalid_pattern();
    }
    std::string scratch;
    FilterRule rule;
    rule.operator_ = kind;
    rule.case_ = letters;
    rule.text_ = string_text(json, scratch);
    return rule;
}

/// "prefix", "suffix" and "equals-ignore-case"; the first two with the last one inside, too.
FilterRule FilterRule::named(std::string_view name, std::string_view json) {
    if (among(of_event_buses, name)) {
        invalid_pattern("Event source mappings do not have the operator " + std::string(name) +
                        ".");
    }
    if (name == "equals-ignore-case") {
        return of_text(Operator::string, json, Case::ignored);
    }
    if (name != "prefix" && name != "suffix") {
        invalid_pattern();
    }
    const Operator kind = name == "prefix" ? Operator::prefix : Operator::suffix;
    if (!is_object(json)) {
        return of_text(kind, json, Case::matters);
    }
    const Member inner = only_member(json);
    if (inner.name != "equals-ignore-case") {
        invalid_pattern();
    }
    return of_text(kind, inner.value, Case::ignored);
}

/// One text or a list of them.
std::vector<FilterRule> FilterRule::of_texts(std::string_view name, std::string_view json) {
    std::vector<FilterRule> rules;
    if (!is_array(json)) {
        rules.push_back(named(name, json));
        return rules;
    }
    for (JsonParts elements(json); elements.next();) {
        rules.push_back(named(name, elements.value()));
    }
    return rules;
}

FilterRule FilterRule::anything_but(std::string_view json) {
    FilterRule rule;
    rule.operator_ = Operator::anything_but;
    if (is_object(json)) {
        const Member inner = only_member(json);
        rule.others_ = of_texts(inner.name, inner.value);
    } else if (is_array(json)) {
        for (JsonParts elements(json); elements.next();) {
            rule.others_.push_back(scalar(elements.value()));
        }
    } else {
        rule.others_.push_back(scalar(json));
    }
    if (rule.others_.empty()) {
        invalid_pattern();
    }
    return rule;
}

/// ["=", 5], ["<", 5], [">", 0, "<=", 5]: a lower bound comes before an upper one.
FilterRule FilterRule::numeric(std::string_view json) {
    FilterRule rule;
    rule.operator_ = Operator::numeric;
    if (!is_array(json)) {
        invalid_pattern();
    }
    std::string scratch;
    for (JsonParts elements(json); elements.next();) {
        const std::string_view sign =
            is_string(elements.value()) ? string_text(elements.value(), scratch) : "";
        Bound bound;
        if (sign == "=") {
            bound.kind = Bound::Kind::equal;
        } else if (sign == ">" || sign == ">=") {
            bound.kind = sign == ">" ? Bound::Kind::above : Bound::Kind::at_least;
        } else if (sign == "<" || sign == "<=") {
            bound.kind = sign == "<" ? Bound::Kind::below : Bound::Kind::at_most;
        } else {
            invalid_pattern();
        }
        const auto number =
            elements.next() ? comparable(elements.value()) : std::optional<double>();
        if (!number) {
            invalid_pattern();
        }
        bound.number = *number;
        rule.bounds_.push_back(bound);
    }
    const auto lower_bound = [](const Bound& bound) {
        return bound.kind == Bound::Kind::above || bound.kind == Bound::Kind::at_least;
    };
    const bool range = rule.bounds_.size() == 2 && lower_bound(rule.bounds_[0]) &&
                       rule.bounds_[1].kind != Bound::Kind::equal &&
                       !lower_bound(rule.bounds_[1]) &&
                       rule.bounds_[0].number < rule.bounds_[1].number;
    if (rule.bounds_.size() != 1 && !range) {
        invalid_pattern();
    }
    return rule;
}

FilterRule FilterRule::existence(std::string_view json) {
    if (json != "true" && json != "false") {
        invalid_pattern();
    }
    FilterRule rule;
    rule.operator_ = Operator::exists;
    rule.exists_ = json == "true";
    return rule;
}

bool FilterRule::Bound::holds(double value) const {
    switch (kind) {
        case Kind::equal: return value == number;
        case Kind::above: return value > number;
        case Kind::at_least: return value >= number;
        case Kind::below: return value < number;
        case Kind::at_most: return value <= number;
    }
    return false;
}

bool FilterRule::matches(std::string_view value) const {
    switch (operator_) {
        case Operator::written: return value == text_;
        case Operator::string:
        case Operator::prefix:
        case Operator::suffix: {
            std::string scratch;
            return is_string(value) && matches_text(string_text(value, scratch));
        }
        case Operator::numeric: {
            const auto number = comparable(value);
            return number && std::all_of(bounds_.begin(), bounds_.end(), [&](const Bound& bound) {
                       return bound.holds(*number);
                   });
        }
        case Operator::anything_but:
            return std::none_of(others_.begin(), others_.end(), [&](const FilterRule& other) {
                return other.matches(value);
            });
        case Operator::exists: break;
    }
    return false;
}

bool FilterRule::matches_text(std::string_view text) const {
    const bool ignoring = case_ == Case::ignored;
    if (operator_ == Operator::string) {
        return same(text, text_, ignoring);
    }
    if (text.size() < text_.size()) {
        return false;
    }
    return same(operator_ == Operator::prefix ? text.substr(0, text_.size())
                                              : text.substr(text.size() - text_.size()),
                text_,
                ignoring);
}

}  // namespace orrery::lambda
