/// Short ways to write items and expressions in tests.
#pragma once

#include "services/aws/error.h"
#include "services/dynamodb/attribute_value.h"
#include "services/dynamodb/expressions/expressions.h"

#include <string>
#include <string_view>

namespace orrery::dynamodb {

/// From JSON as people write it: {"a": 1, "b": ["x", true, null], "c": {"d": "y"}}; objects with
/// one member named SS, NS, BS or B are what AWS's JSON says.
AttributeValue plain_value(const Json& json);
Item plain_item(std::string_view json);

/// Names and values from JSON: {"#n": "name"} and {":v": 1} in one object; empty for none.
ExpressionInput input_of(std::string_view names_and_values);

bool holds(std::string_view condition, std::string_view item, std::string_view input = "{}");
/// The item after the update, as plain_item() reads it, sorted.
Item updated(std::string_view update, std::string_view item, std::string_view input = "{}");

/// The message of the ValidationException that `act` throws; "no error" if it throws none.
template <typename Act>
std::string error_of(Act act) {
    try {
        act();
    } catch (const aws::ApiError& error) {
        return error.code() == "ValidationException" ? error.message()
                                                     : error.code() + ": " + error.message();
    }
    return "no error";
}

std::string condition_error(std::string_view condition, std::string_view input = "{}");
std::string update_error(std::string_view update, std::string_view input = "{}");
std::string projection_error(std::string_view projection, std::string_view input = "{}");
std::string key_condition_error(std::string_view condition, std::string_view input = "{}");

}  // namespace orrery::dynamodb
