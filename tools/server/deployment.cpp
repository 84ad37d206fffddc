#include "tools/server/deployment.h"

#include "engine/error.h"
#include "services/cloudformation/template.h"
#include "services/services.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace orrery::server {

namespace {

/// A stack's name has letters, digits and hyphens, and begins with a letter. [docs:
/// cfn-console-create-stack]
std::string stack_name(const std::filesystem::path& file, std::set<std::string>& taken) {
    std::string name = file.stem().string();
    std::replace_if(
        name.begin(),
        name.end(),
        [](unsigned char character) { return std::isalnum(character) == 0; },
        '-');
    if (name.empty() || std::isalpha(static_cast<unsigned char>(name.front())) == 0) {
        name.insert(0, "stack-");
    }
    std::string free = name;
    for (int number = 2; !taken.insert(free).second; ++number) {
        free = name + "-" + std::to_string(number);
    }
    return free;
}

}  // namespace

std::vector<Deployed> deploy(World& world,
                             Cloud& cloud,
                             const std::vector<std::filesystem::path>& files,
                             bool keep_existing) {
    std::vector<Deployed> deployed;
    std::set<std::string> names;
    for (const std::filesystem::path& file : files) {
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(file, ignored)) {
            throw UsageError("--template: there is no file " + file.string());
        }
        const auto source = cloudformation::Template::load(file);
        cloudformation::Stack stack(world, cloud.identity(), cloud.api(), stack_name(file, names));
        stack.deploy(
            source,
            {},
            keep_existing ? cloudformation::Existing::kept : cloudformation::Existing::compared);
        deployed.push_back({file, std::move(stack)});
    }
    return deployed;
}

}  // namespace orrery::server
