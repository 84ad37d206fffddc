#include "handlers/runtime/provided_command.h"

#include "handlers/runtime/program_file.h"

#include <utility>

namespace orrery {

ProvidedCommand provided_command(const EnvironmentPlaces& places) {
    const std::pair<std::filesystem::path, std::string> candidates[]{
        {places.real_task / "bootstrap", places.task + "/bootstrap"},
        {places.real_opt / "bootstrap", places.opt + "/bootstrap"}};
    const char* shown[]{"/var/task/bootstrap", "/opt/bootstrap"};
    // The texts: [public logs]
    for (std::size_t index = 0; index < std::size(candidates); ++index) {
        const auto& [file, seen] = candidates[index];
        switch (kind_of_program(file)) {
            case ProgramKind::missing: break;
            case ProgramKind::dynamic: return {seen, ShimUse::preloaded, {}};
            case ProgramKind::without_shim: return {seen, ShimUse::none, {}};
            case ProgramKind::not_executable:
                return {seen,
                        {},
                        "Error: fork/exec " + std::string(shown[index]) + ": permission denied"};
            case ProgramKind::foreign:
                return {seen,
                        {},
                        "Error: fork/exec " + std::string(shown[index]) + ": exec format error"};
        }
    }
    return {
        {}, {}, "Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"};
}

}  // namespace orrery
