#include "services/aws/json_text.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

using orrery::Json;
using orrery::aws::read_json;
using orrery::aws::write_json;

namespace {

Json by_library(const std::string& text) {
    return Json::parse(text, nullptr, false);
}

std::string by_library(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

TEST_CASE("json text: what is read is what the library reads") {
    const std::string long_text(100, 'x');
    for (const std::string& text : {
             std::string(R"({"a":{"S":"text"},"b":[1,-2,3.5,1e3,true,false,null]})"),
             std::string(" \t\r\n{ \"a\" : [ ] , \"b\" : { } , \"\" : \"\" } \n"),
             std::string(R"({"b":1,"a":2,"b":3})"),
             R"({"long":")" + long_text + R"("})",
             R"({"escaped":")" + long_text + R"(\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"})",
             "[\"" + long_text + "\xC3\xA9\", \"\x7F\"]",
             std::string(R"([18446744073709551615,-9223372036854775808,-0,0.1])"),
             std::string(R"("text")"),
             std::string("12"),
             std::string(1000, '[') + std::string(1000, ']'),
         }) {
        const Json read = read_json(text);
        CHECK(read == by_library(text));
        CHECK(read.is_discarded() == by_library(text).is_discarded());
    }
    CHECK(read_json("[1,-1,1.0]")[0].is_number_unsigned());
    CHECK(read_json("[1,-1,1.0]")[2].is_number_float());
}

TEST_CASE("json text: what the library refuses is refused") {
    for (const std::string& text : {std::string(),
                                    std::string(" "),
                                    std::string("{"),
                                    std::string("{\"a\"}"),
                                    std::string("{\"a\":}"),
                                    std::string("{\"a\":1,}"),
                                    std::string("{a:1}"),
                                    std::string("{1:1}"),
                                    std::string("[1,]"),
                                    std::string("[1 2]"),
                                    std::string("[1]]"),
                                    std::string("\"open"),
                                    std::string("\"open\\"),
                                    std::string("\"line\nbreak\""),
                                    std::string("\"\\x\""),
                                    std::string("\"\xFF\""),
                                    std::string("[01]"),
                                    std::string("[\xEF\xBB\xBF"
                                                "1]"),
                                    std::string("[1\0]", 4),
                                    std::string("nul"),
                                    std::string("[1e400]")}) {
        CAPTURE(text);
        CHECK(by_library(text).is_discarded());
        CHECK(read_json(text).is_discarded());
    }
}

TEST_CASE("json text: what is written is what the library writes") {
    for (const Json& value : {Json{{"b", Json::array()}, {"a", Json::object()}, {"c", nullptr}},
                              Json{1, -2, 18446744073709551615U, 3.5, true, false, "", "text"},
                              Json(std::string(100, 'x') + "\"\\/\n\t\x01\x7F\xC3\xA9"),
                              Json("broken \xFF\xC3"),
                              Json{{"name \"quoted\"", {{"L", {1, {{"S", "x"}}}}}}},
                              Json()}) {
        CHECK(write_json(value) == by_library(value));
    }
}
