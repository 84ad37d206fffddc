#include "services/logs/json_pattern.h"

#include "services/aws/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::logs {

namespace {

constexpr int wildcards_per_pattern = 3;  // [docs: FilterAndPatternSyntax, quotas]

/// The message as JSON; discarded if it is none.
Json read_message(std::string_view message) {
    const std::size_t first = message.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || (message[first] != '{' && message[first] != '[')) {
        return Json(Json::value_t::discarded);  // most messages that are not JSON, at no cost
    }
    return Json::parse(message.begin(), message.end(), nullptr, /*allow_exceptions=*/false);
}

/// Nothing for what is no single value: "if a property selector points to an array or object, the
/// filter pattern won't match the log format" [docs: FilterAndPatternSyntax].
std::optional<FieldValue> value_of(const Json& json) {
    if (json.is_string()) {
        return FieldValue{json.get<std::string>(), std::nullopt};
    }
    if (json.is_number()) {
        return FieldValue{json.dump(), json.get<double>()};
    }
    if (json.is_boolean()) {
        return FieldValue{json.dump(), std::nullopt};
    }
    return std::nullopt;
}

}  // namespace

JsonPattern::Leaf JsonPattern::read_leaf(PatternCursor& cursor) {
    cursor.skip_spaces();
    Leaf leaf{JsonSelector::read(cursor)};
    cursor.skip_spaces();
    if (cursor.take_word("IS")) {
        cursor.skip_spaces();
        if (cursor.take_word("NULL")) {
            leaf.test = Test::is_null;
        } else if (cursor.take_word("TRUE")) {
            leaf.test = Test::is_true;
        } else if (cursor.take_word("FALSE")) {
            leaf.test = Test::is_false;
        } else {
            invalid_pattern();
        }
    } else if (cursor.take_word("NOT")) {
        cursor.skip_spaces();
        if (!cursor.take_word("EXISTS")) {
            invalid_pattern();
        }
        leaf.test = Test::not_exists;
    } else {
        leaf.condition = PatternCondition::read(cursor);
    }
    return leaf;
}

PatternExpression<JsonPattern::Leaf> JsonPattern::read(std::string_view text) {
    PatternCursor cursor(text);
    auto expression = PatternExpression<Leaf>::read(cursor, read_leaf);
    if (!cursor.at_end()) {
        invalid_pattern();
    }
    return expression;
}

JsonPattern::JsonPattern(std::string_view text) : expression_(read(text)) {
    int wildcards = 0;
    expression_.each_leaf([&](const Leaf& leaf) {
        regexes_ += leaf.condition && leaf.condition->has_regex() ? 1 : 0;
        wildcards += leaf.selector.has_wildcard() ? 1 : 0;
    });
    if (wildcards > wildcards_per_pattern) {
        invalid_pattern();
    }
}

bool JsonPattern::holds(const Leaf& leaf, const Json& root) {
    const std::vector<const Json*> found = leaf.selector.find(root);
    if (leaf.test == Test::not_exists) {
        return found.empty();
    }
    return std::any_of(found.begin(), found.end(), [&](const Json* json) {
        switch (leaf.test) {
            case Test::is_null: return json->is_null();
            case Test::is_true: return json->is_boolean() && json->get<bool>();
            case Test::is_false: return json->is_boolean() && !json->get<bool>();
            default: break;
        }
        const auto value = value_of(*json);
        return value && leaf.condition->holds(*value);
    });
}

bool JsonPattern::matches(std::string_view message) const {
    const Json root = read_message(message);
    return !root.is_discarded() &&
           expression_.holds([&](const Leaf& leaf) { return holds(leaf, root); });
}

ExtractedValues JsonPattern::extract(std::string_view message) const {
    const Json root = read_message(message);
    ExtractedValues values;
    expression_.each_leaf([&](const Leaf& leaf) {
        for (const Json* json : leaf.selector.find(root)) {
            if (auto value = value_of(*json)) {
                values.emplace(leaf.selector.text(), std::move(value->text));
            }
        }
    });
    return values;
}

bool JsonPattern::is_selector(std::string_view selector) const {
    try {
        PatternCursor cursor(selector);
        return !JsonSelector::read(cursor).has_wildcard() && cursor.at_end();
    } catch (const aws::ApiError&) {
        return false;
    }
}

std::optional<std::string> JsonPattern::field(std::string_view message,
                                              std::string_view selector) const {
    PatternCursor cursor(selector);
    const JsonSelector parsed = JsonSelector::read(cursor);
    const Json root = read_message(message);
    for (const Json* json : parsed.find(root)) {
        if (auto value = value_of(*json)) {
            return std::move(value->text);
        }
    }
    return std::nullopt;
}

}  // namespace orrery::logs
