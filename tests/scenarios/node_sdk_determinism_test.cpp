// One seed, one run, for handlers that use AWS's own SDK for JavaScript. It is not in the
// repository: tests/sdk/install puts it into the build folder.
#include "tests/scenarios/fingerprints.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>

#include <filesystem>

using namespace orrery::test;

namespace {

namespace fs = std::filesystem;

/// The scenario, with the SDK beside it.
void put_together(const std::string& crowd, const fs::path& installed, const fs::path& folder) {
    fs::copy(fs::path(ORRERY_SOURCE_DIR) / "tests/scenarios" / crowd, folder);
    fs::create_directory(folder / "node_modules");
    for (const fs::directory_entry& package : fs::directory_iterator(installed)) {
        const fs::path name = package.path().filename();
        if (package.is_directory() && name != "@aws-cdk" && !name.string().starts_with('.')) {
            fs::copy(package, folder / "node_modules" / name, fs::copy_options::recursive);
        }
    }
}

void check_one_fingerprint(const std::string& crowd, const std::string& client) {
    const fs::path sdk = fs::path(ORRERY_BUILD_DIR) / "sdk";
    if (!fs::exists(sdk / "node_modules" / client)) {
        WARN("SKIPPED: no " << client << "; tests/sdk/install " << sdk.string());
        return;
    }
    const TemporaryFolder folder;
    put_together(crowd, sdk / "node_modules", folder.path());
    const std::string scenario = (folder.path() / "scenario.yaml").string();
    const std::string at_rest = fingerprint_of(scenario);
    CHECK(fingerprints_of(scenario, 1) == std::set<std::string>{at_rest});
    const Load load;
    CHECK(fingerprints_of(scenario, 1) == std::set<std::string>{at_rest});
}

}  // namespace

TEST_CASE("determinism: twenty calls at once with AWS's SDK for JavaScript give one fingerprint") {
    check_one_fingerprint("node-sdk-crowd", "@aws-sdk/client-sqs");
}

TEST_CASE("determinism: twenty calls at once by HTTP/2 give one fingerprint") {
    check_one_fingerprint("node-kinesis-crowd", "@aws-sdk/client-kinesis");
}
