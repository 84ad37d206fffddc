#include "services/aws/cbor.h"

#include "services/aws/protocol_cbor.h"
#include "tests/services/aws/codec_support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::aws;
using namespace orrery::aws::test;

namespace {

std::string bytes(std::string_view hexadecimal) {
    std::string all;
    for (std::size_t at = 0; at + 1 < hexadecimal.size(); at += 2) {
        all.push_back(
            static_cast<char>(std::stoi(std::string(hexadecimal.substr(at, 2)), nullptr, 16)));
    }
    return all;
}

std::string hexadecimal(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string all;
    for (const char byte : text) {
        all += digits[static_cast<unsigned char>(byte) >> 4];
        all += digits[static_cast<unsigned char>(byte) & 15];
    }
    return all;
}

/// A member of each type.
const Shape& bird() {
    static const Model model("bird", R"({
"service":{"serviceId":"Bird","protocols":["smithy-rpc-v2-cbor"]},"operations":{},
"shapes":{
"Bird":{"type":"structure","members":[["n","Long"],["d","Double"],["t","Time"],["b","Blob"],["s","String"],
  ["f","Boolean"],["l","Birds"],["m","Map"]]},
"Long":{"type":"long"},"Double":{"type":"double"},"Time":{"type":"timestamp"},"Blob":{"type":"blob"},
"String":{"type":"string"},"Boolean":{"type":"boolean"},"Birds":{"type":"list","member":"Bird"},
"Map":{"type":"map","key":"String","value":"Long"}
}})");
    return *model.find_shape("Bird");
}

/// The bytes of {KEY: value}, read.
std::string read(char key, std::string_view value, CborTime time = CborTime::seconds) {
    try {
        return read_cbor(bytes("a161") + key + bytes(value), bird(), time).dump();
    } catch (const ApiError& error) {
        return error.code() + ": " + error.message();
    }
}

std::string read_all(std::string_view whole) {
    try {
        return read_cbor(bytes(whole), bird()).dump();
    } catch (const ApiError& error) {
        return error.code();
    }
}

std::string written(const Json& value, CborTime time = CborTime::seconds) {
    std::string out;
    append_cbor(out, value, bird(), time);
    return hexadecimal(out);
}

HttpRequest rpc(const std::string& operation, const std::string& body) {
    return {"POST",
            "/service/GraniteServiceVersion20100801/operation/" + operation,
            {{"smithy-protocol", "rpc-v2-cbor"}, {"Content-Type", "application/cbor"}},
            body};
}

std::string cloudwatch(const std::string& operation, const std::string& body) {
    return parsed(rpc_v2_cbor_protocol(), file_model("cloudwatch"), rpc(operation, body));
}

}  // namespace

TEST_CASE("cbor: numbers of every length are read") {
    // [RFC 8949, appendix A]
    CHECK(read('n', "17") == R"({"n":23})");
    CHECK(read('n', "1818") == R"({"n":24})");
    CHECK(read('n', "1903e8") == R"({"n":1000})");
    CHECK(read('n', "1a000f4240") == R"({"n":1000000})");
    CHECK(read('n', "1bffffffffffffffff") == R"({"n":18446744073709551615})");
    CHECK(read('n', "3903e7") == R"({"n":-1000})");
    CHECK(read('n', "3b7fffffffffffffff") == R"({"n":-9223372036854775808})");
    CHECK(read('n', "fb4014000000000000") == R"({"n":5})");
    CHECK(read('d', "f93e00") == R"({"d":1.5})");
    CHECK(read('d', "f90001") == R"({"d":5.960464477539063e-08})");
    CHECK(read('d', "f9c400") == R"({"d":-4.0})");
    CHECK(read('d', "fa47c35000") == R"({"d":100000.0})");
    CHECK(read('d', "fb3ff199999999999a") == R"({"d":1.1})");
    CHECK(read('d', "f97c00") == R"({"d":"Infinity"})");
    CHECK(read('d', "f97e00") == R"({"d":"NaN"})");
}

TEST_CASE("cbor: strings and containers may be of definite or indefinite length") {
    CHECK(read('s', "63c3a461") == R"({"s":"äa"})");
    CHECK(read('s', "7f62c3a46161ff") == R"({"s":"äa"})");
    CHECK(read('b', "4200ff") == R"({"b":"AP8="})");
    CHECK(read('b', "5f410041ffff") == R"({"b":"AP8="})");
    CHECK(read('l', "82a0a1616e01") == R"({"l":[{},{"n":1}]})");
    CHECK(read('l', "9fbf616e01ffff") == R"({"l":[{"n":1}]})");
    CHECK(read('m', "bf617801617902ff") == R"({"m":{"x":1,"y":2}})");
    CHECK(read('f', "f5") == R"({"f":true})");
}

TEST_CASE("cbor: nulls, unknown members and other tags make no difference") {
    CHECK(read('s', "f6") == "{}");
    CHECK(read('s', "f7") == "{}");
    CHECK(read('x', "83010203") == "{}");
    CHECK(read('s', "d9d9f76161") == R"({"s":"a"})");
}

TEST_CASE("cbor: timestamps are seconds, or milliseconds as Java's SDKs send them") {
    CHECK(read('t', "c11a6955b900") == R"({"t":1767225600})");
    CHECK(read('t', "c1fb41da556e40200000") == R"({"t":1767225600.5})");
    CHECK(read('t', "c11b0000019b76daa800", CborTime::milliseconds) == R"({"t":1767225600})");
    CHECK(read('t', "c11b0000019b76daa9f4", CborTime::milliseconds) == R"({"t":1767225600.5})");
    CHECK(written({{"t", 1767225600}}) == "a16174c11a6955b900");
    CHECK(written({{"t", 1767225600.5}}) == "a16174c1fb41da556e40200000");
    CHECK(written({{"t", 1767225600.5}}, CborTime::milliseconds) == "a16174c11b0000019b76daa9f4");
}

TEST_CASE("cbor: what is no CBOR is refused") {
    for (const char* wrong : {"",
                              "a1",
                              "a161",
                              "a1616e",
                              "a1616e18",
                              "a1616e1c",
                              "a1616e1f",
                              "a1616eff",
                              "a1616e01ff",
                              "a161736361",
                              "a161737b7fffffffffffffff61",
                              "a161737f4161ff",
                              "a161737f7f6161ffff",
                              "a1617361ff",
                              "a161734161",
                              "a10102",
                              "a1616c9bffffffffffffffff",
                              "bf616e",
                              "a1616ee0",
                              "a1616e3bffffffffffffffff",
                              "a1616ef800"}) {
        INFO(wrong);
        CHECK(read_all(wrong) == "SerializationException");
    }
}

TEST_CASE("cbor: depth is bounded") {
    const auto deep = [](std::string_view part) {
        std::string all;
        for (int level = 0; level < 100'000; ++level) {
            all += part;
        }
        return read('x', all);
    };
    const std::string refused = "SerializationException: The request is nested too deeply.";
    CHECK(deep("81") == refused);
    CHECK(deep("9f") == refused);
    CHECK(deep("c1") == refused);
    CHECK(deep("a16161") == refused);
}

TEST_CASE("cbor: answers have definite lengths and the model's order") {
    CHECK(written({{"m", {{"k", 1000}}},
                   {"l", {Json::object()}},
                   {"f", false},
                   {"s", "\xC3\xA4"},
                   {"b", "AP8="},
                   {"d", 1.1},
                   {"n", -1000},
                   {"other", 1}}) ==
          "a7616e3903e76164fb3ff199999999999a61624200ff617362c3a46166f4616c81a0616da1616b1903e8");
    CHECK(written({{"d", 2}, {"n", nullptr}}) == "a16164fb4000000000000000");
    CHECK(written({{"s", std::string(300, 'x')}}).starts_with("a1617379012c7878"));
}

TEST_CASE("cbor: an operation of RPC v2 is named by its path") {
    CHECK(rpc_v2_cbor_protocol().recognizes(rpc("X", "")));
    CHECK(!rpc_v2_cbor_protocol().recognizes({"POST", "/", {}, ""}));
    CHECK(cloudwatch("PutMetricData", bytes("a1694e616d657370616365") + bytes("62") + "ns") ==
          R"(PutMetricData {"Namespace":"ns"})");
    CHECK(cloudwatch("DeleteAlarms", "") == "DeleteAlarms {}");
    CHECK(cloudwatch("Fly", "") == "UnknownOperationException (404): ");
    CHECK(cloudwatch("PutMetricData", "\x01") ==
          "SerializationException (400): The request body is no map.");
}

TEST_CASE("cbor: every answer of RPC v2 says its protocol") {
    const Model& model = file_model("cloudwatch");
    CHECK(rendered(rpc_v2_cbor_protocol(), model, "PutMetricData", nullptr) ==
          "200\nsmithy-protocol: rpc-v2-cbor\nx-amzn-RequestId: req-1\n\n");
    CHECK(rendered(rpc_v2_cbor_protocol(), model, "GetMetricStatistics", {{"Label", "l"}}) ==
          "200\nsmithy-protocol: rpc-v2-cbor\nx-amzn-RequestId: req-1\n"
          "Content-Type: application/cbor\n\n" +
              bytes("a1654c6162656c616c"));
    // [docs: awsQueryCompatible; Smithy RPC v2 CBOR: the error's type is an absolute shape ID]
    CHECK(rendered_error(
              rpc_v2_cbor_protocol(), model, ApiError("InvalidParameterValueException", "no")) ==
          "400\nx-amzn-query-error: InvalidParameterValue;Sender\n"
          "smithy-protocol: rpc-v2-cbor\nx-amzn-RequestId: req-1\n"
          "Content-Type: application/cbor\n\n" +
              bytes("a2665f5f747970657837") +
              "com.amazonaws.cloudwatch#InvalidParameterValueException" +
              bytes("676d657373616765626e6f"));
}

TEST_CASE("cbor: Kinesis is asked by its target with CBOR for JSON") {
    const Model& model = file_model("kinesis");
    const HttpRequest request{"POST",
                              "/",
                              {{"X-Amz-Target", "Kinesis_20131202.PutRecord"},
                               {"Content-Type", "application/x-amz-cbor-1.1"}},
                              bytes("bf6444617461426869ff")};
    CHECK(json_cbor_protocol().recognizes(request));
    CHECK(parsed(json_cbor_protocol(), model, request) == R"(PutRecord {"Data":"aGk="})");
    CHECK(rendered(json_cbor_protocol(), model, "PutRecord", {{"ShardId", "s"}}) ==
          "200\nx-amzn-RequestId: req-1\nContent-Type: application/x-amz-cbor-1.1\n\n" +
              bytes("a1675368617264496461") + "s");
    // Nobody else takes it for its own first.
    for (const Protocol* protocol : protocols()) {
        if (protocol->name() == "json") {
            CHECK(protocol == &json_cbor_protocol());
            break;
        }
    }
}
