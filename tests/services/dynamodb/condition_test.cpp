// What conditions say of items. [docs: Expressions.OperatorsAndFunctions; alternator
// test_condition_expression]
#include "tests/services/dynamodb/expression_support.h"

#include <catch2/catch.hpp>

namespace condition_test {

using namespace orrery::dynamodb;

namespace {
const char* const item = R"({
    "n": 5, "s": "hello", "b": {"B": "AAH/"}, "t": true, "z": null, "tags": {"SS": ["x", "y"]},
    "numbers": {"NS": ["1", "2"]}, "l": [1, "two", {"three": 3}, ["four"]],
    "m": {"part": {"deep": "down"}, "cells": [10, 20]}, "a.b": "dotted"})";

bool says(std::string_view condition, std::string_view input = "{}") {
    return holds(condition, item, input);
}

}  // namespace

TEST_CASE("dynamodb condition: comparisons of numbers, texts and binaries of one type") {
    CHECK(says("n = :v", R"({":v": 5})"));
    CHECK(says("n = :v", R"({":v": {"N": "5.0"}})"));
    CHECK_FALSE(says("n = :v", R"({":v": "5"})"));
    CHECK(says("n <> :v", R"({":v": "5"})"));
    CHECK(says("n < :v", R"({":v": 10})"));
    CHECK(says("n <= :v", R"({":v": 5})"));
    CHECK_FALSE(says("n > :v", R"({":v": 5})"));
    CHECK(says("n >= :v", R"({":v": 5})"));
    CHECK(says("s < :v", R"({":v": "hellp"})"));
    CHECK(says("b > :v", R"({":v": {"B": "AAF/"}})"));
    CHECK(says(":v = n", R"({":v": 5})"));
    CHECK(says(":v < :w", R"({":v": 1, ":w": 2})"));
    CHECK_FALSE(says("n < :v", R"({":v": "zzz"})"));
    CHECK_FALSE(says("t < :v", R"({":v": 1})"));
    CHECK_FALSE(says("n >= t"));
}

TEST_CASE("dynamodb condition: a missing attribute compares false, except that it is unequal") {
    CHECK_FALSE(says("absent = :v", R"({":v": 5})"));
    CHECK_FALSE(says("absent < :v", R"({":v": 5})"));
    CHECK_FALSE(says("absent = missed"));
    CHECK(says("absent <> :v", R"({":v": 5})"));
    CHECK(says("absent <> missed"));
    CHECK_FALSE(says("absent BETWEEN :v AND :w", R"({":v": 1, ":w": 2})"));
    CHECK_FALSE(says("absent IN (:v)", R"({":v": 1})"));
    CHECK_FALSE(holds("n = :v", "{}", R"({":v": 5})"));
}

TEST_CASE("dynamodb condition: sets are equal in any order, also within other values") {
    CHECK(says("tags = :v", R"({":v": {"SS": ["y", "x"]}})"));
    CHECK_FALSE(says("tags = :v", R"({":v": {"SS": ["x"]}})"));
    CHECK(holds("a = :v", R"({"a": [{"NS": ["1", "2"]}]})", R"({":v": [{"NS": ["2.0", "1"]}]})"));
    CHECK(says("m.part = :v", R"({":v": {"deep": "down"}})"));
}

TEST_CASE("dynamodb condition: BETWEEN includes its bounds, IN is equality with any") {
    CHECK(says("n BETWEEN :v AND :w", R"({":v": 5, ":w": 6})"));
    CHECK(says("n between :v and :w", R"({":v": 1, ":w": 5})"));
    CHECK_FALSE(says("n BETWEEN :v AND :w", R"({":v": 6, ":w": 7})"));
    CHECK(says(":v BETWEEN m.cells[0] AND m.cells[1]", R"({":v": 15})"));
    CHECK(says("n IN (:v, :w)", R"({":v": "5", ":w": 5})"));
    CHECK_FALSE(says("n IN (s, t)"));
}

TEST_CASE("dynamodb condition: paths lead into maps and lists, and a dot in a name is a dot") {
    CHECK(says("m.part.deep = :v", R"({":v": "down"})"));
    CHECK(says("m.cells[1] = :v", R"({":v": 20})"));
    CHECK(says("l[3][0] = :v", R"({":v": "four"})"));
    CHECK(says("l[2].three = :v", R"({":v": 3})"));
    CHECK(says("#a = :v", R"({"#a": "a.b", ":v": "dotted"})"));
    CHECK(says("#m.#d.deep = :v", R"({"#m": "m", "#d": "part", ":v": "down"})"));
    CHECK(says("attribute_not_exists(m.cells[2])"));
    CHECK(says("attribute_not_exists(s.part)"));
    CHECK(says("attribute_not_exists(m[0])"));
}

TEST_CASE("dynamodb condition: functions") {
    CHECK(says("attribute_exists(n) AND attribute_not_exists(q)"));
    CHECK(says("attribute_type(z, :v)", R"({":v": "NULL"})"));
    CHECK_FALSE(says("attribute_type(n, :v)", R"({":v": "S"})"));
    CHECK_FALSE(says("attribute_type(q, :v)", R"({":v": "S"})"));
    CHECK(says("begins_with(s, :v)", R"({":v": "hel"})"));
    CHECK(says("begins_with(s, :v)", R"({":v": ""})"));
    CHECK(says("begins_with(b, :v)", R"({":v": {"B": "AAE="}})"));
    CHECK_FALSE(says("begins_with(b, :v)", R"({":v": "hel"})"));
    CHECK_FALSE(says("begins_with(n, :v)", R"({":v": "5"})"));
    CHECK(says("contains(s, :v)", R"({":v": "ell"})"));
    CHECK(says("contains(b, :v)", R"({":v": {"B": "Af8="}})"));
    CHECK(says("contains(tags, :v)", R"({":v": "x"})"));
    CHECK(says("contains(numbers, :v)", R"({":v": 2})"));
    CHECK_FALSE(says("contains(numbers, :v)", R"({":v": "2"})"));
    CHECK(says("contains(l, :v)", R"({":v": {"three": 3}})"));
    CHECK_FALSE(says("contains(l, :v)", R"({":v": "1"})"));
    CHECK_FALSE(says("contains(q, :v)", R"({":v": "1"})"));
}

TEST_CASE("dynamodb condition: size counts bytes, elements or members, and is false of others") {
    CHECK(says("size(s) = :v", R"({":v": 5})"));
    CHECK(says("size(b) = :v", R"({":v": 3})"));
    CHECK(says("size(tags) = :v", R"({":v": 2})"));
    CHECK(says("size(l) > size(m)"));
    CHECK(says("size(:t) = :v", R"({":t": "ab", ":v": 2})"));
    CHECK(says("size(s) BETWEEN :v AND :w", R"({":v": 1, ":w": 9})"));
    CHECK_FALSE(says("size(n) = :v", R"({":v": 1})"));
    CHECK_FALSE(says("size(q) = :v", R"({":v": 1})"));
    CHECK_FALSE(says("size(q) <> :v", R"({":v": 1})"));
}

TEST_CASE("dynamodb condition: NOT binds before AND, and AND before OR, in any case") {
    const char* const values = R"({":t": true, ":f": false})";
    const auto truth = [&](std::string_view condition) {
        return holds(condition, R"({"t": true})", values);
    };
    CHECK(truth("t = :t OR t = :f AND t = :f"));
    CHECK_FALSE(truth("(t = :t OR t = :f) AND t = :f"));
    CHECK(truth("NOT t = :f AND t = :t"));
    CHECK_FALSE(truth("not (t = :f or t = :t)"));
    CHECK(truth("NOT NOT t = :t AND NOT t = :f"));
    CHECK(truth("(t = :t) And (Not (t = :f))"));
    CHECK(truth("(t) = (:t) AND NOT (t) = :f"));
    CHECK(truth("t=:t AND(t<>:f)"));
}

TEST_CASE("dynamodb condition: it knows the attributes it reads, each once") {
    ExpressionInput input = input_of(R"({"#c": "c", ":v": 1})");
    const Condition condition = Condition::parse(
        "a.x = :v AND (begins_with(b, a.y) OR size(#c) > :v)", input, "FilterExpression");
    CHECK(condition.attributes() == std::vector<std::string>{"a", "b", "c"});
}

}  // namespace condition_test
