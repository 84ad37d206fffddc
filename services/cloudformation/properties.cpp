#include "services/cloudformation/properties.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace orrery::cloudformation {

struct Properties::Value {
    Json json;
    Location where;
};

Properties::Properties(std::string type, Location where)
    : type_(std::move(type)), where_(std::move(where)) {}
Properties::~Properties() = default;
Properties::Properties(Properties&&) noexcept = default;

void Properties::set(const std::string& name, Json value, const Location& where) {
    values_[name] = std::make_unique<Value>(Value{std::move(value), where});
}

const Json* Properties::find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second->json;
}

std::optional<std::string> Properties::text(std::string_view name) const {
    const Json* value = find(name);
    if (!value) {
        return std::nullopt;
    }
    auto text = scalar_text(*value);
    if (!text) {
        fail(name, "must be text");
    }
    return text;
}

std::optional<std::int64_t> Properties::integer(std::string_view name) const {
    const Json* value = find(name);
    if (!value) {
        return std::nullopt;
    }
    const std::string text = scalar_text(*value).value_or("");
    std::int64_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || stop != text.data() + text.size()) {
        fail(name, "must be a whole number");
    }
    return number;
}

std::optional<bool> Properties::boolean(std::string_view name) const {
    const Json* value = find(name);
    if (!value) {
        return std::nullopt;
    }
    std::string text = scalar_text(*value).value_or("");
    for (char& c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (text == "true" || text == "yes" || text == "on") {
        return true;
    }
    if (text == "false" || text == "no" || text == "off") {
        return false;
    }
    fail(name, "must be true or false");
}

std::vector<std::string> Properties::texts(std::string_view name) const {
    const Json* value = find(name);
    std::vector<std::string> result;
    if (!value) {
        return result;
    }
    if (!value->is_array()) {
        fail(name, "must be a list");
    }
    for (const Json& item : *value) {
        const auto text = scalar_text(item);
        if (!text) {
            fail(name, "must be a list of texts");
        }
        result.push_back(*text);
    }
    return result;
}

Properties Properties::members(std::string_view name,
                               const std::vector<std::string_view>& known) const {
    Properties result(type_ + ": " + std::string(name), where(name));
    const Json* value = find(name);
    if (!value) {
        return result;
    }
    if (!value->is_object()) {
        fail(name, "must be a mapping");
    }
    for (const auto& [member, of] : value->items()) {
        if (std::find(known.begin(), known.end(), member) == known.end()) {
            fail(name, "has an unknown member " + member);
        }
        result.set(member, of, where(name));
    }
    return result;
}

std::map<std::string, std::string> Properties::tags() const {
    std::map<std::string, std::string> result;
    const Json* value = find("Tags");
    if (!value) {
        return result;
    }
    if (!value->is_array()) {
        fail("Tags", "must be a list of {Key, Value}");
    }
    for (const Json& tag : *value) {
        if (!tag.is_object() || tag.size() != 2 || !tag.contains("Key") || !tag.contains("Value")) {
            fail("Tags", "must be a list of {Key, Value}");
        }
        const auto key = scalar_text(tag["Key"]);
        const auto text = scalar_text(tag["Value"]);
        if (!key || !text) {
            fail("Tags", "must have texts as keys and values");
        }
        result[*key] = *text;
    }
    return result;
}

void Properties::fail(std::string_view name, const std::string& message) const {
    throw UsageError(where(name), type_ + ": " + std::string(name) + " " + message);
}

const Location& Properties::where(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? where_ : found->second->where;
}

std::optional<std::string> scalar_text(const Json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (value.is_number() || value.is_boolean()) {
        return value.dump();
    }
    return std::nullopt;
}

}  // namespace orrery::cloudformation
