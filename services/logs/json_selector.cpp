#include "services/logs/json_selector.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace orrery::logs {

namespace {

constexpr std::size_t longest_index = 9;  // digits

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

void JsonSelector::add_wildcard() {
    // "You can only use up to one wildcard selector in a property selector" [docs:
    // FilterAndPatternSyntax].
    if (++wildcards_ > 1) {
        invalid_pattern();
    }
    steps_.push_back({StepKind::any});
}

void JsonSelector::read_member(PatternCursor& cursor) {
    if (cursor.take("*")) {
        text_ += '*';
        add_wildcard();
        return;
    }
    const std::string_view name =
        cursor.take_while([](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
    if (name.empty()) {
        if (cursor.at_end()) {
            invalid_pattern();
        }
        // ``{ $."sc-status" = 5* }`` is answered with '$."'.
        invalid_character(text_.append(cursor.next_shown()));
    }
    text_ += name;
    steps_.push_back({StepKind::member, std::string(name)});
}

void JsonSelector::read_brackets(PatternCursor& cursor) {
    text_ += '[';
    if (cursor.take("'")) {
        const std::string_view name = cursor.take_while([](char c) { return c != '\''; });
        cursor.expect("'");
        text_.append("'").append(name).append("'");
        steps_.push_back({StepKind::member, std::string(name)});
    } else if (cursor.take("*")) {
        text_ += '*';
        add_wildcard();
    } else {
        const std::string_view digits = cursor.take_while(is_digit);
        if (digits.empty() || digits.size() > longest_index) {
            invalid_pattern();
        }
        text_ += digits;
        steps_.push_back({StepKind::element, {}, std::stoul(std::string(digits))});
    }
    cursor.expect("]");
    text_ += ']';
}

JsonSelector JsonSelector::read(PatternCursor& cursor) {
    JsonSelector selector;
    cursor.expect("$");
    selector.text_ = "$";
    while (true) {
        if (cursor.take(".[")) {
            selector.text_ += '.';
            selector.read_brackets(cursor);
        } else if (cursor.take("[")) {
            selector.read_brackets(cursor);
        } else if (cursor.take(".")) {
            selector.text_ += '.';
            selector.read_member(cursor);
        } else {
            break;
        }
    }
    if (selector.steps_.empty()) {
        invalid_pattern();
    }
    return selector;
}

std::vector<const Json*> JsonSelector::find(const Json& root) const {
    std::vector<const Json*> found{&root};
    for (const Step& step : steps_) {
        std::vector<const Json*> next;
        for (const Json* value : found) {
            if (step.kind == StepKind::any && value->is_structured()) {
                for (const Json& child : *value) {
                    next.push_back(&child);
                }
            } else if (step.kind == StepKind::member && value->is_object()) {
                if (const auto member = value->find(step.name); member != value->end()) {
                    next.push_back(&*member);
                }
            } else if (step.kind == StepKind::element && value->is_array() &&
                       step.index < value->size()) {
                next.push_back(&(*value)[step.index]);
            }
        }
        found = std::move(next);
    }
    return found;
}

}  // namespace orrery::logs
