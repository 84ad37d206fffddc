// One seed, one run, for Node handlers that speak HTTPS with the simulated cloud.
#include "tests/scenarios/fingerprints.h"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace orrery::test;

TEST_CASE("determinism: twenty HTTPS requests at once and worker threads give one fingerprint") {
    constexpr const char* crowd = "tests/scenarios/node-network-crowd/scenario.yaml";
    const std::string at_rest = fingerprint_of(crowd);
    CHECK(fingerprints_of(crowd, 2) == std::set<std::string>{at_rest});
    const Load load;
    CHECK(fingerprints_of(crowd, 1) == std::set<std::string>{at_rest});
}
