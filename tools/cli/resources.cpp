#include "tools/cli/resources.h"

#include "engine/error.h"

namespace orrery::cli {

std::filesystem::path resources_of(const std::filesystem::path& executable) {
    std::filesystem::path directory = executable.parent_path().parent_path() / "lib" / "orrery";
    for (const char* part : {"liborrery_shim.so", "bootstraps"}) {
        if (!std::filesystem::exists(directory / part)) {
            throw UsageError("this copy of orrery is not complete: " + (directory / part).string() +
                             " is missing; build it with tools/orrery, or install it again");
        }
    }
    return directory;
}

std::filesystem::path resource_directory() {
    return resources_of(std::filesystem::read_symlink("/proc/self/exe"));
}

}  // namespace orrery::cli
