// Conditions on keys, and the parameters from before expressions. [dyl; docs:
// LegacyConditionalParameters; alternator test_key_condition_expression, test_expected]
#include "tests/services/dynamodb/expression_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <array>

using namespace orrery;
using namespace orrery::dynamodb;

namespace {

using Comparison = KeyCondition::Comparison;

const KeySchema hash_and_range = {{{"h", AttributeType::string}}, {{"r", AttributeType::number}}};
const KeySchema hash_alone = {{{"h", AttributeType::string}}, {}};
const KeySchema several = {{{"h", AttributeType::string}, {"i", AttributeType::string}},
                           {{"r", AttributeType::string}, {"s", AttributeType::string}}};

KeyCondition::Bounds bounds_of(std::string_view condition,
                               std::string_view input,
                               const KeySchema& keys = hash_and_range) {
    ExpressionInput names_and_values = input_of(input);
    return KeyCondition::parse(condition, names_and_values).bounds(keys);
}

std::string bounds_error(std::string_view condition,
                         std::string_view input,
                         const KeySchema& keys = hash_and_range) {
    return error_of([&] { bounds_of(condition, input, keys); });
}

std::string legacy_error(const char* condition) {
    return error_of([&] { Condition::from_filter(Json::parse(condition), ""); });
}

bool expected_holds(const char* expected, const char* item, std::string_view combined = "") {
    return Condition::from_expected(Json::parse(expected), combined).holds(plain_item(item));
}

std::string expected_error(const char* expected, std::string_view combined = "") {
    return error_of([&] { Condition::from_expected(Json::parse(expected), combined); });
}

}  // namespace

TEST_CASE(
    "dynamodb key condition: the hash alone, or with a comparison of the range, in any order") {
    const auto alone = bounds_of("h = :h", R"({":h": "x"})");
    CHECK(alone.hash == std::vector{plain_value("x")});
    CHECK(alone.equal_range.empty());
    CHECK_FALSE(alone.last_range);
    const auto equal = bounds_of("r = :r AND h = :h", R"({":h": "x", ":r": 1})");
    CHECK(equal.equal_range == std::vector{plain_value(1)});
    const struct {
        const char* text;
        Comparison comparison;
    } rows[] = {{"r < :r", Comparison::less},
                {"r <= :r", Comparison::less_equal},
                {"(r > :r)", Comparison::greater},
                {"r >= :r", Comparison::greater_equal},
                {":r < r", Comparison::greater},
                {":r >= r", Comparison::less_equal}};
    for (const auto& [text, comparison] : rows) {
        CAPTURE(text);
        const auto bounds = bounds_of("h = :h AND " + std::string(text), R"({":h": "x", ":r": 1})");
        REQUIRE(bounds.last_range);
        CHECK(bounds.last_range->attribute == "r");
        CHECK(bounds.last_range->comparison == comparison);
        CHECK(bounds.last_range->values == std::vector{plain_value(1)});
    }
    const auto between =
        bounds_of("h = :h AND #r BETWEEN :a AND :b", R"({"#r": "r", ":h": "x", ":a": 1, ":b": 2})");
    CHECK(between.last_range->values == std::vector{plain_value(1), plain_value(2)});
}

TEST_CASE("dynamodb key condition: keys of several attributes are bound from the left") {
    const auto bounds = bounds_of("i = :i AND h = :h AND r = :r AND begins_with(s, :s)",
                                  R"({":h": "1", ":i": "2", ":r": "3", ":s": "4"})",
                                  several);
    CHECK(bounds.hash == std::vector{plain_value("1"), plain_value("2")});
    CHECK(bounds.equal_range == std::vector{plain_value("3")});
    CHECK(bounds.last_range->comparison == Comparison::begins_with);
    CHECK(bounds_error("h = :v", R"({":v": "1"})", several) ==
          "Query condition missed key schema element: i");
    CHECK(bounds_error("h = :v AND i = :v AND s = :v", R"({":v": "1"})", several) ==
          "Query condition missed key schema element: r");
    CHECK(bounds_error("h = :v AND i = :v AND r > :v AND s = :v", R"({":v": "1"})", several) ==
          "Query key condition not supported");
}

TEST_CASE("dynamodb key condition: what does not fit the schema") {
    CHECK(bounds_error("r = :r", R"({":r": 1})") == "Query condition missed key schema element: h");
    CHECK(bounds_error("h = :h AND q = :h", R"({":h": "x"})") ==
          "Query condition missed key schema element: r");
    CHECK(bounds_error("h > :h", R"({":h": "x"})") == "Query key condition not supported");
    CHECK(bounds_error("h = :h AND q = :h", R"({":h": "x"})", hash_alone) ==
          "Query key condition not supported");
    CHECK(bounds_error("h = :h", R"({":h": 1})") ==
          "One or more parameter values were invalid: Condition parameter type does not match "
          "schema type");
    CHECK(bounds_error("h = :h AND begins_with(r, :h)", R"({":h": "x"})") ==
          "One or more parameter values were invalid: Condition parameter type does not match "
          "schema type");
    CHECK(bounds_error("h = :h", R"({":h": ""})") ==
          "One or more parameter values are not valid. The AttributeValue for a key attribute "
          "cannot contain an empty string value. Key: h");
}

TEST_CASE("dynamodb key condition: what no key condition may say") {
    const std::array<std::array<const char*, 2>, 17> rows = {{
        {"a = :v OR b = :v", "Invalid operator used in KeyConditionExpression: OR"},
        {"NOT a = :v", "Invalid operator used in KeyConditionExpression: NOT"},
        {"a IN (:v)", "Invalid operator used in KeyConditionExpression: IN"},
        {"a <> :v", "Invalid operator used in KeyConditionExpression: <>"},
        {"attribute_exists(a) AND b = :v",
         "Invalid operator used in KeyConditionExpression: attribute_exists"},
        {"attribute_type(a, :v)",
         "Invalid KeyConditionExpression: Incorrect operand type for operator or function; "
         "operator or function: attribute_type, operand type: N"},
        {"contains(a, :v)", "Invalid operator used in KeyConditionExpression: contains"},
        {":v BETWEEN a AND b",
         "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key "
         "attribute as its first operand"},
        {"begins_with(:s, a)",
         "Invalid condition in KeyConditionExpression: begins_with operator must have the key "
         "attribute as its first operand"},
        {"a = b",
         "Invalid condition in KeyConditionExpression: Multiple attribute names used in one "
         "condition"},
        {":v = :v", "Invalid condition in KeyConditionExpression: No key attribute specified"},
        {"a = :v AND a > :v", "KeyConditionExpressions must only contain one condition per key"},
        {"size(a) = :v", "KeyConditionExpressions cannot contain nested operations"},
        {"a.b = :v",
         "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested "
         "attributes"},
        {"a[0] = :v",
         "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested "
         "attributes"},
        {"a = :w",
         "Invalid KeyConditionExpression: An expression attribute value used in expression is not "
         "defined; attribute value: :w"},
        {"a =", R"(Invalid KeyConditionExpression: Syntax error; token: "<EOF>", near: "=")"},
    }};
    for (const auto& [condition, message] : rows) {
        CAPTURE(condition);
        CHECK(key_condition_error(condition, R"({":v": 1, ":s": "x"})") == message);
    }
}

TEST_CASE("dynamodb KeyConditions: the legacy form of the same") {
    const auto bounds = [](const char* conditions) {
        return KeyCondition::from_key_conditions(Json::parse(conditions)).bounds(hash_and_range);
    };
    const auto read =
        bounds(R"({"h": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "x"}]},
                   "r": {"ComparisonOperator": "BETWEEN",
                         "AttributeValueList": [{"N": "1"}, {"N": "2"}]}})");
    CHECK(read.hash == std::vector{plain_value("x")});
    CHECK(read.last_range->comparison == Comparison::between);
    CHECK(error_of([&] {
              bounds(R"({"h": {"ComparisonOperator": "NE", "AttributeValueList": [{"S": "x"}]}})");
          }) == "Attempted conditional constraint is not an indexable operation");
    CHECK(error_of([&] { bounds("{}"); }) == "Conditions can be of length 1 or 2 only");
}

TEST_CASE("dynamodb QueryFilter and ScanFilter: values must fit the operator") {
    CHECK(legacy_error(R"({"a": {"ComparisonOperator": "EQ"}})") ==
          "One or more parameter values were invalid: Invalid number of argument(s) for the EQ "
          "ComparisonOperator");
    CHECK(legacy_error(
              R"({"a": {"ComparisonOperator": "NULL", "AttributeValueList": [{"S": "x"}]}})") ==
          "One or more parameter values were invalid: Invalid number of argument(s) for the NULL "
          "ComparisonOperator");
    CHECK(legacy_error(R"({"a": {"ComparisonOperator": "IN",
                                 "AttributeValueList": [{"S": "x"}, {"N": "1"}]}})") ==
          "One or more parameter values were invalid: AttributeValues inside AttributeValueList "
          "must be of same type");
    CHECK(legacy_error(
              R"({"a": {"ComparisonOperator": "LT", "AttributeValueList": [{"BOOL": true}]}})") ==
          "One or more parameter values were invalid: ComparisonOperator LT is not valid for BOOL "
          "AttributeValue type");
    CHECK(
        legacy_error(
            R"({"a": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"N": "1"}]}})") ==
        "One or more parameter values were invalid: ComparisonOperator BEGINS_WITH is not valid "
        "for N AttributeValue type");
    CHECK(legacy_error(R"({"a": {"ComparisonOperator": "BETWEEN",
                                 "AttributeValueList": [{"N": "2"}, {"N": "1"}]}})") ==
          "The BETWEEN condition was provided a range where the lower bound is greater than the "
          "upper bound");
    CHECK(legacy_error(
              R"({"a": {"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "x"}]}})") ==
          "The parameter cannot be converted to a numeric value: x");
}

TEST_CASE("dynamodb Expected: values, existence and comparisons, all or any of them") {
    CHECK(expected_holds(R"({"a": {"Value": {"N": "1"}}})", R"({"a": 1})"));
    CHECK_FALSE(expected_holds(R"({"a": {"Value": {"N": "1"}, "Exists": true}})", R"({"a": 2})"));
    CHECK(expected_holds(R"({"a": {"Exists": false}})", "{}"));
    CHECK_FALSE(expected_holds(R"({"a": {"Exists": false}})", R"({"a": 2})"));
    const auto compares = [](const char* comparison, const char* values, const char* item) {
        const std::string expected = R"({"a": {"ComparisonOperator": ")" + std::string(comparison) +
                                     R"(", "AttributeValueList": )" + values + "}}";
        return expected_holds(expected.c_str(), item);
    };
    CHECK(compares("NE", R"([{"N": "1"}])", "{}"));
    CHECK(compares("LE", R"([{"N": "1"}])", R"({"a": 1})"));
    CHECK_FALSE(compares("LT", R"([{"N": "1"}])", "{}"));
    CHECK(compares("NULL", "[]", "{}"));
    CHECK(compares("NOT_NULL", "[]", R"({"a": null})"));
    CHECK(compares("CONTAINS", R"([{"S": "x"}])", R"({"a": {"SS": ["x"]}})"));
    CHECK(compares("NOT_CONTAINS", R"([{"S": "x"}])", R"({"a": "abc"})"));
    CHECK_FALSE(compares("NOT_CONTAINS", R"([{"S": "x"}])", "{}"));
    CHECK(compares("BEGINS_WITH", R"([{"S": "a"}])", R"({"a": "abc"})"));
    CHECK(compares("IN", R"([{"N": "1"}, {"N": "2"}])", R"({"a": 2})"));
    CHECK(compares("BETWEEN", R"([{"N": "1"}, {"N": "3"}])", R"({"a": 2})"));
    const char* const both = R"({"a": {"Value": {"N": "1"}}, "b": {"Exists": false}})";
    CHECK(expected_holds(both, R"({"a": 2})", "OR"));
    CHECK_FALSE(expected_holds(both, R"({"a": 2})", "AND"));
    CHECK_FALSE(expected_holds(both, R"({"a": 2})"));
}

TEST_CASE("dynamodb Expected: contradictions are refused with the attribute's name") {
    const std::string invalid = "One or more parameter values were invalid: ";
    CHECK(expected_error(R"({"a": {"Value": {"S": "x"}, "AttributeValueList": []}})") ==
          invalid + "Value and AttributeValueList cannot be used together for Attribute: a");
    CHECK(expected_error(R"({"a": {"Exists": true, "ComparisonOperator": "EQ"}})") ==
          invalid + "Exists and ComparisonOperator cannot be used together for Attribute: a");
    CHECK(expected_error(R"({"a": {"ComparisonOperator": "EQ"}})") ==
          invalid +
              "Value or AttributeValueList must be used with ComparisonOperator: EQ for "
              "Attribute: a");
    CHECK(expected_error(R"({"a": {"AttributeValueList": [{"S": "x"}]}})") ==
          invalid +
              "AttributeValueList can only be used with a ComparisonOperator for Attribute: a");
    CHECK(expected_error(R"({"a": {}})") ==
          invalid + "Value must be provided when Exists is null for Attribute: a");
    CHECK(expected_error(R"({"a": {"Exists": true}})") ==
          invalid + "Value must be provided when Exists is true for Attribute: a");
    CHECK(expected_error(R"({"a": {"Exists": false, "Value": {"S": "x"}}})") ==
          invalid + "Value cannot be used when Exists is false for Attribute: a");
    CHECK(expected_error(R"({"a": {"Exists": false}})", "OR") ==
          "ConditionalOperator can only be used when Filter or Expected has two or more elements");
}
