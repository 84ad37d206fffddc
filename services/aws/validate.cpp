#include "services/aws/validate.h"

#include "engine/document.h"
#include "services/aws/error.h"
#include "services/aws/parameter_walk.h"
#include "services/aws/patterns.h"
#include "services/aws/service_traits.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace orrery::aws {

namespace {

/// The names that AWS's JSON reader gives to what it found and to what it wanted
/// ("NUMBER_VALUE cannot be converted to String").
std::string_view found_name(const Json& value) {
    switch (value.type()) {
        case Json::value_t::string: return "STRING_VALUE";
        case Json::value_t::boolean: return value.get<bool>() ? "TRUE_VALUE" : "FALSE_VALUE";
        case Json::value_t::number_float: return "DECIMAL_VALUE";
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned: return "NUMBER_VALUE";
        case Json::value_t::null: return "NULL_VALUE";
        default: return value.is_array() ? "START_ARRAY" : "START_OBJECT";
    }
}

std::string_view wanted_name(ShapeKind kind) {
    switch (kind) {
        case ShapeKind::boolean: return "Boolean";
        case ShapeKind::integer: return "Integer";
        case ShapeKind::long_integer: return "Long";
        case ShapeKind::floating: return "Double";
        case ShapeKind::timestamp: return "Timestamp";
        case ShapeKind::blob: return "Blob";
        case ShapeKind::list: return "List";
        case ShapeKind::map: return "Map";
        case ShapeKind::structure: return "Structure";
        default: return "String";
    }
}

/// "logEvents.1.member.timestamp": AWS writes members with a small first letter and counts from 1
/// [docs: recorded messages of CloudWatch Logs and DynamoDB].
std::string aws_path(const ParameterPath& path) {
    if (path.parent == nullptr) {
        return "";
    }
    std::string text = aws_path(*path.parent);
    text += text.empty() ? "" : ".";
    if (path.name.empty()) {
        return text + std::to_string(path.index + 1) + ".member";
    }
    const std::size_t first = text.size();
    text += path.name;
    text[first] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[first])));
    return text;
}

std::string plain_path(const ParameterPath& path) {
    std::string text;
    for (const std::string& step : path.steps(1)) {
        text += (text.empty() ? "" : ".") + step;
    }
    return text;
}

/// As Java prints it.
std::string value_text(const Json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (!value.is_structured()) {
        return value.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    std::string text;
    for (const auto& [key, each] : value.items()) {
        text += text.empty() ? "" : ", ";
        text += value.is_object() ? key + "=" : "";
        text += value_text(each);
    }
    return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

/// Characters, as AWS counts them; what is no UTF-8 counts by the byte that could begin one.
std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string number_text(double number) {
    return std::trunc(number) == number && std::abs(number) < 1e15
               ? std::to_string(static_cast<std::int64_t>(number))
               : Json(number).dump();
}

class TypeCheck : public ParameterVisitor {
public:
    explicit TypeCheck(const ServiceTraits& traits) : traits_(traits) {}

    void wrong_type(const ParameterPath& path, const Shape& shape, const Json& value) override {
        std::string message(found_name(value));
        message.append(" cannot be converted to ").append(wanted_name(shape.kind));
        const std::string where = traits_.bare_type_errors ? "" : plain_path(path);
        throw ApiError("SerializationException",
                       where.empty() ? message : message + " (" + where + ")");
    }

protected:
    const ServiceTraits& traits_;
};

class RequiredCheck final : public TypeCheck {
public:
    using TypeCheck::TypeCheck;

    void missing(const ParameterPath& path) override {
        throw ApiError("MissingParameter",
                       "The request must contain the parameter " + plain_path(path) + ".");
    }
};

class FullCheck final : public TypeCheck {
public:
    using TypeCheck::TypeCheck;

    void missing(const ParameterPath& path) override {
        violated(path, "null", "Member must not be null", "");
    }

    void right(const ParameterPath& path, const Shape& shape, const Json& value) override {
        if (value.is_string()) {
            check_text(path, shape, value.get_ref<const std::string&>());
        }
        if (shape.minimum || shape.maximum) {
            check_size(path, shape, value);
        }
    }

    void finish(std::string_view code) const {
        if (count_ > 0) {
            throw ApiError(std::string(code),
                           std::to_string(count_) + " validation error" + (count_ > 1 ? "s" : "") +
                               " detected: " + all_);
        }
    }

private:
    void violated(const ParameterPath& path,
                  std::string_view value,
                  std::string_view constraint,
                  std::string_view quote = "'") {
        ++count_;
        all_.append(all_.empty() ? "" : "; ").append("Value ");
        all_.append(quote).append(value).append(quote).append(" at '").append(aws_path(path));
        all_.append("' failed to satisfy constraint: ").append(constraint);
    }

    void check_text(const ParameterPath& path, const Shape& shape, const std::string& text) {
        const auto& allowed = shape.enumeration;
        if (!allowed.empty() && shape.name != traits_.own_enumeration &&
            std::find(allowed.begin(), allowed.end(), text) == allowed.end()) {
            std::string values;
            for (const std::string& each : allowed) {
                values += (values.empty() ? "" : ", ") + each;
            }
            violated(path, text, "Member must satisfy enum value set: [" + values + "]");
        }
        if (!shape.pattern.empty() && !matches_pattern(shape.pattern, text)) {
            violated(
                path, text, "Member must satisfy regular expression pattern: " + shape.pattern);
        }
    }

    void check_size(const ParameterPath& path, const Shape& shape, const Json& value) {
        const bool number = value.is_number();
        const double size = number ? value.get<double>()
                            : value.is_string()
                                ? static_cast<double>(string_size(value, shape.kind))
                                : static_cast<double>(value.size());
        const std::string what = number ? "Member must have value " : "Member must have length ";
        if (shape.maximum && size > *shape.maximum) {
            violated(path,
                     value_text(value),
                     what + "less than or equal to " + number_text(*shape.maximum));
        }
        if (shape.minimum && size < *shape.minimum) {
            violated(path,
                     value_text(value),
                     what + "greater than or equal to " + number_text(*shape.minimum));
        }
    }

    static std::size_t string_size(const Json& value, ShapeKind kind) {
        const auto& text = value.get_ref<const std::string&>();
        if (kind != ShapeKind::blob) {
            return characters(text);
        }
        const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
        return text.size() / 4 * 3 - padding;
    }

    std::size_t count_ = 0;
    std::string all_;
};

class MistakeSearch final : public ParameterVisitor {
public:
    explicit MistakeSearch(const Operation& operation) : operation_(operation) {}

    void wrong_type(const ParameterPath& path, const Shape& shape, const Json& value) override {
        if (!value.is_null()) {
            keep(path, "must be " + words(shape.kind) + ", not " + value_text(value));
        }
    }

    void unknown_member(const ParameterPath& path, const Shape& structure) override {
        std::vector<std::string_view> names;
        for (const Member& member : structure.members) {
            names.push_back(member.name);
        }
        const bool top = path.parent->parent == nullptr;
        keep(path,
             "is no " + (top ? "parameter of " + operation_.name : "member of " + structure.name) +
                 suggestion(path.name, names));
    }

    std::optional<Mistake> take() { return std::move(mistake_); }

private:
    static std::string words(ShapeKind kind) {
        switch (kind) {
            case ShapeKind::boolean: return "true or false";
            case ShapeKind::integer: return "an integer of 32 bits";
            case ShapeKind::long_integer: return "an integer";
            case ShapeKind::floating: return "a number";
            case ShapeKind::timestamp: return "a time in seconds since 1970";
            case ShapeKind::blob: return "base64 text";
            case ShapeKind::list: return "a list";
            case ShapeKind::map:
            case ShapeKind::structure: return "a mapping";
            default: return "a string";
        }
    }

    void keep(const ParameterPath& path, std::string problem) {
        if (!mistake_) {
            mistake_ = Mistake{path.steps(0), std::move(problem)};
        }
    }

    const Operation& operation_;
    std::optional<Mistake> mistake_;
};

}  // namespace

void validate(const Json& parameters, const Model& model, const Operation& operation) {
    static const Json nothing = Json::object();
    const Json& given = parameters.is_null() ? nothing : parameters;
    if (operation.input == nullptr) {
        return;
    }
    const ServiceTraits& traits = service_traits(model.service().name);
    const bool own_words =
        traits.own_words.find(" " + operation.name + " ") != std::string_view::npos;
    if (traits.validation == Validation::full && !own_words) {
        FullCheck check(traits);
        walk_parameters(given, *operation.input, check);
        check.finish(traits.validation_code);
    } else if (traits.validation == Validation::required_query) {
        RequiredCheck check(traits);
        walk_parameters(given, *operation.input, check);
    } else {
        TypeCheck check(traits);
        walk_parameters(given, *operation.input, check);
    }
}

std::optional<Mistake> find_mistake(const Json& parameters, const Operation& operation) {
    static const Shape nothing = [] {
        Shape shape;
        shape.kind = ShapeKind::structure;
        return shape;
    }();
    MistakeSearch search(operation);
    walk_parameters(parameters, operation.input == nullptr ? nothing : *operation.input, search);
    return search.take();
}

}  // namespace orrery::aws
