#include "engine/random.h"
#include "services/aws/encoding.h"
#include "services/sqs/lambda_record.h"
#include "services/sqs/limits.h"
#include "services/sqs/md5.h"
#include "services/sqs/message_json.h"
#include "services/sqs/receipt_handle.h"
#include "services/sqs/slot_queue.h"
#include "tests/services/sqs/support.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace orrery;
using namespace orrery::sqs;

TEST_CASE("sqs md5: the vectors of RFC 1321, and lengths around a block's end") {
    CHECK(md5_of_body("") == "d41d8cd98f00b204e9800998ecf8427e");
    CHECK(md5_of_body("abc") == "900150983cd24fb0d6963f7d28e17f72");
    CHECK(md5_of_body(
              "12345678901234567890123456789012345678901234567890123456789012345678901234567890") ==
          "57edf4a22be3c955ac49da2e2107b67a");
}

TEST_CASE("sqs numbers: decimal, perhaps with a sign, a fraction and an exponent") {
    for (const auto* number : {"0", "-12", "+7", "1.50", ".5", "5.", "1e10", "-2.5E-3"}) {
        CAPTURE(number);
        CHECK(is_number(number));
    }
    for (const auto* other : {"", "-", ".", "e5", "1e", "1e+", "0x10", " 1", "1 ", "1,5", "NaN"}) {
        CAPTURE(other);
        CHECK_FALSE(is_number(other));
    }
}

TEST_CASE("sqs message attributes: as JSON, binary values in base64 and others as text") {
    CHECK(message_attributes_json({}) == Json::object());
    CHECK(message_attributes_json({{"A", "Number.int", "12"}, {"B", "Binary.png", "\xff"}}) ==
          Json{{"A", {{"DataType", "Number.int"}, {"StringValue", "12"}}},
               {"B", {{"DataType", "Binary.png"}, {"BinaryValue", "/w=="}}}});
}

TEST_CASE("sqs md5: message attributes as recorded on AWS") {
    // [LS and relatives]
    CHECK(md5_of_attributes({{"Foo", "String", "Bar"}}) == "ae7155c6026991b6d54b11589678bf9c");
    CHECK(md5_of_attributes({{"Author", "String", "John Grisham"},
                             {"Title", "String", "The Whistler"},
                             {"WeeksOn", "Number", "6"}}) == "d25a6aea97eb8f585bfa92d314504a92");
    CHECK(md5_of_attributes({{"attr1",
                              "Binary",
                              "traceparent\x1e"
                              "00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01"}}) ==
          "8cbe4db156db8a94db8b801b7addb984");
}

TEST_CASE("sqs receipt handle: only its own queue reads it") {
    const std::uint64_t queue = receipt_tag("arn:aws:sqs:us-east-1:000000000000:Orders", 1);
    const std::uint64_t other = receipt_tag("arn:aws:sqs:us-east-1:000000000000:Orders2", 1);
    const std::uint64_t later = receipt_tag("arn:aws:sqs:us-east-1:000000000000:Orders", 2);
    std::string text;
    append_receipt_handle(text, queue, 0x0000000700000003);
    CHECK(parse_receipt_handle(text, queue) == 0x0000000700000003);
    CHECK_FALSE(parse_receipt_handle(text, other).has_value());
    CHECK_FALSE(parse_receipt_handle(text, later).has_value());
    CHECK_FALSE(parse_receipt_handle("", queue).has_value());
    CHECK_FALSE(parse_receipt_handle("AQEBgarbage", queue).has_value());
    for (std::size_t place = 0; place < text.size(); ++place) {
        std::string spoilt = text;
        spoilt[place] = spoilt[place] == 'A' ? 'B' : 'A';
        // The last digit before the padding carries bits that do not count.
        if (aws::decode_base64(spoilt.substr(4)) != aws::decode_base64(text.substr(4)) ||
            place < 4) {
            CHECK_FALSE(parse_receipt_handle(spoilt, queue).has_value());
        }
    }
}

TEST_CASE("sqs message text: the characters that XML 1.0 allows [botocore SendMessage]") {
    CHECK(is_message_text("plain\t\r\n\x7F"));
    CHECK(is_message_text("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xEF\xBF\xBD"));
    for (const char* text : {"\x01",
                             "\x0B",
                             "\x1F",
                             "\xEF\xBF\xBE",
                             "\xED\xA0\x80",
                             "\xC0\xAF",
                             "\xC3",
                             "\x80",
                             "\xF4\x90\x80\x80",
                             "\xFF",
                             "\xE2\x82"}) {
        CAPTURE(text);
        CHECK_FALSE(is_message_text(text));
    }
    CHECK_FALSE(is_message_text(std::string(1, '\0')));
}

TEST_CASE(
    "sqs slot queue: gives what a sort would give, whatever the order and whatever dies "
    "meanwhile") {
    RandomStream random(7);
    SlotQueue queue;
    std::vector<bool> alive;
    const auto live = [&alive](const SlotQueue::Entry& entry) { return alive[entry.slot]; };
    std::vector<std::int64_t> keys;
    for (int round = 0; round < 20'000; ++round) {
        const std::uint64_t choice = random.below(5);
        if (choice < 3) {
            const std::int64_t key =
                round + static_cast<std::int64_t>(random.below(2) * random.below(500));
            queue.push(key, static_cast<std::uint32_t>(alive.size()), 0);
            alive.push_back(true);
            keys.push_back(key);
        } else if (!queue.empty()) {
            std::uint32_t slot = queue.front(live)->slot;
            if (choice == 4) {
                while (!alive[slot = static_cast<std::uint32_t>(random.below(alive.size()))]) {
                }
            }
            alive[slot] = false;
            queue.forget(live);
        }
        if (round % 500 == 0 && !queue.empty()) {
            std::int64_t least = INT64_MAX;
            for (std::size_t slot = 0; slot < alive.size(); ++slot) {
                least = alive[slot] ? std::min(least, keys[slot]) : least;
            }
            REQUIRE(queue.front(live)->key == least);
            REQUIRE(queue.size() ==
                    static_cast<std::size_t>(std::count(alive.begin(), alive.end(), true)));
        }
    }
}

TEST_CASE(
    "sqs Lambda record: the members in AWS's order [LS "
    "test_message_body_and_attributes_passed_correctly]") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    const std::string id(queue.send(body("say \"hi\"\n")).id.text());
    bench.run_to(1500ms);
    const std::uint64_t handle = queue.receive(up_to(1)).at(0).handle;
    std::string handle_text;
    append_receipt_handle(handle_text, queue.receipt_tag(), handle);
    std::string json;
    REQUIRE(append_lambda_record(queue, handle, json));
    CHECK(
        json ==
        R"({"messageId":")" + id + R"(","receiptHandle":")" + handle_text +
            R"(","body":"say \"hi\"\n","attributes":{"ApproximateReceiveCount":"1",)"
            R"("SentTimestamp":"1767225600000","SenderId":"AIDALOCAL000000000000",)"
            R"("ApproximateFirstReceiveTimestamp":"1767225601500"},"messageAttributes":{},)"
            R"("md5OfBody":")" +
            md5_of_body("say \"hi\"\n") +
            R"(","md5OfMessageAttributes":null,"eventSource":"aws:sqs",)"
            R"("eventSourceARN":"arn:aws:sqs:us-east-1:000000000000:Orders","awsRegion":"us-east-1"})");
}

TEST_CASE("sqs Lambda record: of a FIFO queue [docs: with-sqs]") {
    Bench bench;
    Queue& queue = bench.queue("Orders", fifo_settings());
    const Sent sent = queue.send(of_group("group", "text", "unique"));
    const std::uint64_t handle = queue.receive(up_to(1)).at(0).handle;
    std::string json;
    REQUIRE(append_lambda_record(queue, handle, json));
    const std::string attributes =
        R"("attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1767225600000",)"
        R"("SequenceNumber":")" +
        sent.sequence_number +
        R"(","MessageGroupId":"group","SenderId":"AIDALOCAL000000000000",)"
        R"("MessageDeduplicationId":"unique","ApproximateFirstReceiveTimestamp":"1767225600000"})";
    CHECK(json.find(attributes) != std::string::npos);
}

TEST_CASE("sqs Lambda record: attributes of all kinds, and nothing for a message that is gone") {
    Bench bench;
    Queue& queue = bench.queue("Orders");
    NewMessage message = body("x");
    message.attributes = {{"Author", "String", "J"}, {"Raw", "Binary", std::string("\0\1", 2)}};
    message.trace_header = "Root=1-2-3";
    message.group_id = "tenant";
    queue.send(std::move(message));
    const std::uint64_t handle = queue.receive(up_to(1)).at(0).handle;
    std::string text;
    REQUIRE(append_lambda_record(queue, handle, text));
    const Json record = Json::parse(text);
    CHECK(
        record["messageAttributes"] ==
        Json::parse(
            R"({"Author":{"stringValue":"J","stringListValues":[],"binaryListValues":[],"dataType":"String"},
                          "Raw":{"binaryValue":"AAE=","stringListValues":[],"binaryListValues":[],"dataType":"Binary"}})"));
    CHECK(record["attributes"]["AWSTraceHeader"] == "Root=1-2-3");
    CHECK(record["attributes"]["MessageGroupId"] == "tenant");
    CHECK(record["md5OfMessageAttributes"].get<std::string>().size() == 32);

    queue.remove({handle});
    text = "[";
    CHECK_FALSE(append_lambda_record(queue, handle, text));
    CHECK(text == "[");
}
