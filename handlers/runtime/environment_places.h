/// Where an execution environment finds code, layers and its /tmp: in a view of the file system
/// those are AWS's own paths, else this machine's.
#pragma once

#include "handlers/runtime/environment_storage.h"
#include "handlers/runtime/file_view.h"
#include "services/lambda/runtime.h"

#include <filesystem>
#include <memory>
#include <string>

namespace orrery {

struct EnvironmentPlaces {
    // As the environment's processes see them.
    std::string task;
    std::string opt;
    std::string runtime;
    // On this machine.
    std::filesystem::path real_task;
    std::filesystem::path real_opt;
    std::filesystem::path node_sdk;  // where AWS's SDK for Node was found, if it was
    std::shared_ptr<EnvironmentFolder> tmp;
    std::shared_ptr<const FileView> view;  // null: as this machine has it
};

/// What keeps a function from seeing AWS's own paths, in words; empty if nothing does. `program` is
/// its interpreter, if it has one.
std::string why_no_view(const std::filesystem::path& program);

/// `resources` is where the bootstraps are. Throws UsageError for code or layers that are not
/// there.
EnvironmentPlaces places_of(const lambda::FunctionConfiguration& function,
                            const std::string& log_stream,
                            EnvironmentStorage& storage,
                            const std::filesystem::path& resources,
                            bool with_view);

}  // namespace orrery
