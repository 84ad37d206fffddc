// What updates do to items, and what projections take from them. [docs:
// Expressions.UpdateExpressions; alternator test_update_expression, test_projection_expression]
#include "tests/services/dynamodb/expression_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::dynamodb;

namespace {

constexpr const char* invalid_path =
    "The document path provided in the update expression is invalid for update";
constexpr const char* incorrect_type =
    "An operand in the update expression has an incorrect data type";

std::string apply_error(std::string_view update, std::string_view item, std::string_view input) {
    return error_of([&] { updated(update, item, input); });
}

Item projected(std::string_view projection, std::string_view item, std::string_view input = "{}") {
    ExpressionInput names = input_of(input);
    return ProjectedPaths::parse(projection, names).of(plain_item(item));
}

}  // namespace

TEST_CASE("dynamodb update: SET gives values, sums, differences and defaults") {
    CHECK(updated("SET a = :v, b = a", R"({"a": 1})", R"({":v": "x"})") ==
          plain_item(R"({"a": "x", "b": 1})"));
    CHECK(updated("SET a = a + :v, b = :v - a", R"({"a": 1})", R"({":v": 2})") ==
          plain_item(R"({"a": 3, "b": 1})"));
    CHECK(updated("SET a = if_not_exists(a, :v) + :v", "{}", R"({":v": 2})") ==
          plain_item(R"({"a": 4})"));
    CHECK(updated("SET a = if_not_exists(a, b)", R"({"a": 7})") == plain_item(R"({"a": 7})"));
    CHECK(updated("SET a = list_append(a, :v), b = list_append(:v, a)",
                  R"({"a": [1]})",
                  R"({":v": ["x"]})") == plain_item(R"({"a": [1, "x"], "b": ["x", 1]})"));
    CHECK(updated("SET a = list_append(if_not_exists(a, :e), :v)",
                  "{}",
                  R"({":v": ["x"], ":e": []})") == plain_item(R"({"a": ["x"]})"));
}

TEST_CASE("dynamodb update: everything is read before anything is written") {
    CHECK(updated("SET x = :v, y = x", R"({"x": "old"})", R"({":v": "new"})") ==
          plain_item(R"({"x": "new", "y": "old"})"));
    CHECK(updated("REMOVE a SET b = a", R"({"a": 1})") == plain_item(R"({"b": 1})"));
    CHECK(updated("SET a = b, b = a", R"({"a": 1, "b": 2})") == plain_item(R"({"a": 2, "b": 1})"));
    CHECK(updated("REMOVE l[1] SET l[3] = :v", R"({"l": [0, 1, 2, 3, 4]})", R"({":v": "x"})") ==
          plain_item(R"({"l": [0, 2, "x", 4]})"));
}

TEST_CASE("dynamodb update: elements beyond a list's end are appended in the order of indexes") {
    CHECK(updated("SET l[9] = :b, l[5] = :a", R"({"l": [0]})", R"({":a": "a", ":b": "b"})") ==
          plain_item(R"({"l": [0, "a", "b"]})"));
    CHECK(updated("REMOVE l[5], l[0]", R"({"l": [0, 1]})") == plain_item(R"({"l": [1]})"));
    CHECK(updated("REMOVE l[0], l[2], l[1]", R"({"l": [0, 1, 2, 3]})") ==
          plain_item(R"({"l": [3]})"));
}

TEST_CASE("dynamodb update: a path must lead through maps and lists that are there") {
    CHECK(updated("SET m.a.b = :v", R"({"m": {"a": {}}})", R"({":v": 1})") ==
          plain_item(R"({"m": {"a": {"b": 1}}})"));
    CHECK(updated("REMOVE m.a", R"({"m": {}})") == plain_item(R"({"m": {}})"));
    CHECK(updated("REMOVE gone", R"({"m": {}})") == plain_item(R"({"m": {}})"));
    for (const char* update :
         {"SET q.a = :v", "SET s.a = :v", "SET m[0] = :v", "SET l.a = :v", "SET l[7].a = :v"}) {
        CAPTURE(update);
        CHECK(apply_error(update, R"({"s": "x", "m": {}, "l": [1]})", R"({":v": 1})") ==
              invalid_path);
    }
    CHECK(apply_error("REMOVE q.a", R"({"s": "x"})", "{}") == invalid_path);
    SECTION("except that REMOVE finds nothing to do where there was no item") {
        ExpressionInput input = input_of("{}");
        Item key = plain_item(R"({"id": "1"})");
        Update::parse("REMOVE q.a, r[0].b", input).apply_to_missing(key);
        CHECK(key == plain_item(R"({"id": "1"})"));
        ExpressionInput more = input_of(R"({":v": 1})");
        CHECK(error_of([&] { Update::parse("SET q.a = :v", more).apply_to_missing(key); }) ==
              invalid_path);
    }
}

TEST_CASE("dynamodb update: operands must be there and of the right type") {
    CHECK(apply_error("SET a = b", "{}", "{}") ==
          "The provided expression refers to an attribute that does not exist in the item");
    CHECK(apply_error("SET a = a + :v", "{}", R"({":v": 1})") ==
          "The provided expression refers to an attribute that does not exist in the item");
    CHECK(apply_error("SET a = a + :v", R"({"a": "x"})", R"({":v": 1})") == incorrect_type);
    CHECK(apply_error("SET a = list_append(a, :v)", R"({"a": "x"})", R"({":v": []})") ==
          incorrect_type);
    CHECK(apply_error("ADD a :v", R"({"a": "x"})", R"({":v": 1})") == incorrect_type);
    CHECK(apply_error("ADD a :v", R"({"a": {"NS": ["1"]}})", R"({":v": {"SS": ["x"]}})") ==
          incorrect_type);
    CHECK(apply_error("DELETE a :v", R"({"a": [1]})", R"({":v": {"NS": ["1"]}})") ==
          incorrect_type);
    CHECK(apply_error("ADD a :v", R"({"a": {"N": "9e125"}})", R"({":v": {"N": "9e125"}})") ==
          "Number overflow. Attempting to store a number with magnitude larger than supported "
          "range");
}

TEST_CASE("dynamodb update: ADD and DELETE change numbers and sets") {
    CHECK(updated("ADD n :v, m :v", R"({"n": 1})", R"({":v": 5})") ==
          plain_item(R"({"n": 6, "m": 5})"));
    CHECK(updated(
              "ADD s :v, t :v", R"({"s": {"SS": ["a", "b"]}})", R"({":v": {"SS": ["b", "c"]}})") ==
          plain_item(R"({"s": {"SS": ["a", "b", "c"]}, "t": {"SS": ["b", "c"]}})"));
    CHECK(updated("DELETE s :v, q :v",
                  R"({"s": {"NS": ["1", "2"]}})",
                  R"({":v": {"NS": ["2", "3"]}})") == plain_item(R"({"s": {"NS": ["1"]}})"));
    CHECK(updated("DELETE s :v", R"({"s": {"NS": ["1"]}})", R"({":v": {"NS": ["1"]}})") ==
          plain_item("{}"));
    CHECK(updated("ADD m.n :v", R"({"m": {"n": 1}})", R"({":v": 5})") ==
          plain_item(R"({"m": {"n": 6}})"));
}

TEST_CASE("dynamodb update: a value put too deep is refused") {
    std::string value = "1";
    for (int level = 0; level < 31; ++level) {
        value = R"({"a":)" + value + "}";
    }
    const std::string input = R"({":v":)" + value + "}";
    CHECK(apply_error("SET b = :v", "{}", input) == "no error");
    CHECK(apply_error("SET m.b = :v", R"({"m": {}})", input) ==
          "Nesting Levels have exceeded supported limits: Attributes in the item have nested "
          "levels beyond supported limit");
}

TEST_CASE("dynamodb update: it knows what it writes, and the parts of items there") {
    ExpressionInput input = input_of(R"({":v": 1})");
    const Update update = Update::parse("SET m.a = :v, l[1] = :v REMOVE r ADD n :v", input);
    CHECK(update.attributes() == std::vector<std::string>{"m", "l", "r", "n"});
    CHECK(update.updated_parts(plain_item(R"({"id": 1, "m": {"a": 2, "b": 3}, "l": [4, 5, 6]})")) ==
          plain_item(R"({"m": {"a": 2}, "l": [5]})"));
}

TEST_CASE("dynamodb AttributeUpdates: PUT, ADD and DELETE, of lists too") {
    const auto apply = [](const char* updates, const char* item) {
        Item changed = plain_item(item);
        Update::from_attribute_updates(Json::parse(updates)).apply(changed);
        return changed;
    };
    CHECK(apply(R"({"a": {"Value": {"S": "x"}}, "b": {"Action": "DELETE"},
                    "n": {"Action": "ADD", "Value": {"N": "2"}},
                    "l": {"Action": "ADD", "Value": {"L": [{"S": "y"}]}},
                    "s": {"Action": "DELETE", "Value": {"SS": ["p"]}}})",
                R"({"b": 1, "n": 3, "l": [1], "s": {"SS": ["p", "q"]}})") ==
          plain_item(R"({"a": "x", "n": 5, "l": [1, "y"], "s": {"SS": ["q"]}})"));
    CHECK(error_of([&] {
              apply(R"({"a": {"Action": "ADD", "Value": {"N": "2"}}})", R"({"a": "x"})");
          }) == "Type mismatch for attribute to update");
    CHECK(error_of([&] { apply(R"({"a": {"Action": "PUT"}})", "{}"); }) ==
          "One or more parameter values were invalid: Only DELETE action is allowed when no "
          "attribute value is specified");
    CHECK(error_of([&] { apply(R"({"a": {"Action": "DELETE", "Value": {"N": "2"}}})", "{}"); }) ==
          "One or more parameter values were invalid: DELETE action with value is not supported "
          "for the type N");
    CHECK(error_of([&] { apply(R"({"a": {"Action": "ADD", "Value": {"S": "2"}}})", "{}"); }) ==
          "One or more parameter values were invalid: ADD action is not supported for the type S");
}

TEST_CASE("dynamodb projection: parts keep the maps and lists around them") {
    const char* const item =
        R"({"a": 1, "m": {"x": {"y": 2, "z": 3}, "w": 4}, "l": [0, {"p": 1, "q": 2}, 2, 3]})";
    CHECK(projected("a, absent", item) == plain_item(R"({"a": 1})"));
    CHECK(projected("m.x.y, m.w", item) == plain_item(R"({"m": {"x": {"y": 2}, "w": 4}})"));
    CHECK(projected("l[3], l[1].q, l[9]", item) == plain_item(R"({"l": [{"q": 2}, 3]})"));
    CHECK(projected("m.absent, l[0].absent, a.b", item) == plain_item("{}"));
    CHECK(projected("#m.#x", item, R"({"#m": "m", "#x": "x"})") ==
          plain_item(R"({"m": {"x": {"y": 2, "z": 3}}})"));
}

TEST_CASE("dynamodb AttributesToGet: whole attributes by name, each once") {
    const Json names = {"a", "b.c"};
    CHECK(ProjectedPaths::from_attributes_to_get(names).of(plain_item(
              R"({"a": 1, "b.c": 2, "b": {"c": 3}})")) == plain_item(R"({"a": 1, "b.c": 2})"));
    CHECK(error_of([] {
              ProjectedPaths::from_attributes_to_get(Json{"a", "b", "a"});
          }) == "One or more parameter values were invalid: Duplicate value in attribute name: a");
}
