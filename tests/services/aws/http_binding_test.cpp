#include "services/aws/http_binding.h"

#include "services/aws/protocol_rest_json.h"
#include "services/aws/text_value.h"
#include "tests/services/aws/codec_support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::aws;
using namespace orrery::aws::test;

namespace {

/// A service made up so that every binding occurs.
const Model& parrot() {
    static const Model model("parrot", R"({
"service":{"serviceId":"Parrot","protocols":["rest-json"],"endpointPrefix":"parrot","signingName":"parrot"},
"operations":{
"Ask":{"input":"Ask","output":"Told","method":"GET","uri":"/birds/{Name}/words/{Word+}"},
"AskOne":{"input":"AskOne","method":"GET","uri":"/birds/{Name}"},
"AskBest":{"input":"AskOne","method":"GET","uri":"/birds/best"},
"AskOld":{"input":"AskOne","method":"GET","uri":"/birds/{Name}?old"},
"AskAge":{"input":"AskOne","method":"GET","uri":"/birds/{Name}?age=2"},
"AskLoud":{"input":"AskLoud","method":"GET","uri":"/birds/{Name}"},
"End":{"input":"AskEnd","method":"GET","uri":"/files/{Word+}/end"},
"All":{"method":"GET","uri":"/"}
},
"shapes":{
"Ask":{"type":"structure","required":["Name","Word"],"members":[
  ["Name",{"shape":"String","location":"uri"}],
  ["Word",{"shape":"String","location":"uri"}],
  ["Count",{"shape":"Integer","location":"querystring","locationName":"count"}],
  ["Loud",{"shape":"Boolean","location":"querystring","locationName":"loud"}],
  ["Since",{"shape":"Time","location":"querystring","locationName":"since"}],
  ["Tags",{"shape":"Strings","location":"querystring","locationName":"tag"}],
  ["Others",{"shape":"Lists","location":"querystring","locationName":""}],
  ["Pitch",{"shape":"Double","location":"header","locationName":"X-Pitch"}],
  ["Until",{"shape":"Time","location":"header","locationName":"X-Until"}],
  ["Times",{"shape":"Times","location":"header","locationName":"X-Times"}],
  ["Words",{"shape":"Strings","location":"header","locationName":"X-Words"}],
  ["Meta",{"shape":"Map","location":"headers","locationName":"x-meta-"}]]},
"AskOne":{"type":"structure","members":[["Name",{"shape":"String","location":"uri"}],
  ["Rest",{"shape":"Map","location":"querystring"}]]},
"AskLoud":{"type":"structure","required":["Loud"],"members":[["Name",{"shape":"String","location":"uri"}],
  ["Loud",{"shape":"Boolean","location":"header","locationName":"X-Loud"}]]},
"AskEnd":{"type":"structure","members":[["Word",{"shape":"String","location":"uri"}]]},
"Told":{"type":"structure","members":[
  ["Code",{"shape":"Integer","location":"statusCode"}],
  ["At",{"shape":"Time","location":"header","locationName":"X-At"}],
  ["AtIso",{"shape":"Time","location":"header","locationName":"X-At-Iso","timestampFormat":"iso8601"}],
  ["Words",{"shape":"Strings","location":"header","locationName":"X-Words"}],
  ["Times",{"shape":"Times","location":"header","locationName":"X-Times"}],
  ["Loud",{"shape":"Boolean","location":"header","locationName":"X-Loud"}],
  ["Meta",{"shape":"Map","location":"headers","locationName":"x-meta-"}],
  ["Text",{"shape":"String"}]]},
"Boolean":{"type":"boolean"},"Double":{"type":"double"},"Integer":{"type":"integer"},
"String":{"type":"string"},"Time":{"type":"timestamp"},
"Strings":{"type":"list","member":"String"},"Times":{"type":"list","member":"Time"},
"Lists":{"type":"map","key":"String","value":"Strings"},
"Map":{"type":"map","key":"String","value":"String"}
}})");
    return model;
}

std::string asked(const std::string& target, std::vector<HttpHeader> headers = {}) {
    return parsed(rest_json_protocol(), parrot(), {"GET", target, std::move(headers), ""});
}

std::string told(const Json& result) {
    return rendered(rest_json_protocol(), parrot(), "Ask", result, "GET");
}

}  // namespace

TEST_CASE("http binding: labels are decoded, a greedy one keeps its slashes") {
    CHECK(asked("/birds/a%20b%2Fc+d/words/x/y%20z/") ==
          R"(Ask {"Name":"a b/c+d","Word":"x/y z/"})");
    CHECK(asked("/birds/%C3%A4/words//x") == R"(Ask {"Name":"ä","Word":"/x"})");
    CHECK(asked("/files/a/b/end") == R"(End {"Word":"a/b"})");
    CHECK(asked("/").starts_with("All "));
}

TEST_CASE("http binding: the most specific pattern wins") {
    CHECK(asked("/birds/best").starts_with("AskBest "));
    CHECK(asked("/birds/other").starts_with("AskOne "));
    CHECK(asked("/birds/other/").starts_with("AskOne "));
    CHECK(asked("/birds/other?old").starts_with("AskOld "));
    CHECK(asked("/birds/other?x=1&old=").starts_with("AskOld "));
    CHECK(asked("/birds/other?age=2").starts_with("AskAge "));
    CHECK(asked("/birds/other?age=3").starts_with("AskOne "));
    CHECK(asked("/birds/other", {{"x-loud", "true"}}) == R"(AskLoud {"Loud":true,"Name":"other"})");
}

TEST_CASE("http binding: what no pattern fits is an unknown operation") {
    for (const char* target : {"/birds", "/birds/a/words", "/birds/a/words/", "/files/end", "x"}) {
        CHECK(asked(target).starts_with("UnknownOperationException (404): No operation of Parrot"));
    }
    CHECK(parsed(rest_json_protocol(), parrot(), {"PUT", "/birds/a", {}, ""}) ==
          "UnknownOperationException (404): No operation of Parrot is called by PUT /birds/a");
}

TEST_CASE("http binding: query parameters have the types of their members") {
    CHECK(asked("/birds/a/words/b?count=-3&loud=true&since=2026-01-01T00%3A00%3A00Z") ==
          R"(Ask {"Count":-3,"Loud":true,"Name":"a","Since":1767225600,"Word":"b"})");
    CHECK(asked("/birds/a/words/b?tag=1&tag=x+y&tag=") ==
          R"(Ask {"Name":"a","Tags":["1","x y",""],"Word":"b"})");
    // Text that is none of the member's values is validation's to refuse.
    CHECK(asked("/birds/a/words/b?count=3x&loud=yes&since=soon") ==
          R"(Ask {"Count":"3x","Loud":"yes","Name":"a","Since":"soon","Word":"b"})");
}

TEST_CASE("http binding: a map takes the query parameters that are nobody else's") {
    CHECK(asked("/birds/a?x=1&y=&x=2") == R"(AskOne {"Name":"a","Rest":{"x":"1","y":""}})");
    CHECK(asked("/birds/a") == R"(AskOne {"Name":"a"})");
}

TEST_CASE("http binding: headers are found in any case and split where they are lists") {
    CHECK(asked("/birds/a/words/b",
                {{"x-pitch", "1.5"},
                 {"X-UNTIL", "Thu, 01 Jan 2026 00:00:00 GMT"},
                 {"X-Words", R"(a, "b, \"c\"",d)"},
                 {"X-Times", "Thu, 01 Jan 2026 00:00:00 GMT, Fri, 02 Jan 2026 00:00:00 GMT"},
                 {"X-Meta-One", "1"},
                 {"x-meta-two", "ä"},
                 {"x-meta-", "no name"}}) ==
          R"(Ask {"Meta":{"one":"1","two":"ä"},"Name":"a","Pitch":1.5,)"
          R"("Times":[1767225600,1767312000],"Until":1767225600,"Word":"b",)"
          R"("Words":["a","b, \"c\"","d"]})");
}

TEST_CASE("http binding: malformed encodings are refused") {
    CHECK(asked("/birds/%zz").starts_with("SerializationException (400)"));
    CHECK(asked("/birds/%4").starts_with("SerializationException (400)"));
    CHECK(asked("/birds/%FF").starts_with("SerializationException (400)"));
    CHECK(asked("/birds/a?x=%FF").starts_with("SerializationException (400)"));
    CHECK(asked("/birds/a/words/b", {{"X-Words", "\xFF"}})
              .starts_with("SerializationException (400)"));
}

TEST_CASE("http binding: answers have their status and headers") {
    CHECK(told({{"Code", 207},
                {"At", 1767225600.75},
                {"AtIso", 1767225600.5},
                {"Words", {"a", "b,c", "d\"e"}},
                {"Times", {0, 86400}},
                {"Loud", false},
                {"Meta", {{"One", "1"}}},
                {"Text", "t"}}) ==
          "207\n"
          "x-amzn-RequestId: req-1\n"
          "X-At: Thu, 01 Jan 2026 00:00:00 GMT\n"
          "X-At-Iso: 2026-01-01T00:00:00.500Z\n"
          "X-Words: a, \"b,c\", \"d\\\"e\"\n"
          "X-Times: Thu, 01 Jan 1970 00:00:00 GMT, "
          "Fri, 02 Jan 1970 00:00:00 GMT\n"
          "X-Loud: false\n"
          "x-meta-One: 1\n"
          "Content-Type: application/json\n"
          "\n"
          R"({"Text":"t"})");
}

TEST_CASE("http binding: a value cannot smuggle a header in") {
    CHECK(told({{"Meta", {{"a", "x\r\nSet-Cookie: y"}}}}).find("x-meta-a: x  Set-Cookie: y\n") !=
          std::string::npos);
}

TEST_CASE("text value: dates of HTTP are read and written") {
    CHECK(http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777.0);
    CHECK(http_date(-1) == "Wed, 31 Dec 1969 23:59:59 GMT");
    CHECK(http_date(1e300) == "Fri, 31 Dec 9999 23:59:59 GMT");
    for (const char* wrong : {"",
                              "Sun, 31 Feb 1994 08:49:37 GMT",
                              "Sun, 06 Nov 1994 24:49:37 GMT",
                              "Sun, 06 Nux 1994 08:49:37 GMT",
                              "Sun, 06 Nov 1994 08:49:37 UTC",
                              "Sun, -6 Nov 1994 08:49:37 GMT"}) {
        CHECK(!parse_http_date(wrong));
    }
}
