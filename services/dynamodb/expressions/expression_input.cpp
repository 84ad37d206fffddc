#include "services/dynamodb/expressions/expression_input.h"

#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::dynamodb {

namespace {

constexpr std::string_view names_parameter = "ExpressionAttributeNames";
constexpr std::string_view values_parameter = "ExpressionAttributeValues";

/// `sign`, then letters, digits and underscores.
bool is_key(std::string_view key, char sign) {
    return key.size() > 1 && key.front() == sign &&
           std::all_of(key.begin() + 1, key.end(), [](char character) {
               return (character >= '0' && character <= '9') ||
                      (character >= 'a' && character <= 'z') ||
                      (character >= 'A' && character <= 'Z') || character == '_';
           });
}

const Json::object_t& checked_object(const Json& json, std::string_view parameter, char sign) {
    if (!json.is_object()) {
        throw aws::ApiError("SerializationException", "Expected a map");
    }
    if (json.empty()) {
        throw validation_error(std::string(parameter) + " must not be empty");
    }
    const auto& object = json.get_ref<const Json::object_t&>();
    for (const auto& [key, value] : object) {
        if (!is_key(key, sign)) {
            throw validation_error(std::string(parameter) +
                                   " contains invalid key: Syntax error; key: \"" + key + "\"");
        }
    }
    return object;
}

std::string invalid_value(const std::string& message, const std::string& key) {
    return std::string(values_parameter) + " contains invalid value: " + message + " for key " +
           key;
}

AttributeValue read_named_value(const std::string& key, const Json& json) {
    try {
        return read_value(json);
    } catch (const RequestError& error) {
        // A false null is told as an item's is. [recorded in nubo-db/dynoxide's changes, 0.12.0]
        if (error.message() == false_null_message) {
            throw;
        }
        throw RequestError(invalid_value(error.message(), key), error.message());
    } catch (const aws::ApiError& error) {
        // Too deep a value and too long a name are told as an item's are. [dynoxide issue 110;
        // ExtendDB/extenddb issue 365]
        if (error.code() != "ValidationException" || error.message() == nesting_error().message() ||
            error.message() == long_name_error().message()) {
            throw;
        }
        throw validation_error(invalid_value(error.message(), key));
    }
}

template <typename Values>
void check_all_used(const Values& defined,
                    const std::set<std::string, std::less<>>& used,
                    std::string_view parameter) {
    std::string unused;
    for (const auto& [key, value] : defined) {
        if (!used.contains(key)) {
            unused += (unused.empty() ? "" : ", ") + key;
        }
    }
    if (!unused.empty()) {
        throw validation_error("Value provided in " + std::string(parameter) +
                               " unused in expressions: keys: {" + unused + "}");
    }
}

}  // namespace

ExpressionInput::ExpressionInput(const Json* names, const Json* values) {
    if (names != nullptr) {
        for (const auto& [key, name] : checked_object(*names, names_parameter, '#')) {
            if (!name.is_string()) {
                throw aws::ApiError("SerializationException", "Expected a string");
            }
            check_attribute_name(name.get_ref<const std::string&>());
            names_.emplace_hint(names_.end(), key, name.get_ref<const std::string&>());
        }
    }
    if (values != nullptr) {
        for (const auto& [key, value] : checked_object(*values, values_parameter, ':')) {
            values_.emplace_hint(values_.end(), key, read_named_value(key, value));
        }
    }
    check_size();
}

/// [docs: Constraints; the text is unverified]
void ExpressionInput::check_size() const {
    constexpr std::size_t most_bytes = 2 * 1024 * 1024;
    std::size_t bytes = size_of(values_);
    for (const auto& [key, name] : names_) {
        bytes += key.size() + name.size();
    }
    if (bytes > most_bytes) {
        throw validation_error(
            "The size of ExpressionAttributeNames and ExpressionAttributeValues has exceeded the "
            "maximum allowed size; size: " +
            std::to_string(bytes));
    }
}

const std::string* ExpressionInput::find_name(std::string_view key) {
    const auto found = names_.find(key);
    if (found == names_.end()) {
        return nullptr;
    }
    used_.insert(found->first);
    return &found->second;
}

const AttributeValue* ExpressionInput::find_value(std::string_view key) {
    const auto found = values_.find(key);
    if (found == values_.end()) {
        return nullptr;
    }
    used_.insert(found->first);
    return &found->second;
}

void ExpressionInput::finish() const {
    check_all_used(names_, used_, names_parameter);
    check_all_used(values_, used_, values_parameter);
}

}  // namespace orrery::dynamodb
