// DynamoDB's numbers. [docs: HowItWorks.NamingRulesDataTypes; alternator test_number; dyl]
#include "services/dynamodb/number.h"

#include "tests/services/dynamodb/expression_support.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

using namespace orrery::dynamodb;

namespace {

constexpr const char* overflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
constexpr const char* underflow =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";

std::string text_of(const std::string& text) {
    return Number::parse(text).text();
}

std::string parse_error(const std::string& text) {
    return error_of([&] { Number::parse(text); });
}

std::string key_of(const char* text) {
    std::string bytes;
    Number::parse(text).append_key(bytes);
    return bytes;
}

}  // namespace

TEST_CASE("dynamodb number: the text that comes back is normal, without an exponent") {
    const std::array<std::array<const char*, 2>, 16> rows = {
        {{"0", "0"},
         {"-0", "0"},
         {"0.000", "0"},
         {"1.0", "1"},
         {"1e2", "100"},
         {"+5", "5"},
         {"007", "7"},
         {".5", "0.5"},
         {"5.", "5"},
         {"-12.340", "-12.34"},
         {"1E-3", "0.001"},
         {"123e-2", "1.23"},
         {"-100.100e1", "-1001"},
         {"1000000000000000000000", "1000000000000000000000"},
         {"12345678901234567890123456789012345678", "12345678901234567890123456789012345678"},
         {"10000000000000000000.5", "10000000000000000000.5"}}};
    for (const auto& [given, normal] : rows) {
        CAPTURE(given);
        CHECK(text_of(given) == normal);
        CHECK(Number::parse(given) == Number::parse(normal));
    }
}

TEST_CASE("dynamodb number: 38 digits and magnitudes from 1E-130 to 9.9E125") {
    const std::string nines(38, '9');
    CHECK(text_of(nines + "e88") == nines + std::string(88, '0'));
    CHECK(parse_error("1e126") == overflow);
    CHECK(parse_error("-10e125") == overflow);
    CHECK(text_of("1e-130") == "0." + std::string(129, '0') + "1");
    CHECK(text_of("1.5e-130") == "0." + std::string(129, '0') + "15");
    CHECK(parse_error("0.9e-130") == underflow);
    CHECK(parse_error("-1e-131") == underflow);
    CHECK(parse_error(nines + "9") ==
          "Attempting to store more than 38 significant digits in a Number");
    CHECK(parse_error("1" + std::string(37, '0') + "1") ==
          "Attempting to store more than 38 significant digits in a Number");
    SECTION("zeros at either end do not count") {
        CHECK(text_of("000" + nines + "000") == nines + "000");
        CHECK(text_of("0.000" + nines + "000") == "0.000" + nines);
    }
    SECTION("a magnitude out of range is told before the digits") {
        CHECK(parse_error(nines + "9e126") == overflow);
    }
    SECTION("zero, too, may have no larger exponent") {
        CHECK(parse_error("0e126") == overflow);
        CHECK(text_of("0e125") == "0");
    }
    SECTION("an exponent of any length is read") {
        CHECK(parse_error("1e" + std::string(100, '9')) == overflow);
        CHECK(parse_error("1e-" + std::string(100, '9')) == underflow);
    }
}

TEST_CASE("dynamodb number: what is no number is said to be none") {
    CHECK(parse_error("") == "The parameter cannot be converted to a numeric value");
    for (const std::string text : {"dog",
                                   "NaN",
                                   "Infinity",
                                   "-",
                                   ".",
                                   "e5",
                                   "1e",
                                   "1e+",
                                   "0x10",
                                   " 1",
                                   "1 ",
                                   "1,5",
                                   "--1",
                                   "1.2.3"}) {
        CHECK(parse_error(text) == "The parameter cannot be converted to a numeric value: " + text);
    }
}

TEST_CASE("dynamodb number: sums and differences are exact or refused") {
    const auto sum = [](const std::string& left, const std::string& right) {
        return (Number::parse(left) + Number::parse(right)).text();
    };
    const auto difference = [](const std::string& left, const std::string& right) {
        return (Number::parse(left) - Number::parse(right)).text();
    };
    CHECK(sum("0.1", "0.2") == "0.3");
    CHECK(sum("-5", "5") == "0");
    CHECK(sum("999", "1") == "1000");
    CHECK(sum("0", "-7") == "-7");
    CHECK(difference("1", "1.5") == "-0.5");
    CHECK(difference("0", "3") == "-3");
    CHECK(difference("-3", "0") == "-3");
    CHECK(sum("1e36", "0.1") == "1" + std::string(36, '0') + ".1");
    const std::string nines(38, '9');
    CHECK(difference("1e38", "1") == nines);
    CHECK(sum(nines, "1") == "1" + std::string(38, '0'));
    CHECK(error_of([&] { sum("1e38", "1"); }) == overflow);
    CHECK(error_of([&] { sum("3e38", "1"); }) == overflow);
    CHECK(error_of([&] { sum(nines + "e88", nines + "e88"); }) == overflow);
    CHECK(error_of([&] { difference("1e125", "1e-130"); }) == overflow);
    CHECK(error_of([&] { difference("1.1e-130", "1e-130"); }) == underflow);
}

TEST_CASE("dynamodb number: order by what they count, and so do the bytes of keys") {
    constexpr std::array<const char*, 17> ascending = {"-9.9e125",
                                                       "-1e38",
                                                       "-100.5",
                                                       "-100",
                                                       "-99",
                                                       "-1.01",
                                                       "-1",
                                                       "-1e-130",
                                                       "0",
                                                       "1e-130",
                                                       "0.0001",
                                                       "0.99",
                                                       "1",
                                                       "1.1",
                                                       "9",
                                                       "10",
                                                       "9.9e125"};
    for (std::size_t left = 0; left < ascending.size(); ++left) {
        for (std::size_t right = 0; right < ascending.size(); ++right) {
            CAPTURE(ascending[left], ascending[right]);
            CHECK((Number::parse(ascending[left]) <=> Number::parse(ascending[right])) ==
                  (left <=> right));
            CHECK((key_of(ascending[left]) <=> key_of(ascending[right])) == (left <=> right));
            if (left != right) {
                CHECK_FALSE(key_of(ascending[left]).starts_with(key_of(ascending[right])));
            }
        }
    }
}

TEST_CASE("dynamodb number: a size is a byte, one for two digits, and one for a minus") {
    CHECK(Number::parse("0").size() == 1);
    CHECK(Number::parse("1").size() == 2);
    CHECK(Number::parse("-1").size() == 3);
    CHECK(Number::parse("12000").size() == 2);
    CHECK(Number::parse("123").size() == 3);
    CHECK(Number::parse("1.5").size() == 3);  // each side of the point by itself
    CHECK(Number::parse("0.0000001").size() == 2);
    CHECK(Number::parse("10.05").size() == 3);
    CHECK(Number::parse("123.456").size() == 5);
}
