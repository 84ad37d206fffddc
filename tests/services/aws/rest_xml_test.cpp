#include "services/aws/protocol_rest_xml.h"
#include "tests/services/aws/codec_support.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::aws;
using namespace orrery::aws::test;

namespace {

std::string s3(const std::string& method,
               const std::string& target,
               const std::string& body = "",
               std::vector<HttpHeader> headers = {}) {
    return parsed(
        rest_xml_protocol(), file_model("s3"), {method, target, std::move(headers), body});
}

std::string answered(const std::string& operation,
                     const Json& result,
                     const std::string& method = "GET") {
    return rendered(rest_xml_protocol(), file_model("s3"), operation, result, method);
}

const std::string ids = "x-amz-request-id: req-1\nx-amz-id-2: cmVxLTFyZXEtMXJlcS0x\n";
const std::string xml = "\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const std::string xmlns = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
const std::string malformed =
    "MalformedXML (400): The XML you provided was not well-formed or did not validate against our "
    "published schema";

}  // namespace

TEST_CASE("rest-xml: operations that share a path are told apart by query and headers") {
    CHECK(s3("GET", "/") == "ListBuckets {}");
    CHECK(s3("GET", "/b?list-type=2&prefix=a%2F&max-keys=5") ==
          R"(ListObjectsV2 {"Bucket":"b","MaxKeys":5,"Prefix":"a/"})");
    CHECK(s3("GET", "/b?acl") == R"(GetBucketAcl {"Bucket":"b"})");
    CHECK(s3("PUT", "/b/k?partNumber=2&uploadId=u", "x") ==
          R"(UploadPart {"Body":"eA==","Bucket":"b","Key":"k","PartNumber":2,"UploadId":"u"})");
    CHECK(s3("PUT", "/b/k", "x") == R"(PutObject {"Body":"eA==","Bucket":"b","Key":"k"})");
    CHECK(s3("POST", "/b/k") == R"(CompleteMultipartUpload {"Bucket":"b","Key":"k"})");
    CHECK(s3("PATCH", "/b/k") ==
          "MethodNotAllowed (405): The specified method is not allowed against this resource.");
}

TEST_CASE("rest-xml: headers of an upload become parameters, its body base64") {
    CHECK(s3("PUT",
             "/b/dir/a%20b",
             std::string("\0\xFF", 2),
             {{"Content-Type", "image/png"},
              {"x-amz-meta-Owner", "Ana"},
              {"If-Match", "\"e\""},
              {"Expires", "Thu, 01 Jan 2026 00:00:00 GMT"}}) ==
          R"(PutObject {"Body":"AP8=","Bucket":"b","ContentType":"image/png","Expires":1767225600,)"
          R"("IfMatch":"\"e\"","Key":"dir/a b","Metadata":{"owner":"Ana"}})");
}

TEST_CASE("rest-xml: bodies are read by the model") {
    CHECK(s3("PUT",
             "/b?tagging",
             "<?xml version=\"1.0\"?><Tagging" + xmlns +
                 "><TagSet><!-- c "
                 "--><Tag><Key>k&amp;&#xE4;</Key><Value>a<![CDATA[<b>]]>c</Value></Tag>"
                 "<Tag><Key>2</Key><Value/></Tag><Other>x</Other></TagSet></Tagging>") ==
          R"(PutBucketTagging {"Bucket":"b","Tagging":{"TagSet":[{"Key":"k&ä","Value":"a<b>c"},)"
          R"({"Key":"2","Value":""}]}})");
    // Flattened: the parts stand in the root itself. A namespace's prefix says nothing.
    CHECK(s3("POST",
             "/b/k?uploadId=u",
             "<s:CompleteMultipartUpload xmlns:s=\"x\"><s:Part><s:PartNumber>1</s:PartNumber>"
             "<s:ETag>\"e\"</s:ETag></s:Part><s:Part><s:PartNumber>x</s:PartNumber></s:Part>"
             "</s:CompleteMultipartUpload>") ==
          R"(CompleteMultipartUpload {"Bucket":"b","Key":"k","MultipartUpload":{"Parts":)"
          R"([{"ETag":"\"e\"","PartNumber":1},{"PartNumber":"x"}]},"UploadId":"u"})");
}

TEST_CASE("rest-xml: what is no XML is refused, whatever it tries") {
    for (const std::string body :
         {"x",
          "<a>",
          "<a></b>",
          "<a>\xFF</a>",
          "<Tagging><TagSet><Tag><Key>&#xD800;</Key></Tag></TagSet></Tagging>"}) {
        CHECK(s3("PUT", "/b?tagging", body) == malformed);
    }
    // Entities of a DTD are never expanded, so none can blow up.
    CHECK(
        s3("PUT",
           "/b?tagging",
           "<!DOCTYPE x [<!ENTITY e \"eeee\">]><Tagging><TagSet><Tag><Key>&e;</Key></Tag></TagSet>"
           "</Tagging>") ==
        R"(PutBucketTagging {"Bucket":"b","Tagging":{"TagSet":[{"Key":"&e;"}]}})");
    std::string deep;
    for (int level = 0; level < 100'000; ++level) {
        deep += "<a>";
    }
    CHECK(s3("PUT", "/b?tagging", deep) == malformed);
    CHECK(s3("PUT", "/b?tagging", "<a>" + std::string(5 << 20, ' ') + "</a>") == malformed);
}

TEST_CASE("rest-xml: answers are elements in the model's order") {
    CHECK(
        answered(
            "ListBuckets",
            {{"Owner", {{"ID", "o"}}},
             {"Buckets", {{{"CreationDate", 1767225600}, {"Name", "a<b"}}, {{"Name", "c"}}}}}) ==
        "200\n" + ids + "Content-Type: application/xml\n" + xml + "<ListAllMyBucketsResult" +
            xmlns +
            "><Buckets><Bucket><Name>a&lt;b</Name><CreationDate>2026-01-01T00:00:00Z</CreationDate>"
            "</Bucket><Bucket><Name>c</Name></Bucket></Buckets><Owner><ID>o</ID></Owner>"
            "</ListAllMyBucketsResult>");
    CHECK(answered("ListObjectsV2",
                   {{"RequestCharged", "requester"},
                    {"IsTruncated", false},
                    {"Contents", {{{"Key", "1"}, {"Size", 5}}, {{"Key", "2"}}}}}) ==
          "200\nx-amz-request-charged: requester\n" + ids + "Content-Type: application/xml\n" +
              xml + "<ListBucketResult" + xmlns +
              "><IsTruncated>false</IsTruncated><Contents><Key>1</Key><Size>5</Size></Contents>"
              "<Contents><Key>2</Key></Contents></ListBucketResult>");
    CHECK(answered("GetBucketAcl",
                   {{"Grants", {{{"Grantee", {{"ID", "g"}, {"Type", "CanonicalUser"}}}}}}})
              .ends_with("<AccessControlList><Grant><Grantee "
                         "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                         "xsi:type=\"CanonicalUser\"><ID>g</ID></Grantee></Grant>"
                         "</AccessControlList></GetBucketAclOutput>"));
}

TEST_CASE("rest-xml: an object is answered as it is, and HEAD without it") {
    const Json object{{"Body", "AP8="},
                      {"ETag", "\"e\""},
                      {"LastModified", 1767225600},
                      {"Metadata", {{"owner", "Ana"}}}};
    const std::string headers =
        "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\n"
        "ETag: \"e\"\n"
        "x-amz-meta-owner: Ana\n" +
        ids;
    CHECK(answered("GetObject", object) ==
          "200\n" + headers + "Content-Type: binary/octet-stream\n\n" + std::string("\0\xFF", 2));
    CHECK(answered("HeadObject", object, "HEAD") == "200\n" + headers + "\n");
    CHECK(answered("DeleteObject", Json::object(), "DELETE") == "204\n" + ids + "\n");
    CHECK(answered("PutBucketTagging", nullptr, "PUT") == "200\n" + ids + "\n");
}

TEST_CASE("rest-xml: S3's errors stand alone; HEAD has none") {
    const ApiError error("NoSuchKey", "The specified key does not exist.", 404);
    CHECK(rendered_error(rest_xml_protocol(), file_model("s3"), error, "GET") ==
          "404\n" + ids + "Content-Type: application/xml\n" + xml +
              "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>"
              "<Resource>/path</Resource><RequestId>req-1</RequestId>"
              "<HostId>cmVxLTFyZXEtMXJlcS0x</HostId></Error>");
    CHECK(rendered_error(rest_xml_protocol(), file_model("s3"), error, "HEAD") ==
          "404\n" + ids + "\n");
}

TEST_CASE("rest-xml: errors of other services are in an ErrorResponse") {
    static const Model parrot("parrot", R"({
"service":{"serviceId":"Parrot","protocols":["rest-xml"],"endpointPrefix":"parrot","signingName":"parrot",
"xmlNamespace":"http://parrot/"},
"operations":{},"shapes":{"Dead":{"type":"structure","exception":true,"fault":true,"members":[]}}})");
    CHECK(
        rendered_error(rest_xml_protocol(), parrot, ApiError("Dead", "no more")) ==
        "500\nx-amzn-RequestId: req-1\nContent-Type: application/xml\n" + xml +
            "<ErrorResponse xmlns=\"http://parrot/\"><Error><Type>Receiver</Type><Code>Dead</Code>"
            "<Message>no more</Message></Error><RequestId>req-1</RequestId></ErrorResponse>");
    CHECK(parsed(rest_xml_protocol(), parrot, {"GET", "/x", {}, ""}) ==
          "UnknownOperationException (404): No operation of Parrot is called by GET /x");
}
