#include "services/dynamodb/expression_parameters.h"

#include "services/dynamodb/validation_error.h"

#include <nlohmann/json.hpp>

#include <vector>

namespace orrery::dynamodb {

namespace {

template <typename Names>
std::vector<std::string_view> given(aws::Parameters& parameters, const Names& names) {
    std::vector<std::string_view> there;
    for (const std::string_view name : names) {
        if (parameters.optional(name) != nullptr) {
            there.push_back(name);
        }
    }
    return there;
}

std::string joined(const std::vector<std::string_view>& names, std::string_view separator) {
    std::string text;
    for (const std::string_view name : names) {
        text.append(text.empty() ? "" : separator).append(name);
    }
    return text;
}

std::string_view conditional_operator(aws::Parameters& parameters, const Json* legacy) {
    const std::string* text = parameters.optional_text("ConditionalOperator");
    if (text != nullptr && legacy == nullptr) {
        throw validation_error("ConditionalOperator cannot be used without Filter or Expected");
    }
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

}  // namespace

// The texts and their order: [dyl]
ExpressionInput read_expression_input(aws::Parameters& parameters,
                                      std::initializer_list<std::string_view> legacy,
                                      std::initializer_list<std::string_view> expressions) {
    const auto used = given(parameters, expressions);
    const auto used_legacy = given(parameters, legacy);
    if (!used.empty() && !used_legacy.empty()) {
        throw RequestError(
            "Can not use both expression and non-expression parameters in the "
            "same request: Non-expression parameters: {" +
            joined(used_legacy, ", ") + "} Expression parameters: {" + joined(used, ", ") + "}");
    }
    const Json* names = parameters.optional("ExpressionAttributeNames");
    const Json* values = parameters.optional("ExpressionAttributeValues");
    if (names != nullptr && used.empty()) {
        throw validation_error(
            "ExpressionAttributeNames can only be specified when using expressions");
    }
    if (values != nullptr) {
        std::vector<std::string_view> with_values;
        for (const std::string_view expression : expressions) {
            if (expression != "ProjectionExpression") {
                with_values.push_back(expression);
            }
        }
        if (given(parameters, with_values).empty()) {
            throw RequestError(
                "ExpressionAttributeValues can only be specified when using expressions: " +
                joined(with_values, " and ") + (with_values.size() > 1 ? " are" : " is") + " null");
        }
    }
    return {names, values};
}

std::optional<Condition> read_condition(aws::Parameters& parameters, ExpressionInput& input) {
    if (const std::string* text = parameters.optional_text("ConditionExpression")) {
        return Condition::parse(*text, input, "ConditionExpression");
    }
    const Json* expected = parameters.optional("Expected");
    const std::string_view combined = conditional_operator(parameters, expected);
    return expected == nullptr || expected->empty()
               ? std::nullopt
               : std::optional(Condition::from_expected(*expected, combined));
}

std::optional<Condition> read_filter(aws::Parameters& parameters,
                                     ExpressionInput& input,
                                     std::string_view legacy) {
    if (const std::string* text = parameters.optional_text("FilterExpression")) {
        return Condition::parse(*text, input, "FilterExpression");
    }
    const Json* filter = parameters.optional(legacy);
    const std::string_view combined = conditional_operator(parameters, filter);
    return filter == nullptr || filter->empty()
               ? std::nullopt
               : std::optional(Condition::from_filter(*filter, combined));
}

std::optional<ProjectedPaths> read_projection(aws::Parameters& parameters, ExpressionInput& input) {
    if (const std::string* text = parameters.optional_text("ProjectionExpression")) {
        return ProjectedPaths::parse(*text, input);
    }
    const Json* names = parameters.optional("AttributesToGet");
    return names == nullptr ? std::nullopt
                            : std::optional(ProjectedPaths::from_attributes_to_get(*names));
}

}  // namespace orrery::dynamodb
