// One seed, one run, with real Node processes. Left out of the build, with a warning, on a machine
// without node.
#include "tests/scenarios/fingerprints.h"

#include <catch2/catch.hpp>

#include <set>
#include <string>

namespace node_determinism_test {

using namespace orrery::test;

namespace {

constexpr const char* labels = "scenarios/shipping-labels/scenario.yaml";
constexpr const char* crowd = "tests/scenarios/node-crowd/scenario.yaml";

}  // namespace

TEST_CASE("node determinism: ten runs of the shipping labels pass and give one fingerprint") {
    CHECK(fingerprints_of(labels, 10).size() == 1);
}

TEST_CASE("node determinism: timers, pools and workers in concurrent environments give one") {
    CHECK(fingerprints_of(crowd, 3).size() == 1);
}

TEST_CASE("node determinism: several child processes at once give one fingerprint") {
    CHECK(fingerprints_of("tests/scenarios/children-crowd/scenario.yaml", 2).size() == 1);
}

TEST_CASE("node determinism: a busy machine changes nothing") {
    const std::string labels_at_rest = fingerprint_of(labels);
    const std::string crowd_at_rest = fingerprint_of(crowd);
    const Load load;
    CHECK(fingerprints_of(labels, 3) == std::set<std::string>{labels_at_rest});
    CHECK(fingerprints_of(crowd, 1) == std::set<std::string>{crowd_at_rest});
}

TEST_CASE("node determinism: another seed is another run, as repeatable") {
    CHECK(fingerprint_of(labels, 2) == fingerprint_of(labels, 2));
    CHECK(fingerprint_of(labels, 2) != fingerprint_of(labels, 1));
}

}  // namespace node_determinism_test
