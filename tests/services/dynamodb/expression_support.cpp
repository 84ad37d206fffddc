#include "tests/services/dynamodb/expression_support.h"

#include <nlohmann/json.hpp>

namespace orrery::dynamodb {

namespace {

Json typed(const Json& json) {
    if (json.is_string()) {
        return {{"S", json}};
    }
    if (json.is_number()) {
        return {{"N", json.dump()}};
    }
    if (json.is_boolean()) {
        return {{"BOOL", json}};
    }
    if (json.is_null()) {
        return {{"NULL", true}};
    }
    if (json.is_array()) {
        Json list = Json::array();
        for (const Json& element : json) {
            list.push_back(typed(element));
        }
        return {{"L", list}};
    }
    for (const char* type : {"SS", "NS", "BS", "B", "N"}) {
        if (json.size() == 1 && json.contains(type)) {
            return json;
        }
    }
    Json map = Json::object();
    for (const auto& [name, member] : json.items()) {
        map[name] = typed(member);
    }
    return {{"M", map}};
}

}  // namespace

AttributeValue plain_value(const Json& json) {
    return read_value(typed(json));
}

Item plain_item(std::string_view json) {
    const AttributeValue map = plain_value(Json::parse(json));
    return *map.as<Map>();
}

ExpressionInput input_of(std::string_view names_and_values) {
    Json names = Json::object();
    Json values = Json::object();
    const Json parsed = Json::parse(names_and_values);
    for (const auto& [key, value] : parsed.items()) {
        (key.starts_with('#') ? names : values)[key] = key.starts_with('#') ? value : typed(value);
    }
    return {names.empty() ? nullptr : &names, values.empty() ? nullptr : &values};
}

bool holds(std::string_view condition, std::string_view item, std::string_view input) {
    ExpressionInput names_and_values = input_of(input);
    const Condition parsed = Condition::parse(condition, names_and_values, "ConditionExpression");
    names_and_values.finish();
    return parsed.holds(plain_item(item));
}

Item updated(std::string_view update, std::string_view item, std::string_view input) {
    ExpressionInput names_and_values = input_of(input);
    Item changed = plain_item(item);
    Update::parse(update, names_and_values).apply(changed);
    return changed;
}

std::string condition_error(std::string_view condition, std::string_view input) {
    return error_of([&] {
        ExpressionInput names_and_values = input_of(input);
        Condition::parse(condition, names_and_values, "FilterExpression");
    });
}

std::string update_error(std::string_view update, std::string_view input) {
    return error_of([&] {
        ExpressionInput names_and_values = input_of(input);
        Update::parse(update, names_and_values);
    });
}

std::string projection_error(std::string_view projection, std::string_view input) {
    return error_of([&] {
        ExpressionInput names_and_values = input_of(input);
        ProjectedPaths::parse(projection, names_and_values);
    });
}

std::string key_condition_error(std::string_view condition, std::string_view input) {
    return error_of([&] {
        ExpressionInput names_and_values = input_of(input);
        KeyCondition::parse(condition, names_and_values);
    });
}

}  // namespace orrery::dynamodb
