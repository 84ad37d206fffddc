#include "services/aws/sigv4.h"

#include "services/aws/error.h"

#include <catch2/catch.hpp>

namespace sigv4_test {

using namespace orrery;
using namespace orrery::aws;

namespace {

// The examples of AWS's documentation: "Signature Version 4 signing process" (IAM ListUsers, the
// test suite) and "Authenticating Requests" of Amazon S3.
constexpr const char* example_secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr const char* s3_secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

std::string authorization(const std::string& scope,
                          const std::string& headers,
                          const std::string& signature) {
    return "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/" + scope +
           "/aws4_request, SignedHeaders=" + headers + ", Signature=" + signature;
}

HttpRequest list_users() {
    return {"GET",
            "/?Action=ListUsers&Version=2010-05-08",
            {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
             {"Host", "iam.amazonaws.com"},
             {"X-Amz-Date", "20150830T123600Z"},
             {"Authorization",
              authorization("iam",
                            "content-type;host;x-amz-date",
                            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")}},
            ""};
}

HttpRequest suite(const std::string& method,
                  const std::string& target,
                  const std::string& signature,
                  const std::string& headers = "host;x-amz-date") {
    return {method,
            target,
            {{"Host", "example.amazonaws.com"},
             {"X-Amz-Date", "20150830T123600Z"},
             {"Authorization", authorization("service", headers, signature)}},
            ""};
}

std::string verdict(const HttpRequest& request, const std::string& secret) {
    try {
        verify_signature(request, parse_signature(request), secret);
    } catch (const ApiError& error) {
        return error.code();
    }
    return "right";
}

std::string refusal(const HttpRequest& request) {
    try {
        parse_signature(request);
    } catch (const ApiError& error) {
        return error.code() + ": " + error.message();
    }
    return "";
}

}  // namespace

TEST_CASE("aws sigv4: the documentation's example, step by step") {
    const HttpRequest request = list_users();
    const Signature signature = parse_signature(request);
    CHECK(signature.access_key == "AKIDEXAMPLE");
    CHECK(signature.region == "us-east-1");
    CHECK(signature.service == "iam");
    const std::string canonical = canonical_request(request, signature);
    CHECK(canonical ==
          "GET\n/\nAction=ListUsers&Version=2010-05-08\n"
          "content-type:application/x-www-form-urlencoded; charset=utf-8\n"
          "host:iam.amazonaws.com\nx-amz-date:20150830T123600Z\n\n"
          "content-type;host;x-amz-date\n"
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(string_to_sign(canonical, signature) ==
          "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n"
          "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
    CHECK(verdict(request, example_secret) == "right");
}

TEST_CASE("aws sigv4: requests of the test suite, with queries and bodies") {
    CHECK(verdict(
              suite("GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
              example_secret) == "right");
    CHECK(verdict(suite("GET",
                        "/?Param2=value2&Param1=value1",
                        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
                  example_secret) == "right");
    CHECK(
        verdict(
            suite("GET", "/./", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            example_secret) == "right");
    HttpRequest post = suite("POST",
                             "/",
                             "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
                             "content-type;host;x-amz-date");
    post.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    post.body = "Param1=value1";
    CHECK(verdict(post, example_secret) == "right");
}

TEST_CASE("aws sigv4: a presigned URL of S3, whose payload is not signed") {
    const std::string url =
        "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    const HttpRequest request{"GET", url, {{"Host", "examplebucket.s3.amazonaws.com"}}, ""};
    CHECK(verdict(request, s3_secret) == "right");
    std::string storage;
    const auto scope = find_scope(request, storage);
    REQUIRE(scope.has_value());
    CHECK(scope->access_key == "AKIAIOSFODNN7EXAMPLE");
    CHECK(scope->service == "s3");
}

TEST_CASE("aws sigv4: whatever is changed, the signature does not match any more") {
    CHECK(verdict(list_users(), "test") == "InvalidSignatureException");
    HttpRequest other = list_users();
    other.target = "/?Action=ListRoles&Version=2010-05-08";
    CHECK(verdict(other, example_secret) == "InvalidSignatureException");
    other = list_users();
    other.body = "x";
    CHECK(verdict(other, example_secret) == "InvalidSignatureException");
    other = list_users();
    other.headers[1].value = "sts.amazonaws.com";
    CHECK(verdict(other, example_secret) == "InvalidSignatureException");
    other = list_users();
    other.headers.push_back({"X-Amz-Content-Sha256", std::string(64, '0')});
    CHECK(verdict(other, example_secret) == "InvalidSignatureException");
    other.headers.back().value = "UNSIGNED-PAYLOAD";
    CHECK(verdict(other, example_secret) == "InvalidSignatureException");
}

TEST_CASE("aws sigv4: what is missing is named") {
    HttpRequest request{"GET", "/", {}, ""};
    CHECK(refusal(request) == "MissingAuthenticationTokenException: Missing Authentication Token");
    request.headers = {{"Authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request"}};
    CHECK(refusal(request) ==
          "IncompleteSignatureException: Authorization header requires 'Signature' parameter. "
          "Authorization header requires 'SignedHeaders' parameter. Authorization header requires "
          "existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256");
    request.headers[0].value = "Bearer x";
    CHECK(refusal(request) ==
          "IncompleteSignatureException: Unsupported AWS 'algorithm': 'Bearer'");
    request.headers = {
        {"X-Amz-Date", "20150830T123600Z"},
        {"Authorization", "AWS4-HMAC-SHA256 Credential=nobody, SignedHeaders=host, Signature=00"}};
    CHECK(refusal(request).starts_with(
        "IncompleteSignatureException: Credential must have exactly 5 slash-delimited elements"));
    request = {"GET", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256", {}, ""};
    CHECK(refusal(request).starts_with("IncompleteSignatureException: AWS query-string"));
}

TEST_CASE("aws sigv4: the scope is found for routing, also of SigV4a, and never trips over text") {
    const auto scope_of = [](const std::string& header) {
        std::string storage;
        const HttpRequest request{"GET", "/", {{"Authorization", header}}, ""};
        const auto scope = find_scope(request, storage);
        return scope ? std::string(scope->access_key) + "|" + std::string(scope->region) + "|" +
                           std::string(scope->service)
                     : "none";
    };
    CHECK(scope_of("AWS4-HMAC-SHA256 Credential=A/b/20260101/eu-west-1/sqs/aws4_request,"
                   "SignedHeaders=host,Signature=0") == "A/b|eu-west-1|sqs");
    CHECK(scope_of("AWS4-ECDSA-P256-SHA256 Credential=A/20260101/s3/aws4_request, Signature=0") ==
          "A||s3");
    for (const char* header : {"",
                               "AWS4-HMAC-SHA256",
                               "AWS4-HMAC-SHA256 Credential=",
                               "AWS4-HMAC-SHA256 Credential=////",
                               "AWS4-HMAC-SHA256 Credential=/aws4_request",
                               "Basic dTpw"}) {
        CAPTURE(header);
        CHECK(scope_of(header) == "none");
    }
}

}  // namespace sigv4_test
