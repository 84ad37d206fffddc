#include "services/aws/parameters.h"

#include "services/aws/error.h"

#include <nlohmann/json.hpp>

namespace orrery::aws {

Parameters::Parameters(const Json& value, std::string_view operation)
    : value_(&value), operation_(operation) {
    if (!value.is_object() && !value.is_null()) {
        throw ApiError("SerializationException", operation_ + ": the parameters must be an object");
    }
}

const Json* Parameters::optional(std::string_view name) {
    accept(name);
    if (!value_->is_object()) {
        return nullptr;
    }
    const auto found = value_->find(std::string(name));
    return found == value_->end() || found->is_null() ? nullptr : &*found;
}

void Parameters::accept(std::string_view name) {
    known_.emplace(name);
}

std::string Parameters::string(std::string_view name) {
    std::optional<std::string> text = optional_string(name);
    if (!text) {
        throw ApiError("MissingParameter",
                       "The request must contain the parameter " + std::string(name) + ".");
    }
    return *std::move(text);
}

std::optional<std::string> Parameters::optional_string(std::string_view name) {
    const Json* value = optional(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->is_string()) {
        wrong_type(name, "a string");
    }
    return value->get<std::string>();
}

std::optional<std::int64_t> Parameters::optional_integer(std::string_view name) {
    const Json* value = optional(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->is_number_integer()) {
        wrong_type(name, "an integer");
    }
    return value->get<std::int64_t>();
}

std::optional<bool> Parameters::optional_boolean(std::string_view name) {
    const Json* value = optional(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->is_boolean()) {
        wrong_type(name, "true or false");
    }
    return value->get<bool>();
}

std::vector<std::string> Parameters::strings(std::string_view name) {
    std::vector<std::string> texts;
    const Json* value = optional(name);
    if (value == nullptr) {
        return texts;
    }
    if (!value->is_array()) {
        wrong_type(name, "a list of strings");
    }
    for (const Json& item : *value) {
        if (!item.is_string()) {
            wrong_type(name, "a list of strings");
        }
        texts.push_back(item.get<std::string>());
    }
    return texts;
}

void Parameters::finish() const {
    if (!value_->is_object()) {
        return;
    }
    for (const auto& [name, value] : value_->items()) {
        if (!known_.contains(name)) {
            throw ApiError("ValidationException",
                           operation_ + ": the parameter " + name + " is not supported");
        }
    }
}

void Parameters::wrong_type(std::string_view name, std::string_view expected) const {
    throw ApiError(
        "SerializationException",
        operation_ + ": the parameter " + std::string(name) + " must be " + std::string(expected));
}

}  // namespace orrery::aws
