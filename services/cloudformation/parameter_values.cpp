#include "services/cloudformation/parameter_values.h"

#include "engine/regular_expression.h"

#include <algorithm>
#include <charconv>

namespace orrery::cloudformation {

namespace {

constexpr std::size_t longest_value = 4096;  // bytes [docs: quotas]

[[noreturn]] void fail(const Parameter& parameter, const std::string& constraint) {
    throw UsageError(parameter.where,
                     "the value of parameter " + parameter.name + " " + constraint);
}

std::vector<std::string> split_list(const std::string& text) {
    std::vector<std::string> items;
    std::size_t begin = 0;
    while (begin <= text.size() && !text.empty()) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        std::string item = text.substr(begin, end - begin);
        // Blanks around an item do not belong to it. [docs: parameters-section-structure]
        item.erase(0, std::min(item.find_first_not_of(' '), item.size()));
        item.erase(item.find_last_not_of(' ') + 1);
        items.push_back(std::move(item));
        begin = end + 1;
    }
    return items;
}

void check_number(const Parameter& parameter, const std::string& text) {
    double number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || stop != text.data() + text.size()) {
        fail(parameter, "must be a number");
    }
    if (parameter.min_value && number < *parameter.min_value) {
        fail(parameter, "is less than MinValue");
    }
    if (parameter.max_value && number > *parameter.max_value) {
        fail(parameter, "is more than MaxValue");
    }
}

void check_pattern(const Parameter& parameter, const std::string& text) {
    const std::string& pattern = *parameter.allowed_pattern;
    if (regex_problem(pattern)) {
        throw UsageError(parameter.where,
                         "AllowedPattern of parameter " + parameter.name +
                             " is no regular expression that can be used here");
    }
    if (!regex_matches(pattern, text)) {
        fail(parameter, "does not match AllowedPattern " + pattern);
    }
}

void check_item(const Parameter& parameter, const std::string& text) {
    if (parameter.is_number()) {
        check_number(parameter, text);
    }
    const auto& allowed = parameter.allowed_values;
    if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), text) == allowed.end()) {
        std::string list;
        for (const std::string& value : allowed) {
            list += (list.empty() ? "" : ", ") + value;
        }
        fail(parameter, "must be one of: " + list);
    }
    if (parameter.allowed_pattern) {
        check_pattern(parameter, text);
    }
}

ParameterValue checked_value(const Parameter& parameter, const std::string& text) {
    if (text.size() > longest_value) {
        fail(parameter, "is longer than " + std::to_string(longest_value) + " bytes");
    }
    const auto length = static_cast<std::int64_t>(text.size());
    if (parameter.min_length && length < *parameter.min_length) {
        fail(parameter, "is shorter than MinLength " + std::to_string(*parameter.min_length));
    }
    if (parameter.max_length && length > *parameter.max_length) {
        fail(parameter, "is longer than MaxLength " + std::to_string(*parameter.max_length));
    }
    ParameterValue value{text, {}, parameter.is_list(), parameter.no_echo};
    if (!value.is_list) {
        check_item(parameter, text);
        return value;
    }
    value.items = split_list(text);
    for (const std::string& item : value.items) {
        check_item(parameter, item);
    }
    return value;
}

}  // namespace

std::map<std::string, ParameterValue> parameter_values(
    const std::vector<Parameter>& declared, const std::map<std::string, std::string>& given) {
    std::vector<std::string_view> names;
    for (const Parameter& parameter : declared) {
        names.push_back(parameter.name);
    }
    for (const auto& [name, value] : given) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            throw UsageError("the template has no parameter '" + name + "'" +
                             suggestion(name, names));
        }
    }
    std::map<std::string, ParameterValue> values;
    for (const Parameter& parameter : declared) {
        const auto found = given.find(parameter.name);
        if (found == given.end() && !parameter.default_value) {
            throw UsageError(
                parameter.where,
                "parameter " + parameter.name + " has no Default and was given no value");
        }
        values[parameter.name] = checked_value(
            parameter, found != given.end() ? found->second : *parameter.default_value);
    }
    return values;
}

}  // namespace orrery::cloudformation
