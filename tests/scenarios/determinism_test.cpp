// One seed, one run: whole scenarios with real Python processes give one fingerprint, however busy
// the machine is.
#include "tests/scenarios/fingerprints.h"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace orrery::test;

namespace {

constexpr const char* registration = "scenarios/customer-registration/scenario.yaml";
constexpr const char* crowd = "tests/scenarios/crowd/scenario.yaml";

}  // namespace

TEST_CASE("determinism: twenty runs of the customer registration give one fingerprint") {
    CHECK(fingerprints_of(registration, 20).size() == 1);
}

TEST_CASE("determinism: thread pools in concurrent environments give one fingerprint") {
    CHECK(fingerprints_of(crowd, 3).size() == 1);
}

TEST_CASE("determinism: threads that queue, meet, time out and spin give one fingerprint") {
    CHECK(fingerprints_of("tests/scenarios/thread-crowd/scenario.yaml", 2).size() == 1);
}

TEST_CASE("determinism: event loops with threads, streams and a child give one fingerprint") {
    CHECK(fingerprints_of("tests/scenarios/asyncio-crowd/scenario.yaml", 2).size() == 1);
}

TEST_CASE("determinism: children and grandchildren that wake at once give one fingerprint") {
    constexpr const char* family = "tests/scenarios/family-crowd/scenario.yaml";
    CHECK(fingerprints_of(family, 4).size() == 1);
}

TEST_CASE("determinism: what still computes when an invocation ends gives one fingerprint") {
    constexpr const char* stragglers = "tests/scenarios/straggler-crowd/scenario.yaml";
    const std::string at_rest = fingerprint_of(stragglers);
    CHECK(fingerprints_of(stragglers, 2) == std::set<std::string>{at_rest});
    const Load load;
    CHECK(fingerprints_of(stragglers, 2) == std::set<std::string>{at_rest});
}

TEST_CASE("determinism: a busy machine changes nothing") {
    const std::string registration_at_rest = fingerprint_of(registration);
    const std::string crowd_at_rest = fingerprint_of(crowd);
    const Load load;
    CHECK(fingerprints_of(registration, 5) == std::set<std::string>{registration_at_rest});
    CHECK(fingerprints_of(crowd, 2) == std::set<std::string>{crowd_at_rest});
}

TEST_CASE("determinism: another seed is another run, as repeatable") {
    CHECK(fingerprint_of(registration, 2) == fingerprint_of(registration, 2));
    CHECK(fingerprint_of(registration, 2) != fingerprint_of(registration, 1));
}

TEST_CASE(
    "determinism: a handler that draws real randomness is found out, so these tests can fail") {
    CHECK(fingerprints_of("tests/scenarios/leak/scenario.yaml", 2).size() == 2);
}
