/// A resource's properties with all functions carried out, read with type checks; errors name the
/// property, never its value.
#pragma once

#include "engine/error.h"
#include "engine/json.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::cloudformation {

class Properties {
public:
    Properties(std::string type, Location where);
    ~Properties();
    Properties(Properties&&) noexcept;

    void set(const std::string& name, Json value, const Location& where);

    bool has(std::string_view name) const { return values_.find(name) != values_.end(); }
    /// The value as it is, or nullptr.
    const Json* find(std::string_view name) const;
    /// CloudFormation turns numbers and booleans into text, and text into numbers and booleans,
    /// where the type wants it.
    std::optional<std::string> text(std::string_view name) const;
    std::optional<std::int64_t> integer(std::string_view name) const;
    /// Also yes, no, on and off, which CloudFormation's YAML 1.1 takes for booleans.
    std::optional<bool> boolean(std::string_view name) const;
    std::vector<std::string> texts(std::string_view name) const;
    /// The members of a structure, none if it is not there; `known` are those it may have.
    Properties members(std::string_view name, const std::vector<std::string_view>& known) const;
    /// A `Tags` list of {Key, Value} as a mapping.
    std::map<std::string, std::string> tags() const;

    [[noreturn]] void fail(std::string_view name, const std::string& message) const;
    /// The place of a property, or else of the resource.
    const Location& where(std::string_view name) const;

private:
    struct Value;

    std::string type_;
    Location where_;
    std::map<std::string, std::unique_ptr<Value>, std::less<>> values_;
};

/// Text, numbers and booleans as CloudFormation writes them; nothing for lists, objects and null.
std::optional<std::string> scalar_text(const Json& value);

}  // namespace orrery::cloudformation
