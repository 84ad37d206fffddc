#include "scenarios/language/matching.h"

#include "scenarios/language/matchers.h"
#include "scenarios/language/node_reader.h"
#include "scenarios/language/number.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery {

namespace {

using Result = std::optional<Difference>;

bool holds_matchers(const Json& expected) {
    return expected.is_object() && !expected.empty() && expected.begin().key().starts_with('$');
}

Result match_list(const Json& expected, const Json& actual, const std::string& path) {
    for (std::size_t index = 0; index < std::min(expected.size(), actual.size()); ++index) {
        if (auto difference = find_difference(
                expected[index], &actual[index], path + "[" + std::to_string(index) + "]")) {
            return difference;
        }
    }
    if (expected.size() > actual.size()) {
        const std::size_t missing = actual.size();
        return differ(
            path + "[" + std::to_string(missing) + "]", preview(expected[missing]), nullptr);
    }
    if (actual.size() > expected.size()) {
        const std::size_t extra = expected.size();
        return differ(path + "[" + std::to_string(extra) + "]", "nothing", &actual[extra]);
    }
    return std::nullopt;
}

Result match_members(const Json& expected, const Json& actual, const std::string& path) {
    for (const auto& [name, value] : expected.items()) {
        const auto member = actual.find(name);
        const std::string where = path.empty() ? name : path + "." + name;
        if (auto difference =
                find_difference(value, member == actual.end() ? nullptr : &*member, where)) {
            return difference;
        }
    }
    return std::nullopt;
}

/// By their exact values: the library's own comparison rounds, and takes -1 for 2^64 - 1.
bool equal_numbers(const Json& expected, const Json& actual) {
    const auto left = number_in(expected);
    const auto right = number_in(actual);
    return left && right && compare(*left, *right) == 0;
}

}  // namespace

Difference differ(const std::string& path, std::string expected, const Json* actual) {
    return {path, std::move(expected), actual == nullptr ? "nothing" : preview(*actual)};
}

std::optional<Json> held_json(const Json& value) {
    if (!value.is_string()) {
        return std::nullopt;
    }
    Json held = Json::parse(value.get_ref<const std::string&>(), nullptr, false);
    if (held.is_discarded()) {
        return std::nullopt;
    }
    return held;
}

Result find_difference(const Json& expected, const Json* actual, const std::string& path) {
    if (holds_matchers(expected)) {
        for (const auto& [name, argument] : expected.items()) {
            const Matcher* matcher = find_matcher(name);
            if (matcher == nullptr) {
                return differ(path, preview(expected), actual);
            }
            if (auto difference = matcher->match(argument, actual, path)) {
                return difference;
            }
        }
        return std::nullopt;
    }
    if (actual == nullptr) {
        return differ(path, preview(expected), actual);
    }
    if (expected.is_structured() && actual->is_string()) {
        if (const auto held = held_json(*actual); held && held->is_structured()) {
            return find_difference(expected, &*held, path);
        }
    }
    if (expected.is_object() && actual->is_object()) {
        return match_members(expected, *actual, path);
    }
    if (expected.is_array() && actual->is_array()) {
        return match_list(expected, *actual, path);
    }
    if (expected.is_number() && actual->is_number() ? equal_numbers(expected, *actual)
                                                    : expected == *actual) {
        return std::nullopt;
    }
    return differ(path, preview(expected), actual);
}

void check_matchers(const DocumentNode& expected) {
    for (const DocumentNode& item : expected.items) {
        check_matchers(item);
    }
    const bool any =
        std::any_of(expected.members.begin(), expected.members.end(), [](const auto& member) {
            return member.key.text.starts_with('$');
        });
    for (const auto& [key, value] : expected.members) {
        check_matchers(value);
        if (!any) {
            continue;
        }
        const Matcher* matcher = find_matcher(key.text);
        if (matcher == nullptr) {
            throw UsageError(
                key.where,
                key.text.starts_with('$')
                    ? "there is no matcher '" + key.text + "'" +
                          suggestion(key.text, matcher_names())
                    : "'" + key.text + "' stands among matchers, which begin with '$'");
        }
        if (matcher->check != nullptr) {
            matcher->check(value, matcher->name);
        }
    }
}

std::string preview(const Json& value, std::size_t longest) {
    std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text.size() <= longest) {
        return text;
    }
    // Cut before a character, not within one.
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) {
        --end;
    }
    return text.substr(0, end) + "... (" + std::to_string(text.size()) + " bytes)";
}

}  // namespace orrery
