// Filter patterns. What they match is from AWS's page on their syntax, with its examples' shapes.
#include "services/aws/error.h"
#include "services/logs/filter_pattern.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::logs;

namespace {

bool matches(const std::string& pattern, const std::string& message) {
    return parse_filter_pattern(pattern)->matches(message);
}

std::string failure(const std::string& pattern) {
    try {
        parse_filter_pattern(pattern);
    } catch (const aws::ApiError& error) {
        CHECK(error.code() == "InvalidParameterException");
        return error.message();
    }
    return "no error";
}

const std::string trail = R"({"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111",)"
                          R"("arrayKey":["value","another value"],)"
                          R"("objectList":[{"name":"a","id":1},{"name":"b","id":2}],)"
                          R"("SomeObject":null,"cluster.name":"c","flag":true,"off":false,)"
                          R"("n":400,"x-y_z":1.5,"number":[1000,0.001],"empty":""})"
                          "\n";

const std::string access_line =
    R"(127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534)";

}  // namespace

TEST_CASE("logs filter patterns: terms are all needed, and found anywhere") {
    CHECK(matches("", "anything"));
    CHECK(matches("  ", "anything"));
    CHECK(matches("\" \"", "anything"));
    CHECK(matches("ERROR", "[ERROR 400] BAD REQUEST"));
    CHECK(matches("ERROR", "Exiting with ERRORCODE: -1"));
    CHECK_FALSE(matches("ERROR", "[error] case counts"));
    CHECK(matches("ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS"));
    CHECK_FALSE(matches("ERROR ARGUMENTS", "[ERROR 400] BAD REQUEST"));
    CHECK(matches("\"INTERNAL SERVER ERROR\"", "[ERROR 500] INTERNAL SERVER ERROR"));
    CHECK_FALSE(matches("\"INTERNAL SERVER ERROR\"", "SERVER ERROR INTERNAL"));
    CHECK(matches(R"("say \"hi\"")", R"(they say "hi")"));
}

TEST_CASE("logs filter patterns: -terms are excluded, of ?terms one is enough") {
    CHECK(matches("ERROR -ARGUMENTS", "[ERROR 400] BAD REQUEST"));
    CHECK_FALSE(matches("ERROR -ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS"));
    CHECK_FALSE(matches("\"ERROR\" - \"Exiting\"", "Exiting with ERRORCODE: -1"));
    CHECK(matches("-ERROR", "fine"));
    CHECK(matches("?ERROR ?WARN", "WARN message"));
    CHECK_FALSE(matches("?ERROR ?WARN", "INFO message"));
    CHECK(matches("?\"a b\" ?c", "x a b"));
    // "If you combine ? with other filter patterns, all question mark terms will be ignored."
    CHECK(matches("?ERROR ?ARGUMENTS REQUEST", "[INFO] REQUEST FAILED"));
}

TEST_CASE("logs filter patterns: regular expressions stand between percent signs") {
    CHECK(matches("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST"));
    CHECK(matches("%^[hc]at%", "hat trick"));
    CHECK_FALSE(matches("%^[hc]at%", "a hat"));
    CHECK(matches("%[hc]at$%", "a hat\n"));
    CHECK(matches("%^starting|^initializing|^shutting down%", "shutting down now"));
    CHECK(matches("%10\\.10\\.0\\.1%", "from 10.10.0.1"));
    CHECK_FALSE(matches("%10\\.10\\.0\\.1%", "10010,051"));
    CHECK(matches("%^a{,2}b\\d\\x28$%", "aab7("));
    CHECK(matches("%\\w+\\s\\W%", "abc !"));
    CHECK(failure("%something!%") == "Invalid character(s) in term '!'");
    CHECK(failure("%(a)%") == "Invalid character(s) in term '('");
    for (const char* wrong : {"%[a%", "%a", "%%", "%\\q%", "%\\x2%", "%a% b", "%a{2,1}%"}) {
        CHECK(failure(wrong) == "Invalid filter pattern");
    }
}

TEST_CASE("logs filter patterns: other characters need quotes, and braces their ends") {
    CHECK(failure("?Status: timeout") == "Invalid character(s) in term ':'");
    CHECK(failure("a(b") == "Invalid character(s) in term '('");
    CHECK(failure("\"\"") == "Invalid character(s) in term '\"\"'");
    CHECK(failure("\"open") == "Invalid filter pattern");
    CHECK(failure("-") == "Invalid filter pattern");
    CHECK(failure("{$.a=\"b\"") == "If a filter pattern starts with '{' it must end with '}'");
    CHECK(failure("[a, b") == "If a filter pattern starts with '[' it must end with ']'");
}

TEST_CASE("logs filter patterns: JSON fields are compared as text") {
    CHECK(matches("{ $.eventType = \"UpdateTrail\" }", trail));
    CHECK(matches("{$.eventType=UpdateTrail}", trail));
    CHECK(matches("{ $.eventType = Update* }", trail));
    CHECK(matches("{ $.eventType = \"*Trail\" }", trail));
    CHECK(matches("{ $.eventType = *dateT* }", trail));
    CHECK_FALSE(matches("{ $.eventType = Up*Trail }", trail));  // only at the ends
    CHECK(matches("{ $.sourceIPAddress != 123.123.* }", trail));
    CHECK_FALSE(matches("{ $.sourceIPAddress != 111.* }", trail));
    CHECK(matches("{ $.arrayKey[0] = \"value\" }", trail));
    CHECK(matches("{ $.objectList[1].name = b }", trail));
    CHECK(matches("{ $.['cluster.name'] = \"c\" }", trail));
    CHECK(matches("{ $.empty = * }", trail));
    CHECK(matches("{ $.eventType = %Trail% }", trail));
    CHECK(matches("{ $.arrayKey[*] = %val.{2}% }", trail));
    CHECK(matches("{ $.* = %111\\.111\\.111\\.1[0-9]{1,2}% }", trail));
    // What is an array, an object or missing fits nothing.
    CHECK_FALSE(matches("{ $.arrayKey = value }", trail));
    CHECK_FALSE(matches("{ $.arrayKey != value }", trail));
    CHECK_FALSE(matches("{ $.missing != value }", trail));
    CHECK_FALSE(matches("{ $.eventType != x }", "no JSON"));
    CHECK_FALSE(matches("{ $.missing NOT EXISTS }", "no JSON"));
}

TEST_CASE("logs filter patterns: JSON fields are compared as numbers") {
    CHECK(matches("{ $.n = 400 }", trail));
    CHECK(matches("{ $.n = +4e2 }", trail));
    CHECK(matches("{ $.n = 4* }", trail));
    CHECK(matches("{ $.n != 401 }", trail));
    CHECK(matches("{ $.x-y_z > 1 && $.x-y_z >= 1.5 && $.x-y_z <= 1.5 && $.x-y_z < 2 }", trail));
    CHECK_FALSE(matches("{ $.n > 400 }", trail));
    CHECK(matches("{ $.number[0] = 1e+3 && $.number[1] != 1e-4 }", trail));
    CHECK_FALSE(matches("{ $.eventType > 1 }", trail));
    CHECK(failure("{ $.n > abc }") == "Invalid filter pattern");
    CHECK(failure("{ $.n > \"1\" }") == "Invalid filter pattern");
}

TEST_CASE("logs filter patterns: JSON fields are null, true, false or missing") {
    CHECK(matches("{ $.SomeObject IS NULL }", trail));
    CHECK_FALSE(matches("{ $.eventType IS NULL }", trail));
    CHECK_FALSE(matches("{ $.missing IS NULL }", trail));
    CHECK(matches("{ $.flag IS TRUE && $.off IS FALSE }", trail));
    CHECK_FALSE(matches("{ $.flag IS FALSE }", trail));
    CHECK(matches("{ $.SomeOtherObject NOT EXISTS }", trail));
    CHECK_FALSE(matches("{ $.SomeObject NOT EXISTS }", trail));
    CHECK(failure("{ $.a IS NOT NULL }") == "Invalid filter pattern");
    CHECK(failure("{ $.a EXISTS }") == "Invalid filter pattern");
}

TEST_CASE("logs filter patterns: && binds more than ||, and parentheses most") {
    const std::string json = R"({"user":{"id":1,"email":"John.Stiles@example.com"},)"
                             R"("users":[{"id":2,"email":"John.Doe@example.com"}],)"
                             R"("actions":["GET","PUT","DELETE"],"coordinates":[[0,1],[4,5]]})";
    CHECK(matches("{ ($.user.id = 1) && ($.users[0].email = \"John.Doe@example.com\") }", json));
    CHECK(matches("{ $.user.id = 1 || $.coordinates[0][1] = no && $.actions[2] = no }", json));
    CHECK_FALSE(
        matches("{ ($.user.id = 1 || $.coordinates[0][1] = no) && $.actions[2] = no }", json));
    CHECK_FALSE(
        matches("{ ($.user.id = 2 && $.users[0].id = 2) || $.actions[2] = \"GET\" }", json));
    CHECK(matches("{(($.actions[0]=GET)&&(($.user.id=7)||($.coordinates[1][0]=4)))}", json));
}

TEST_CASE("logs filter patterns: what is wrong with a JSON pattern") {
    CHECK(failure("{ $.\"sc-status\" = 5* }") == "Invalid character(s) in term '$.\"'");
    CHECK(failure("{ $.a = b?c }") == "Invalid character(s) in term '?'");
    for (const char* wrong : {"{}",
                              "{ status = 401 }",
                              "{ $ = 1 }",
                              "{ $.a }",
                              "{ $.a = }",
                              "{ $.a = 1 && }",
                              "{ ($.a = 1 }",
                              "{ $.a = 1) }",
                              "{ $.a = 1 $.b = 2 }",
                              "{ $.a[x] = 1 }",
                              "{ $.*[*] = 1 }",
                              "{ $.a[*] = 1 || $.b[*] = 1 || $.c[*] = 1 || $.d[*] = 1 }",
                              "{ $.a = %a% || $.b = %b% || $.c = %c% }"}) {
        INFO(wrong);
        CHECK(failure(wrong) == "Invalid filter pattern");
    }
    CHECK(failure("{" + std::string(500, '(') + "$.a=1" + std::string(500, ')') + "}") ==
          "Invalid filter pattern");
}

TEST_CASE("logs filter patterns: fields between spaces") {
    CHECK(matches("[ip, user, username, timestamp, request, status_code, bytes]", access_line));
    CHECK(
        matches("[ip=%127\\.0\\.0\\.[1-9]%, user, username, timestamp, request =*.html*, "
                "status_code = 4*, bytes]",
                access_line));
    CHECK(matches("[..., request =*.html*, status_code = 4*, bytes]", access_line));
    CHECK(matches("[ip, user, ..., status_code, bytes > 1000]", access_line));
    CHECK_FALSE(matches("[..., bytes > 1600]", access_line));
    CHECK(matches("[ip, user, ...]", access_line));
    CHECK(matches("[..., status_code = 404 || status_code = 410, bytes]", access_line));
    CHECK(matches("[..., (s = 1 || s = 404) && s != 403, bytes]", access_line));
    CHECK_FALSE(matches("[..., status_code = 4* && status_code != 404, bytes]", access_line));
    CHECK(matches("[a, b, c, timestamp=10/Oct*, ...]", access_line));
    CHECK_FALSE(matches("[a, b, c]", "one two"));
}

TEST_CASE("logs filter patterns: the last field takes all that is left") {
    const std::string error = "ERROR 09/25/2014 12:00:02 Failed to process request";
    CHECK(matches("[w1=ERROR, w2]", error));
    CHECK(matches("[w1=ERROR || w1=WARNING, w2]", error));
    CHECK_FALSE(matches("[w1!=ERROR && w1!=WARNING, w2]", error));
    CHECK(matches("[w1!=ERROR && w1!=WARNING, w2]", "INFO fine"));
    CHECK(matches("[time=*Z, id=\"*-*\", event=hello*]",
                  "2026-01-01T00:00:00.000Z\tab-cd\thello to all\n"));
    CHECK(matches("[level, date, time, method, url=%/resource/[0-9]+$%, response_time]",
                  "INFO 09/25/2014 12:00:00 GET /service/resource/67 1200"));
}

TEST_CASE("logs filter patterns: what is wrong with a space-delimited pattern") {
    CHECK(failure("[a = b?]") == "Invalid character(s) in term '?'");
    for (const char* wrong :
         {"[]", "[a =]", "[..., b, ...]", "[a > x]", "[a = 1 && b = 2]", "[(a = 1, b]"}) {
        INFO(wrong);
        CHECK(failure(wrong) == "Invalid filter pattern");
    }
}

TEST_CASE("logs filter patterns: extracted values are named, or numbered where they have no name") {
    // The example of AWS's page on space-delimited metric filters.
    const auto delimited = parse_filter_pattern("[..., request=*.html*, status_code=4*,]");
    CHECK(delimited->extract(access_line) ==
          ExtractedValues{{"$1", "127.0.0.1"},
                          {"$2", "Prod"},
                          {"$3", "frank"},
                          {"$4", "10/Oct/2000:13:25:15 -0700"},
                          {"$request", "GET /index.html HTTP/1.0"},
                          {"$status_code", "404"},
                          {"$7", "1534"}});
    const auto json = parse_filter_pattern("{ $.n > 1 && $.objectList[0].id = 1 && $.no != 1 }");
    CHECK(json->extract(trail) == ExtractedValues{{"$.n", "400"}, {"$.objectList[0].id", "1"}});
    CHECK(json->field(trail, "$.x-y_z") == "1.5");
    CHECK(json->field(trail, "$.arrayKey") == std::nullopt);
    CHECK(json->is_selector("$.a[3].b"));
    CHECK_FALSE(json->is_selector("$.a[*]"));
    CHECK_FALSE(json->is_selector("1"));
    CHECK(delimited->is_selector("$request"));
    CHECK_FALSE(delimited->is_selector("$other"));
}
