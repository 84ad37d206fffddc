#include "services/kinesis/sequence_number.h"

#include "services/kinesis/hash_key.h"

#include <catch2/catch.hpp>

using namespace orrery::kinesis;

TEST_CASE("kinesis sequence numbers: have 56 digits and say shard, place and second") {
    const SequenceNumber number{1'767'225'610, 5, 3, 1'767'225'611};
    const std::string text = sequence_number_text(number);
    CHECK(text.size() == 56);
    CHECK(text.substr(0, 2) == "49");
    CHECK(parse_sequence_number(text) == number);
}

TEST_CASE("kinesis sequence numbers: are the layout's hexadecimal digits as a decimal number") {
    // 2|000000001|0|0000000000000000|00|000000001|00000000|2: 2^185 + 2^148 + 2^36 + 2
    CHECK(sequence_number_text({1, 0, 0, 1}) ==
          "49039857308065255390643594839074465368162025762690433026");
    // The same with index 1, which is 2^80 more.
    CHECK(sequence_number_text({1, 0, 1, 1}) ==
          "49039857308065255390643594839075674293981640391865139202");
}

TEST_CASE("kinesis sequence numbers: rise with the index, whatever the second") {
    const std::string early = sequence_number_text({100, 7, 1, 9000});
    const std::string late = sequence_number_text({100, 7, 2, 100});
    CHECK(early < late);
    const SequenceNumber largest{68'719'476'735, 0xFFFF'FFFF, ~std::uint64_t{0}, 68'719'476'735};
    CHECK(parse_sequence_number(sequence_number_text(largest)) == largest);
}

TEST_CASE("kinesis sequence numbers: other text is none") {
    std::string text = sequence_number_text({100, 7, 1, 9000});
    CHECK_FALSE(parse_sequence_number(text.substr(1)));
    CHECK_FALSE(parse_sequence_number(text + "0"));
    text.back() = text.back() == '9' ? '8' : static_cast<char>(text.back() + 1);
    CHECK_FALSE(parse_sequence_number(text));  // the last digit says which layout it is
    text.back() = 'x';
    CHECK_FALSE(parse_sequence_number(text));
    CHECK_FALSE(parse_sequence_number(std::string(56, '9')));
}

TEST_CASE("kinesis hash keys: partition keys are hashed by MD5 as a number") {
    KeyHasher hasher;
    // MD5 of "a" is 0cc175b9c0f1b6a831c399e269772661.
    CHECK(hash_key_text(hasher.hash("a")) == "16955237001963240173058271559858726497");
    CHECK(hash_key_text(hasher.hash("")) == "281949768489412648962353822266799178366");
    CHECK(hasher.hash("a") == hasher.hash("a"));
}

TEST_CASE("kinesis hash keys: are decimal numbers below 2^128") {
    CHECK(hash_key_text(0) == "0");
    CHECK(hash_key_text(largest_hash_key) == "340282366920938463463374607431768211455");
    CHECK(parse_hash_key("340282366920938463463374607431768211455") == largest_hash_key);
    CHECK_FALSE(parse_hash_key("340282366920938463463374607431768211456"));
    CHECK_FALSE(parse_hash_key("3402823669209384634633746074317682114550"));
    CHECK_FALSE(parse_hash_key(""));
    CHECK_FALSE(parse_hash_key("-1"));
    CHECK(parse_hash_key("007") == HashKey{7});
}

TEST_CASE("kinesis hash keys: shards share them evenly") {
    CHECK(uniform_range(0, 1) == HashRange{0, largest_hash_key});
    CHECK(hash_key_text(uniform_range(1, 2).first) == "170141183460469231731687303715884105728");
    CHECK(hash_key_text(uniform_range(1, 3).first) == "113427455640312821154458202477256070485");
    CHECK(uniform_range(2, 3).last == largest_hash_key);
    for (const std::size_t count : {2U, 3U, 5U, 7U, 1000U}) {
        for (std::size_t index = 1; index < count; ++index) {
            REQUIRE(uniform_range(index, count).first == uniform_range(index - 1, count).last + 1);
        }
        REQUIRE(uniform_range(count - 1, count).last == largest_hash_key);
    }
}
