// One seed, one run, whatever is under way when handlers of several runtimes break down.
#include "tests/scenarios/fingerprints.h"

#include <catch2/catch.hpp>

using namespace orrery::test;

TEST_CASE("determinism: exits, crashes, time-outs and their retries give one fingerprint") {
    CHECK(fingerprints_of("tests/scenarios/breakdown-crowd/scenario.yaml", 2).size() == 1);
}
