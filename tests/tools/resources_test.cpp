#include "tools/cli/resources.h"

#include "engine/error.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using namespace orrery;

namespace {

/// An installed tree in a folder whose name has a blank.
class Installed {
public:
    Installed() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "orrery test.XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        root_ = pattern;
        std::filesystem::create_directories(root_ / "lib/orrery/bootstraps");
        std::ofstream(root_ / "lib/orrery/liborrery_shim.so") << "x";
    }
    ~Installed() { std::filesystem::remove_all(root_); }
    Installed(const Installed&) = delete;
    Installed& operator=(const Installed&) = delete;

    const std::filesystem::path& root() const { return root_; }

private:
    std::filesystem::path root_;
};

}  // namespace

TEST_CASE("resources: they are found beside the executable, wherever that is") {
    const Installed installed;
    CHECK(cli::resources_of(installed.root() / "bin/orrery") == installed.root() / "lib/orrery");
}

TEST_CASE("resources: an incomplete copy is an error that names what is missing") {
    const Installed installed;
    std::filesystem::remove(installed.root() / "lib/orrery/liborrery_shim.so");
    CHECK_THROWS_WITH(cli::resources_of(installed.root() / "bin/orrery"),
                      Catch::Contains("liborrery_shim.so is missing"));
}
