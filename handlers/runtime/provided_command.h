/// How a function with a runtime of its own is started: by its executable `bootstrap`.
#pragma once

#include "handlers/runtime/environment_places.h"
#include "handlers/runtime/handler_process.h"

#include <string>

namespace orrery {

struct ProvidedCommand {
    std::string program;  // as the process sees it
    ShimUse shim_use = ShimUse::preloaded;
    /// Why it cannot be started, in Lambda's words for "Runtime.InvalidEntrypoint"; else empty.
    std::string error;
};

/// Looked for with the code, then in the layers. [docs: runtimes-custom]
ProvidedCommand provided_command(const EnvironmentPlaces& places);

}  // namespace orrery
