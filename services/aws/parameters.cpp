#include "services/aws/parameters.h"

#include "services/aws/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::aws {

Parameters::Parameters(const Json& value, std::string_view operation)
    : value_(&value), operation_(operation) {
    if (!value.is_object() && !value.is_null()) {
        throw ApiError("SerializationException",
                       std::string(operation_) + ": the parameters must be an object");
    }
}

const Json* Parameters::optional(std::string_view name) {
    if (!value_->is_object()) {
        return nullptr;
    }
    const auto found = value_->find(name);
    if (found == value_->end()) {
        return nullptr;
    }
    if (std::find(known_.begin(), known_.end(), &*found) == known_.end()) {
        known_.push_back(&*found);
    }
    return found->is_null() ? nullptr : &*found;
}

void Parameters::accept(std::string_view name) {
    optional(name);
}

std::string Parameters::string(std::string_view name) {
    std::optional<std::string> text = optional_string(name);
    if (!text) {
        throw ApiError("MissingParameter",
                       "The request must contain the parameter " + std::string(name) + ".");
    }
    return *std::move(text);
}

const std::string* Parameters::optional_text(std::string_view name) {
    const Json* value = optional(name);
    if (value == nullptr) {
        return nullptr;
    }
    if (!value->is_string()) {
        wrong_type(name, "a string");
    }
    return &value->get_ref<const std::string&>();
}

std::optional<std::string> Parameters::optional_string(std::string_view name) {
    const std::string* text = optional_text(name);
    return text == nullptr ? std::nullopt : std::optional(*text);
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
    if (!value_->is_object() || value_->size() == known_.size()) {
        return;
    }
    for (const auto& [name, value] : value_->items()) {
        if (std::find(known_.begin(), known_.end(), &value) == known_.end()) {
            throw ApiError(
                "ValidationException",
                std::string(operation_) + ": the parameter " + name + " is not supported");
        }
    }
}

void Parameters::wrong_type(std::string_view name, std::string_view expected) const {
    throw ApiError("SerializationException",
                   std::string(operation_) + ": the parameter " + std::string(name) + " must be " +
                       std::string(expected));
}

}  // namespace orrery::aws
