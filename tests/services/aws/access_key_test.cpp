#include "services/aws/access_key.h"

#include <catch2/catch.hpp>

using namespace orrery;
using namespace orrery::aws;

TEST_CASE("aws access keys: carry their account where AWS's do") {
    RandomStream random(1);
    for (const char* account : {"000000000000", "123456789012", "999999999999"}) {
        const std::string id = make_access_key_id("ASIA", account, random);
        CHECK(id.size() == 20);
        CHECK(id.starts_with("ASIA"));
        CHECK(account_in_access_key(id) == account);
        CHECK(account_of_own_access_key(id) == account);
    }
    // A published example: "A short note on AWS KEY ID", Tal Be'ery.
    CHECK(account_in_access_key("ASIAY34FZKBOKMUTVV7A") == "609629065308");
}

TEST_CASE("aws access keys: those of others are not taken for our own") {
    for (const char* id : {"",
                           "test",
                           "123456789012",
                           "AKIAIOSFODNN7EXAMPLE",
                           "ASIAY34FZKBOKMUTVV7A",
                           "AROAY34FZKBOKMUTVV7A",
                           "ASIAY34FZKBOKMUTVV7a"}) {
        CAPTURE(id);
        CHECK(account_of_own_access_key(id) == std::nullopt);
    }
    CHECK(account_in_access_key("AKIAIOSFODNN7EXAMPLE") == std::nullopt);  // an old one
}
