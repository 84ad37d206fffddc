// Everything that is wrong with an expression by itself, in DynamoDB's words. [dyl; alternator]
#include "tests/services/dynamodb/expression_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace orrery;
using namespace orrery::dynamodb;

namespace {

struct Row {
    std::string expression;
    const char* input;
    std::string message;
};

void check_conditions(const std::vector<Row>& rows) {
    for (const auto& [expression, input, message] : rows) {
        CAPTURE(expression);
        CHECK(condition_error(expression, input) == "Invalid FilterExpression: " + message);
    }
}

void check_updates(const std::vector<Row>& rows) {
    for (const auto& [expression, input, message] : rows) {
        CAPTURE(expression);
        CHECK(update_error(expression, input) == "Invalid UpdateExpression: " + message);
    }
}

std::string input_error(const Json* names, const Json* values) {
    return error_of([&] { ExpressionInput input(names, values); });
}

std::string repeated(const std::string& text, int count, const std::string& between = "") {
    std::string all;
    for (int index = 0; index < count; ++index) {
        all += (index > 0 ? between : "") + text;
    }
    return all;
}

}  // namespace

TEST_CASE("dynamodb expressions: names and values have at most 2 MB together") {
    constexpr std::size_t most = 2 * 1024 * 1024;
    const auto of_size = [](std::size_t bytes) {
        return Json{{":v", {{"S", std::string(bytes - 2, 'x')}}}};
    };
    const Json allowed = of_size(most);
    CHECK(input_error(nullptr, &allowed) == "no error");
    const Json too_much = of_size(most + 1);
    CHECK(input_error(nullptr, &too_much).ends_with("maximum allowed size; size: 2097153"));
    const Json name = {{"#n", "a"}};
    CHECK(input_error(&name, &allowed).ends_with("size: 2097155"));
    const Json long_name = {{"#n", std::string(65536, 'n')}};
    CHECK(input_error(&long_name, nullptr) ==
          "1 validation error detected: Attribute name is too large, must be less than 65536 "
          "bytes");
    const Json long_key = {{":v", {{"M", {{std::string(65536, 'n'), {{"S", "x"}}}}}}}};
    CHECK(input_error(nullptr, &long_key) == input_error(&long_name, nullptr));
}

TEST_CASE("dynamodb expressions: names and values are checked before any expression") {
    const Json none = Json::object();
    CHECK(input_error(&none, nullptr) == "ExpressionAttributeNames must not be empty");
    CHECK(input_error(nullptr, &none) == "ExpressionAttributeValues must not be empty");
    const Json no_sign = {{"a", "b"}};
    CHECK(input_error(&no_sign, nullptr) ==
          "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\"");
    const Json dash = {{":a-b", {{"S", "x"}}}};
    CHECK(input_error(nullptr, &dash) ==
          "ExpressionAttributeValues contains invalid key: Syntax error; key: \":a-b\"");
    const Json empty = {{":b", Json::object()}};
    CHECK(input_error(nullptr, &empty) ==
          "ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty, "
          "must contain exactly one of the supported datatypes for key :b");
    const Json number = {{":b", {{"N", "b"}}}};
    CHECK(input_error(nullptr, &number) ==
          "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to "
          "a numeric value: b for key :b");
}

TEST_CASE("dynamodb expressions: names and values that nothing uses are refused by name") {
    ExpressionInput input = input_of(R"({"#a": "a", "#b": "b", ":v": 1})");
    CHECK(error_of([&] { input.finish(); }) ==
          "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}");
    Condition::parse("#a = #b", input, "ConditionExpression");
    CHECK(error_of([&] { input.finish(); }) ==
          "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}");
    Condition::parse("#a = :v", input, "ConditionExpression");
    CHECK(error_of([&] { input.finish(); }) == "no error");
}

TEST_CASE("dynamodb expressions: an empty or too long one is refused") {
    CHECK(condition_error("") == "Invalid FilterExpression: The expression can not be empty;");
    CHECK(update_error("") == "Invalid UpdateExpression: The expression can not be empty;");
    CHECK(update_error(std::string(4097, 'x')) ==
          "Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;");
    CHECK(projection_error("") == "Invalid ProjectionExpression: The expression can not be empty;");
    CHECK(key_condition_error("") ==
          "Invalid KeyConditionExpression: The expression can not be empty;");
    CHECK(condition_error(std::string(4097, 'a')) ==
          "Invalid FilterExpression: Expression size has exceeded the maximum allowed size; "
          "expression size: 4097");
    CHECK(projection_error(std::string(4096, 'a')) == "no error");
}

TEST_CASE("dynamodb expressions: a syntax error has the token and what is around it") {
    check_conditions({
        {"a-b", "{}", R"x(Syntax error; token: "-", near: "a-b")x"},
        {"foo", "{}", R"x(Syntax error; token: "<EOF>", near: "foo")x"},
        {"NOT (a)", "{}", R"x(Syntax error; token: "<EOF>", near: ")")x"},
        {"a = = b", "{}", R"x(Syntax error; token: "=", near: "= = b")x"},
        {"_123 = b", "{}", R"x(Syntax error; token: "_", near: "_123")x"},
        {"attribute_exists(", "{}", R"x(Syntax error; token: "<EOF>", near: "(")x"},
        {"contains(a, :b", R"({":b": 1})", R"x(Syntax error; token: "<EOF>", near: ":b")x"},
        {"size()", "{}", R"x(Syntax error; token: ")", near: "()")x"},
        {"a[b] = c", "{}", R"x(Syntax error; token: "b", near: "[b]")x"},
        {"a. = c", "{}", R"x(Syntax error; token: "=", near: ". = c")x"},
        {"a = b AND", "{}", R"x(Syntax error; token: "<EOF>", near: "AND")x"},
        {"a = b) ", "{}", R"x(Syntax error; token: ")", near: "b)")x"},
        {"a BETWEEN b OR c", "{}", R"x(Syntax error; token: "OR", near: "b OR c")x"},
        {"a = b \u00e9", "{}", "Syntax error; token: \"\u00e9\", near: \"b \u00e9\""},
        {"tenantAgent:abc123-",
         R"({":abc123": 1})",
         R"x(Syntax error; token: ":abc123", near: "tenantAgent:abc123-")x"},
        {"a = (b = c)", "{}", R"x(Syntax error; token: "<EOF>", near: ")")x"},
    });
    check_updates({
        {"SET _123 = a", "{}", R"x(Syntax error; token: "_", near: "SET _123")x"},
        {"INVALID SYNTAX HERE",
         "{}",
         R"x(Syntax error; token: "INVALID", near: "INVALID SYNTAX")x"},
        {"ADD hits : incr", "{}", R"x(Syntax error; token: ":", near: "hits : incr")x"},
        {"SET a = b,", "{}", R"x(Syntax error; token: "<EOF>", near: ",")x"},
        {"SET a = b + c + d", "{}", R"x(Syntax error; token: "+", near: "c + d")x"},
        {"SET a = (b + c) + d", "{}", R"x(Syntax error; token: "+", near: ") + d")x"},
        {"SET a = list_append(b + c, d)", "{}", R"x(Syntax error; token: "+", near: "b + c")x"},
        {"REMOVE a[:i]", R"({":i": 0})", R"x(Syntax error; token: ":i", near: "[:i]")x"},
        {"ADD a b", "{}", R"x(Syntax error; token: "b", near: "a b")x"},
        {"SET remove = :v",
         R"({":v": 1})",
         R"x(Syntax error; token: "remove", near: "SET remove =")x"},
        {" ", "{}", R"x(Syntax error; token: "<EOF>", near: "")x"},
    });
    CHECK(projection_error("!!") ==
          R"x(Invalid ProjectionExpression: Syntax error; token: "!", near: "!!")x");
    CHECK(projection_error("a,") ==
          R"x(Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: ",")x");
}

TEST_CASE(
    "dynamodb expressions: names and values must be defined, and bare names not "
    "reserved") {
    check_conditions({
        {"#a = b",
         "{}",
         "An expression attribute name used in the document path is not defined; "
         "attribute name: "
         "#a"},
        {"a = :a",
         "{}",
         "An expression attribute value used in expression is not defined; attribute "
         "value: :a"},
        {"name = :a", "{}", "Attribute name is a reserved keyword; reserved keyword: name"},
        {"a.Status = b", "{}", "Attribute name is a reserved keyword; reserved keyword: Status"},
        {"ABORT = b", "{}", "Attribute name is a reserved keyword; reserved keyword: ABORT"},
        {"zone = b", "{}", "Attribute name is a reserved keyword; reserved keyword: zone"},
    });
    check_updates({
        {"SET name = :a", "{}", "Attribute name is a reserved keyword; reserved keyword: name"},
        {"SET a = :a, #b = c",
         "{}",
         "An expression attribute name used in the document path is not defined; "
         "attribute name: "
         "#b"},
        {"SET a = :a",
         "{}",
         "An expression attribute value used in expression is not defined; attribute "
         "value: :a"},
    });
    CHECK(projection_error("a, data") ==
          "Invalid ProjectionExpression: Attribute name is a reserved keyword; "
          "reserved keyword: "
          "data");
    CHECK(projection_error("a, #b") ==
          "Invalid ProjectionExpression: An expression attribute name used in the "
          "document path is "
          "not defined; attribute name: #b");
}

TEST_CASE("dynamodb conditions: functions, their operands and their places") {
    check_conditions({
        {"foo(a)", "{}", "Invalid function name; function: foo"},
        {"Attribute_Exists(a)", "{}", "Invalid function name; function: Attribute_Exists"},
        {"list_append(a, b) = c",
         "{}",
         "The function is not allowed in a condition expression; function: "
         "list_append"},
        {"size(a, b) = c",
         "{}",
         "Incorrect number of operands for operator or function; operator or function: "
         "size, "
         "number of operands: 2"},
        {"begins_with(a)",
         "{}",
         "Incorrect number of operands for operator or function; operator or function: "
         "begins_with, number of operands: 1"},
        {"begins_with(a, :v)",
         R"({":v": 1})",
         "Incorrect operand type for operator or function; operator or function: "
         "begins_with, "
         "operand type: N"},
        {"begins_with(size(a), :v)",
         R"({":v": "x"})",
         "Incorrect operand type for operator or function; operator or function: "
         "begins_with, "
         "operand type: N"},
        {"size(:v) > a",
         R"({":v": 1})",
         "Incorrect operand type for operator or function; operator or function: size, "
         "operand "
         "type: N"},
        {"size(size(a)) > b",
         "{}",
         "Incorrect operand type for operator or function; operator or function: size, "
         "operand "
         "type: N"},
        {"attribute_exists(:v)",
         R"({":v": 1})",
         "Operator or function requires a document path; operator or function: "
         "attribute_exists"},
        {"attribute_not_exists(size(a))",
         "{}",
         "Operator or function requires a document path; operator or function: "
         "attribute_not_exists"},
        {"size(a)",
         "{}",
         "The function is not allowed to be used this way in an expression; function: "
         "size"},
        {"a = b OR size(a)",
         "{}",
         "The function is not allowed to be used this way in an expression; function: "
         "size"},
        {"attribute_exists(a) = b",
         "{}",
         "The function is not allowed to be used this way in an expression; function: "
         "attribute_exists"},
        {"size(contains(a, b)) = c",
         "{}",
         "The function is not allowed to be used this way in an expression; function: "
         "contains"},
        {"attribute_type(a, :v)",
         R"({":v": 1})",
         "Incorrect operand type for operator or function; operator or function: "
         "attribute_type, "
         "operand type: N"},
        {"attribute_type(a, b)",
         "{}",
         "Incorrect operand type for operator or function; operator or function: "
         "attribute_type, "
         "operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"},
        {"attribute_type(a, :v)",
         R"({":v": "X"})",
         "Invalid attribute type name found; type: X, valid types: "
         "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
    });
}

TEST_CASE(
    "dynamodb conditions: operands are distinct, bounds in order, constants "
    "comparable") {
    check_conditions({
        {"a = a",
         "{}",
         "The first operand must be distinct from the remaining operands for this "
         "operator or "
         "function; operator: =, first operand: [a]"},
        {"a.b[1] < #a.b[1]",
         R"({"#a": "a"})",
         "The first operand must be distinct from the remaining operands for this "
         "operator or "
         "function; operator: <, first operand: [a, b, [1]]"},
        {"contains(a, a)",
         "{}",
         "The first operand must be distinct from the remaining operands for this "
         "operator or "
         "function; operator: contains, first operand: [a]"},
        {"a IN (b, a)",
         "{}",
         "The first operand must be distinct from the remaining operands for this "
         "operator or "
         "function; operator: IN, first operand: [a]"},
        {"a BETWEEN :v AND :w",
         R"({":v": 1, ":w": "a"})",
         "The BETWEEN operator requires same data type for lower and upper bounds; "
         "lower bound "
         "operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}"},
        {"a BETWEEN :v AND :w",
         R"({":v": "b", ":w": "a"})",
         "The BETWEEN operator requires upper bound to be greater than or equal to "
         "lower bound; "
         "lower bound operand: AttributeValue: {S:b}, upper bound operand: "
         "AttributeValue: {S:a}"},
        {"a BETWEEN :v AND :w",
         R"({":v": true, ":w": true})",
         "Incorrect operand type for operator or function; operator or function: "
         "BETWEEN, operand "
         "type: BOOL"},
        {"a < :v",
         R"({":v": true})",
         "Incorrect operand type for operator or function; operator or function: <, "
         "operand type: "
         "BOOL"},
        {"a >= :v",
         R"({":v": [1]})",
         "Incorrect operand type for operator or function; operator or function: >=, "
         "operand "
         "type: L"},
        {"a IN (" + repeated(":v", 101, ",") + ")",
         R"({":v": 1})",
         "The IN operator is provided with too many operands; number of operands: 101"},
    });
    CHECK(condition_error("a IN (" + repeated(":v", 100, ",") + ")", R"({":v": 1})") == "no error");
    CHECK(condition_error("a BETWEEN :v AND :v", R"({":v": 1})") == "no error");
}

TEST_CASE("dynamodb conditions: doubled parentheses are redundant") {
    const std::string redundant =
        "Invalid FilterExpression: The expression has redundant parentheses;";
    CHECK(condition_error("((a = b))") == redundant);
    CHECK(condition_error("((a)) = b") == redundant);
    CHECK(condition_error("a = ((b))") == redundant);
    CHECK(condition_error("c = d AND ((a = b OR c = d))") == redundant);
    CHECK(condition_error(repeated("(", 2000) + "a = b" + repeated(")", 2000)) == redundant);
    CHECK(condition_error("((a = b) AND c = d)") == "no error");
    CHECK(condition_error("(a) = (b)") == "no error");
}

TEST_CASE("dynamodb conditions: 300 operators, 32 levels of a path, indexes of 31 bits") {
    const std::string equal = "a=b";
    CHECK(condition_error(repeated(equal, 150, " OR ")) == "no error");
    CHECK(condition_error(repeated(equal, 151, " OR ")) ==
          "Invalid FilterExpression: The expression contains too many operators; "
          "operator count: "
          "301");
    CHECK(condition_error("a" + repeated(".a", 31) + " = b") == "no error");
    CHECK(condition_error("a" + repeated(".a", 32) + " = b") ==
          "Invalid FilterExpression: The document path has too many nesting levels; "
          "nesting "
          "levels: 33");
    CHECK(condition_error("a[99999999999999999999] = b") ==
          "Invalid FilterExpression: List index is not within the allowable range; "
          "index: "
          "[99999999999999999999]");
    CHECK(condition_error(repeated("size(", 500) + "a" + repeated(")", 500) + " = b") ==
          "Invalid FilterExpression: The expression contains too many operators; "
          "operator count: "
          "303");
}

TEST_CASE("dynamodb conditions: of several problems DynamoDB tells one, in its order") {
    check_conditions({
        {"((a = a)) OR foo(:x) = size(b)", "{}", "The expression has redundant parentheses;"},
        {"foo(a) OR name = :x OR size(b)", "{}", "Invalid function name; function: foo"},
        {"name = :x OR size(b)",
         "{}",
         "The function is not allowed to be used this way in an expression; function: "
         "size"},
        {"a = :x OR name = b",
         "{}",
         "Attribute name is a reserved keyword; reserved keyword: name"},
        {"a = a OR b = :x",
         "{}",
         "The first operand must be distinct from the remaining operands for this "
         "operator or "
         "function; operator: =, first operand: [a]"},
        {"b = :x OR a = a",
         "{}",
         "An expression attribute value used in expression is not defined; attribute "
         "value: :x"},
    });
    check_updates({
        {"SET name = foo(:x)",
         "{}",
         "Attribute name is a reserved keyword; reserved keyword: name"},
        {"SET a = foo(:x) SET a = b", "{}", "Invalid function name; function: foo"},
        {"SET a = :x SET a = #b",
         "{}",
         "The \"SET\" section can only be used once in an update expression;"},
        {"ADD a :x SET a = :y",
         R"({":x": "s"})",
         "An expression attribute value used in expression is not defined; attribute "
         "value: :y"},
        {"ADD a :x SET a = b",
         R"({":x": "s"})",
         "Two document paths overlap with each other; must remove or rewrite one of "
         "these paths; "
         "path one: [a], path two: [a]"},
        {"SET b = list_append(:x, c) ADD a :x",
         R"({":x": "s"})",
         "Incorrect operand type for operator or function; operator: ADD, operand "
         "type: STRING, "
         "typeSet: ALLOWED_FOR_ADD_OPERAND"},
    });
}

TEST_CASE("dynamodb updates: what is wrong with one before there is an item") {
    check_updates({
        {"SET a = b REMOVE c set d = e",
         "{}",
         "The \"SET\" section can only be used once in an update expression;"},
        {"SET a = b, a.c = d",
         "{}",
         "Two document paths overlap with each other; must remove or rewrite one of "
         "these paths; "
         "path one: [a], path two: [a, c]"},
        {"REMOVE a.b, #x[1]",
         R"({"#x": "a"})",
         "Two document paths conflict with each other; must remove or rewrite one of "
         "these paths; "
         "path one: [a, b], path two: [a, [1]]"},
        {"SET a = size(b)",
         "{}",
         "The function is not allowed in an update expression; function: size"},
        {"SET a = if_not_exists(b)",
         "{}",
         "Incorrect number of operands for operator or function; operator or function: "
         "if_not_exists, number of operands: 1"},
        {"SET a = if_not_exists(:v, b)",
         R"({":v": 1})",
         "Operator or function requires a document path; operator or function: "
         "if_not_exists"},
        {"SET a = list_append(:v, b)",
         R"({":v": "x"})",
         "Incorrect operand type for operator or function; operator or function: "
         "list_append, "
         "operand type: S"},
        {"SET a = b + :v",
         R"({":v": "x"})",
         "Incorrect operand type for operator or function; operator or function: +, "
         "operand type: "
         "S"},
        {"SET a = :v - b",
         R"({":v": true})",
         "Incorrect operand type for operator or function; operator or function: -, "
         "operand type: "
         "BOOL"},
        {"ADD a :v",
         R"({":v": [1]})",
         "Incorrect operand type for operator or function; operator: ADD, operand "
         "type: LIST, "
         "typeSet: ALLOWED_FOR_ADD_OPERAND"},
        {"DELETE a :v",
         R"({":v": 1})",
         "Incorrect operand type for operator or function; operator: DELETE, operand "
         "type: NUMBER, "
         "typeSet: ALLOWED_FOR_DELETE_OPERAND"},
        {"SET a = " + repeated("if_not_exists(b, ", 200),
         "{}",
         R"x(Syntax error; token: "<EOF>", near: ",")x"},
    });
    CHECK(update_error("SET a = b.c, d = b.c, e = b") == "no error");
    CHECK(update_error("SET a = (b + c), d = (e), f = (g) - h") == "no error");
}

TEST_CASE("dynamodb projections: paths may neither overlap nor conflict") {
    CHECK(projection_error("a.b, a") ==
          "Invalid ProjectionExpression: Two document paths overlap with each other; "
          "must remove "
          "or rewrite one of these paths; path one: [a, b], path two: [a]");
    CHECK(projection_error("a.b, a[1]") ==
          "Invalid ProjectionExpression: Two document paths conflict with each other; "
          "must remove "
          "or rewrite one of these paths; path one: [a, b], path two: [a, [1]]");
    CHECK(projection_error("a.b, a.c[2], d[0], d[1]") == "no error");
}
