#include "services/aws/form.h"

#include "services/aws/error.h"
#include "services/aws/xml.h"

#include <catch2/catch.hpp>

using namespace orrery::aws;

namespace {

std::string code_of(std::string_view form) {
    try {
        parse_form(form);
    } catch (const ApiError& error) {
        return error.code();
    }
    return "";
}

}  // namespace

TEST_CASE("aws form: names and values are decoded, '+' is a space, empty fields are none") {
    CHECK(parse_form("a=1&&b=x%20y+z%2B&c&=d&e=f=g") ==
          std::vector<FormField>{{"a", "1"}, {"b", "x y z+"}, {"c", ""}, {"", "d"}, {"e", "f=g"}});
    CHECK(parse_form("").empty());
    CHECK(parse_form("a=%E2%82%AC")[0].second == "€");
}

TEST_CASE("aws form: broken escapes, text that is no UTF-8 and endless forms are refused") {
    for (const char* form : {"a=%", "a=%4", "a=%zz", "%=a", "a=%ff", "a=%C0%80", "a=%ED%A0%80"}) {
        CAPTURE(form);
        CHECK(code_of(form) == "MalformedQueryString");
    }
    std::string many;
    for (std::size_t i = 0; i <= most_form_fields; ++i) {
        many += "a&";
    }
    CHECK(code_of(many) == "MalformedQueryString");
}

TEST_CASE("aws form: encoding leaves only what SigV4 leaves") {
    CHECK(percent_encode("az-_.~09/ +%é") == "az-_.~09%2F%20%2B%25%C3%A9");
    CHECK(percent_encode("a/b", "/") == "a/b");
    CHECK(percent_decode("a+b%2f", PlusSign::plus) == "a+b/");
}

TEST_CASE("aws xml: a reader gets the text back; what XML has no way to say is replaced") {
    XmlWriter xml;
    xml.open("A", xmlns_attribute("http://x/?a&b"));
    xml.text("B", "<&>\"'\t\n\r\x01\xEF\xBF\xBF|é");
    xml.empty("C");
    xml.close("A");
    CHECK(xml.take() ==
          "<?xml version=\"1.0\"?><A xmlns=\"http://x/?a&amp;b\"><B>&lt;&amp;&gt;&quot;'\t\n&#xD;"
          "\xEF\xBF\xBD\xEF\xBF\xBD|é</B><C/></A>");
}
