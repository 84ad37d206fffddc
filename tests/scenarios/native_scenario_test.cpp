// The example of a native function, with the shared object that this build has made.
#include "tests/scenarios/support.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

using namespace orrery;
using namespace orrery::test;

TEST_CASE("scenario order-totals: five thousand orders through a C++ function") {
    const auto folder = std::filesystem::path(ORRERY_SOURCE_DIR) / "scenarios" / "order-totals";
    std::ifstream file(folder / "scenario.yaml");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    const std::string named = "template: template.yaml\n";
    REQUIRE(text.find(named) != std::string::npos);
    text.replace(text.find(named),
                 named.size(),
                 "template: " + (folder / "template.yaml").string() +
                     "\nparameters: { Samples: " ORRERY_BUILD_DIR "/lib/orrery/samples }\n");
    const Ran first = run(text);
    CHECK(first.failure().empty());
    CHECK(run(text).result.fingerprint == first.result.fingerprint);
}
