// Values as JSON, as stored bytes, their sizes and the order of keys. Error texts: [dyl].
#include "engine/error.h"
#include "services/dynamodb/key_bytes.h"
#include "tests/services/dynamodb/expression_support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <array>

using namespace orrery;
using namespace orrery::dynamodb;

namespace {

std::string value_error(const char* json) {
    return error_of([&] { read_value(Json::parse(json)); });
}

const char* const every_type = R"({
    "s": {"S": "text \u00e9"}, "empty": {"S": ""}, "n": {"N": "-12.5"}, "b": {"B": "AAH/"},
    "yes": {"BOOL": true}, "no": {"BOOL": false}, "nothing": {"NULL": true},
    "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2.5"]}, "bs": {"BS": ["AA==", "AQ=="]},
    "l": {"L": [{"S": "x"}, {"L": []}, {"N": "1"}]},
    "m": {"M": {"": {"S": "no name"}, "inner": {"M": {}}}}})";

/// `count` maps in one another around a string.
Json nested(int count) {
    Json value = {{"S", "x"}};
    for (int level = 0; level < count; ++level) {
        value = Json{{"M", {{"a", value}}}};
    }
    return value;
}

std::string key_of(const AttributeValue& value) {
    std::string bytes;
    append_key_bytes(bytes, value);
    return bytes;
}

}  // namespace

TEST_CASE("dynamodb values: every type survives reading, storing and writing") {
    const Json json = Json::parse(every_type);
    const Item item = read_item(json);
    CHECK(write_item(item) == json);
    const std::string bytes = encode_item(item);
    CHECK(decode_item(bytes) == item);
    CHECK(write_encoded_item(bytes) == json);
}

TEST_CASE("dynamodb values: sets have no order, and numbers come back normal") {
    CHECK(write_value(read_value(Json::parse(R"({"SS": ["b", "a"]})"))) ==
          Json::parse(R"({"SS": ["a", "b"]})"));
    CHECK(read_value(Json::parse(R"({"NS": ["10", "1.0"]})")) ==
          read_value(Json::parse(R"({"NS": ["1", "1e1"]})")));
    CHECK(write_value(read_value(Json::parse(R"({"N": "1e2"})"))) ==
          Json::parse(R"({"N": "100"})"));
}

TEST_CASE("dynamodb values: what is no value is refused in DynamoDB's words") {
    const std::array<std::array<const char*, 2>, 17> rows = {{
        {"{}",
         "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
        {R"({"X": "a"})",
         "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
        {R"({"S": null})",
         "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
        {R"({"S": "a", "N": "1"})",
         "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
         "supported datatypes"},
        {R"({"S": "a", "N": "b"})", "The parameter cannot be converted to a numeric value: b"},
        {R"({"NULL": false})",
         "One or more parameter values were invalid: Null attribute value types must have the "
         "value of true"},
        {R"({"SS": []})",
         "One or more parameter values were invalid: An string set  may not be empty"},
        {R"({"NS": []})",
         "One or more parameter values were invalid: An number set  may not be empty"},
        {R"({"BS": []})",
         "One or more parameter values were invalid: Binary sets should not be empty"},
        {R"({"SS": ["a", "b", "a"]})",
         "One or more parameter values were invalid: Input collection [a, b, a] contains "
         "duplicates."},
        {R"({"NS": ["1", "1.0"]})", "Input collection contains duplicates"},
        {R"({"NS": ["1", ""]})", "The parameter cannot be converted to a numeric value"},
        {R"({"BS": ["Yg==", "Yg=="]})",
         "One or more parameter values were invalid: Input collection [Yg==, Yg==]of type BS "
         "contains duplicates."},
        {R"({"L": [{"S": "a"}, {}]})",
         "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
        {R"({"M": {"a": {"N": "x"}}})", "The parameter cannot be converted to a numeric value: x"},
        {R"({"S": 5})", "SerializationException: NUMBER_VALUE cannot be converted to String"},
        {R"({"BOOL": "x"})", "SerializationException: STRING_VALUE cannot be converted to Boolean"},
    }};
    for (const auto& [json, message] : rows) {
        CAPTURE(json);
        CHECK(value_error(json) == message);
    }
}

TEST_CASE("dynamodb values: 31 maps may be in one another") {
    CHECK(read_value(nested(31)).type() == AttributeType::map);
    CHECK(error_of([] { read_value(nested(32)); }) ==
          "Nesting Levels have exceeded supported limits: Attributes in the item have nested "
          "levels beyond supported limit");
    const Item deepest = {{"a", read_value(nested(31))}};
    CHECK(decode_item(encode_item(deepest)) == deepest);
}

TEST_CASE("dynamodb values: names have at most 65535 bytes, within maps too") {
    const auto named = [](std::size_t bytes) {
        return Json{{std::string(bytes, 'n'), {{"S", "x"}}}};
    };
    CHECK(read_item(named(65535)).size() == 1);
    const char* const problem =
        "1 validation error detected: Attribute name is too large, must be less than 65536 bytes";
    CHECK(error_of([&] { read_item(named(65536)); }) == problem);
    CHECK(error_of([&] { read_value({{"M", named(65536)}}); }) == problem);
}

TEST_CASE("dynamodb values: sizes are those of the developer guide") {
    const auto size = [](const char* json) { return size_of(plain_item(json)); };
    CHECK(size(R"({"id": "Fred"})") == 6);
    CHECK(size(R"({"b": {"B": "AAAA"}})") == 4);
    CHECK(size(R"({"n": 12345})") == 1 + 4);
    CHECK(size(R"({"t": true, "u": null})") == 4);
    CHECK(size(R"({"l": []})") == 4);
    CHECK(size(R"({"l": ["xy"]})") == 1 + 3 + 1 + 2);
    CHECK(size(R"({"m": {"ab": "c"}})") == 1 + 3 + 1 + 3);
    CHECK(size(R"({"s": {"SS": ["ab", "c"]}})") == 1 + 3);
    CHECK(size("{\"\u00e9\": \"\u00e9\"}") == 4);
}

TEST_CASE("dynamodb values: stored bytes that are damaged are told, not believed") {
    const std::string bytes = encode_item(read_item(Json::parse(every_type)));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        CHECK_THROWS_AS(decode_item(bytes.substr(0, length)), UsageError);
        CHECK_THROWS_AS(write_encoded_item(bytes.substr(0, length)), UsageError);
    }
    CHECK_THROWS_AS(decode_item(bytes + "x"), UsageError);
    CHECK_THROWS_AS(write_encoded_item(bytes + "x"), UsageError);
}

TEST_CASE("dynamodb keys: bytes order as the values do, and none begins another's") {
    const auto text = [](std::string_view value) { return AttributeValue(std::string(value)); };
    const std::vector<AttributeValue> ascending = {text(""),
                                                   text(std::string_view("\0", 1)),
                                                   text(std::string_view("\0\0", 2)),
                                                   text(std::string_view("\0a", 2)),
                                                   text("\x01"),
                                                   text("a"),
                                                   text(std::string_view("a\0", 2)),
                                                   text("aa"),
                                                   text("b"),
                                                   text("\u00e9"),
                                                   text("\U0001F600")};
    for (std::size_t left = 0; left < ascending.size(); ++left) {
        for (std::size_t right = 0; right < ascending.size(); ++right) {
            CAPTURE(left, right);
            const std::string left_key = key_of(ascending[left]);
            const std::string right_key = key_of(ascending[right]);
            CHECK((left_key <=> right_key) == (left <=> right));
            CHECK(compare_key_values(ascending[left], ascending[right]) == (left <=> right));
            CHECK((left == right || !right_key.starts_with(left_key)));
        }
    }
    CHECK(key_of(AttributeValue(Binary{"\x7f"})) < key_of(AttributeValue(Binary{"\x80"})));
    SECTION("and a prefix's bytes begin those of what it begins") {
        std::string prefix;
        append_key_prefix(prefix, text(std::string_view("a\0", 2)));
        CHECK(key_of(text(std::string_view("a\0b", 3))).starts_with(prefix));
        CHECK_FALSE(key_of(text("ab")).starts_with(prefix));
    }
}
