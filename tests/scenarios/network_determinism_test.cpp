// One seed, one run, for handlers that speak HTTPS with the simulated cloud, with all that they may
// do at once.
#include "tests/scenarios/fingerprints.h"

#include <catch2/catch.hpp>

#include <set>
#include <string>

namespace network_determinism_test {

using namespace orrery::test;

namespace {

constexpr const char* crowd = "tests/scenarios/network-crowd/scenario.yaml";

}  // namespace

TEST_CASE("determinism: boto3 by HTTPS, threads, asyncio and children give one fingerprint") {
    const std::string at_rest = fingerprint_of(crowd);
    CHECK(fingerprints_of(crowd, 2) == std::set<std::string>{at_rest});
    const Load load;
    CHECK(fingerprints_of(crowd, 1) == std::set<std::string>{at_rest});
}

}  // namespace network_determinism_test
