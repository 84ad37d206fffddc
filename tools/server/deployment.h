/// Deploys the templates that `orrery serve` is started with.
#pragma once

#include "services/cloudformation/stack.h"

#include <filesystem>
#include <string>
#include <vector>

namespace orrery {
class Cloud;
struct World;
}  // namespace orrery

namespace orrery::server {

struct Deployed {
    std::filesystem::path file;
    cloudformation::Stack stack;
};

/// A stack for each file, named after it. With `keep_existing`, queues that are there already stay
/// as they are. Throws UsageError, naming the place in the file.
std::vector<Deployed> deploy(World& world,
                             Cloud& cloud,
                             const std::vector<std::filesystem::path>& files,
                             bool keep_existing);

}  // namespace orrery::server
