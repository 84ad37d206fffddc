#include "scenarios/language/matchers.h"

#include "engine/regular_expression.h"
#include "scenarios/language/node_reader.h"
#include "scenarios/language/number.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <compare>

namespace orrery {

namespace {

using Result = std::optional<Difference>;

template <typename Holds>
Result match_comparison(const Json& argument,
                        const Json* actual,
                        const std::string& path,
                        std::string_view words,
                        const Holds& holds) {
    const auto bound = number_in(argument);
    const auto number = actual == nullptr ? std::nullopt : number_in(*actual);
    if (bound && number && holds(compare(*number, *bound))) {
        return std::nullopt;
    }
    return differ(path, "a number " + std::string(words) + " " + argument.dump(), actual);
}

Result match_between(const Json& argument, const Json* actual, const std::string& path) {
    const bool pair = argument.is_array() && argument.size() == 2;
    const auto low = pair ? number_in(argument[0]) : std::nullopt;
    const auto high = pair ? number_in(argument[1]) : std::nullopt;
    const auto number = actual == nullptr ? std::nullopt : number_in(*actual);
    if (low && high && number && compare(*number, *low) >= 0 && compare(*number, *high) <= 0) {
        return std::nullopt;
    }
    return differ(path, "a number between " + argument.dump() + ", both included", actual);
}

Result match_regex(const Json& argument, const Json* actual, const std::string& path) {
    if (argument.is_string() && actual != nullptr && actual->is_string() &&
        regex_finds(argument.get<std::string>(), actual->get<std::string>())) {
        return std::nullopt;
    }
    return differ(path, "text that matches " + preview(argument), actual);
}

struct NamedType {
    std::string_view name;
    bool (*holds)(const Json& value);
};

constexpr std::array<NamedType, 7> named_types{{
    {"string", [](const Json& value) { return value.is_string(); }},
    {"number", [](const Json& value) { return value.is_number(); }},
    {"integer", [](const Json& value) { return value.is_number_integer(); }},
    {"boolean", [](const Json& value) { return value.is_boolean(); }},
    {"object", [](const Json& value) { return value.is_object(); }},
    {"list", [](const Json& value) { return value.is_array(); }},
    {"value", [](const Json&) { return true; }},
}};

const NamedType* find_type(std::string_view name) {
    const auto type =
        std::find_if(named_types.begin(), named_types.end(), [&](const NamedType& candidate) {
            return candidate.name == name;
        });
    return type == named_types.end() ? nullptr : &*type;
}

Result match_any(const Json& argument, const Json* actual, const std::string& path) {
    const NamedType* type = argument.is_string() ? find_type(argument.get<std::string>()) : nullptr;
    if (type != nullptr && actual != nullptr && type->holds(*actual)) {
        return std::nullopt;
    }
    return differ(path, "any " + argument.get<std::string>(), actual);
}

Result match_absent(const Json& argument, const Json* actual, const std::string& path) {
    const bool wanted = argument == Json(true);
    if ((actual == nullptr) == wanted) {
        return std::nullopt;
    }
    return differ(path, wanted ? "nothing" : "something", actual);
}

/// In UTF-8 every byte but those that continue a code point begins one.
std::size_t code_points(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

Result match_length(const Json& argument, const Json* actual, const std::string& path) {
    if (actual == nullptr || !(actual->is_array() || actual->is_object() || actual->is_string())) {
        return differ(path, "something with a length", actual);
    }
    const std::size_t length =
        actual->is_string() ? code_points(actual->get_ref<const std::string&>()) : actual->size();
    const Json measured = length;
    auto difference = find_difference(argument, &measured, "length of " + path);
    if (difference) {
        difference->found += " in " + preview(*actual);
    }
    return difference;
}

Result match_not(const Json& argument, const Json* actual, const std::string& path) {
    if (find_difference(argument, actual, path)) {
        return std::nullopt;
    }
    return differ(path, "anything but " + preview(argument), actual);
}

Result match_json(const Json& argument, const Json* actual, const std::string& path) {
    const auto held = actual == nullptr ? std::nullopt : held_json(*actual);
    if (!held) {
        return differ(path, "JSON text that holds " + preview(argument), actual);
    }
    return find_difference(argument, &*held, path);
}

/// Gives `wanted` one of the elements that fit it, moving elements given before where needed
/// (augmenting paths).
bool assign(std::size_t wanted,
            const std::vector<std::vector<std::size_t>>& fits,
            std::vector<bool>& tried,
            std::vector<std::optional<std::size_t>>& taken_by) {
    for (const std::size_t element : fits[wanted]) {
        if (tried[element]) {
            continue;
        }
        tried[element] = true;
        if (!taken_by[element] || assign(*taken_by[element], fits, tried, taken_by)) {
            taken_by[element] = wanted;
            return true;
        }
    }
    return false;
}

/// A list that has an element which the argument matches.
Result match_contains(const Json& argument, const Json* actual, const std::string& path) {
    if (actual != nullptr && actual->is_array()) {
        for (const Json& element : *actual) {
            if (!find_difference(argument, &element, path)) {
                return std::nullopt;
            }
        }
    }
    return differ(path, "a list that contains " + preview(argument), actual);
}

Result match_unordered(const Json& argument, const Json* actual, const std::string& path) {
    if (!argument.is_array() || actual == nullptr || !actual->is_array()) {
        return differ(path, "a list, in any order", actual);
    }
    std::vector<std::vector<std::size_t>> fits(argument.size());
    for (std::size_t wanted = 0; wanted < argument.size(); ++wanted) {
        for (std::size_t element = 0; element < actual->size(); ++element) {
            if (!find_difference(argument[wanted], &(*actual)[element], path)) {
                fits[wanted].push_back(element);
            }
        }
    }
    std::vector<std::optional<std::size_t>> taken_by(actual->size());
    for (std::size_t wanted = 0; wanted < argument.size(); ++wanted) {
        std::vector<bool> tried(actual->size());
        if (!assign(wanted, fits, tried, taken_by)) {
            return differ(path, preview(argument[wanted]) + " among the elements", actual);
        }
    }
    const auto extra = std::find(taken_by.begin(), taken_by.end(), std::nullopt);
    if (extra != taken_by.end()) {
        const auto element = static_cast<std::size_t>(extra - taken_by.begin());
        return differ(path + "[" + std::to_string(element) + "]", "nothing", &(*actual)[element]);
    }
    return std::nullopt;
}

void check_number(const DocumentNode& argument, std::string_view name) {
    if (!argument.tag.empty()) {
        return;
    }
    if (!argument.is_scalar() || !number_in(argument.to_json())) {
        throw UsageError(argument.where,
                         std::string(name) + " needs a number, not " + describe(argument));
    }
}

void check_pair(const DocumentNode& argument, std::string_view name) {
    require_list(argument, name);
    if (argument.items.size() != 2) {
        throw UsageError(argument.where,
                         std::string(name) + " needs two numbers: [lowest, highest]");
    }
    check_number(argument.items[0], name);
    check_number(argument.items[1], name);
}

void check_pattern(const DocumentNode& argument, std::string_view name) {
    if (const auto problem = regex_problem(read_text(argument, name))) {
        throw UsageError(argument.where, "this regular expression is wrong: " + *problem);
    }
}

void check_type(const DocumentNode& argument, std::string_view name) {
    const std::string& text = read_text(argument, name);
    if (find_type(text) != nullptr) {
        return;
    }
    std::vector<std::string_view> names;
    for (const NamedType& type : named_types) {
        names.push_back(type.name);
    }
    throw UsageError(argument.where,
                     std::string(name) + " knows no type '" + text + "'" + suggestion(text, names));
}

void check_flag(const DocumentNode& argument, std::string_view name) {
    read_boolean(argument, name);
}

constexpr auto match_greater =
    [](const Json& argument, const Json* actual, const std::string& path) {
        return match_comparison(argument, actual, path, "above", std::is_gt);
    };
constexpr auto match_greater_or_equal =
    [](const Json& argument, const Json* actual, const std::string& path) {
        return match_comparison(argument, actual, path, "of at least", std::is_gteq);
    };
constexpr auto match_less = [](const Json& argument, const Json* actual, const std::string& path) {
    return match_comparison(argument, actual, path, "below", std::is_lt);
};
constexpr auto match_less_or_equal =
    [](const Json& argument, const Json* actual, const std::string& path) {
        return match_comparison(argument, actual, path, "of at most", std::is_lteq);
    };

constexpr std::array<Matcher, 13> matchers{{
    {"$gt", match_greater, check_number},
    {"$gte", match_greater_or_equal, check_number},
    {"$lt", match_less, check_number},
    {"$lte", match_less_or_equal, check_number},
    {"$between", match_between, check_pair},
    {"$regex", match_regex, check_pattern},
    {"$any", match_any, check_type},
    {"$absent", match_absent, check_flag},
    {"$length", match_length, nullptr},
    {"$not", match_not, nullptr},
    {"$json", match_json, nullptr},
    {"$contains", match_contains, nullptr},
    {"$unordered", match_unordered, require_list},
}};

}  // namespace

const Matcher* find_matcher(std::string_view name) {
    const auto matcher =
        std::find_if(matchers.begin(), matchers.end(), [&](const Matcher& candidate) {
            return candidate.name == name;
        });
    return matcher == matchers.end() ? nullptr : &*matcher;
}

std::vector<std::string_view> matcher_names() {
    std::vector<std::string_view> names;
    for (const Matcher& matcher : matchers) {
        names.push_back(matcher.name);
    }
    return names;
}

}  // namespace orrery
