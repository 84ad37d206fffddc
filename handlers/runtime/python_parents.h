/// Which prepared parent a Python function's environments are forks of.
#pragma once

#include "engine/time.h"
#include "handlers/runtime/environment_places.h"
#include "handlers/runtime/environment_storage.h"
#include "handlers/runtime/handler_process.h"
#include "handlers/runtime/prepared_parent.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <utility>

namespace orrery {

/// What a parent has imported, beside what the bootstrap needs.
enum class Preloaded : std::uint8_t { nothing, boto3 };

class PythonParents {
public:
    /// `now` is the time that the parents see: they live at no moment of the simulated world.
    PythonParents(EnvironmentStorage& storage, std::filesystem::path resources, Instant now);

    /// The parent for a function with these places, which must be a view's. The function's code
    /// alone decides which one, so that all its environments are alike.
    std::shared_ptr<PreparedParent> parent_of(const EnvironmentPlaces& places,
                                              const std::filesystem::path& interpreter);

private:
    std::shared_ptr<PreparedParent> make(const std::filesystem::path& interpreter,
                                         Preloaded preloaded);

    EnvironmentStorage& storage_;
    std::filesystem::path resources_;
    Instant now_;
    std::map<std::pair<std::filesystem::path, Preloaded>, std::shared_ptr<PreparedParent>> parents_;
};

}  // namespace orrery
