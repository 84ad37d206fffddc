/// How a function in Java is started: through AWS's own runtime interface client, which must be on
/// its class path.
#pragma once

#include "handlers/runtime/environment_places.h"
#include "services/lambda/runtime.h"

#include <filesystem>
#include <string>
#include <vector>

namespace orrery {

/// `trust_store` is a key store with the certificates that it trusts; empty: Java's own. Throws
/// UsageError, saying which dependency to add, if AWS's client is in no class or jar of the
/// function or its layers.
std::vector<std::string> java_command(const std::filesystem::path& program,
                                      const lambda::FunctionConfiguration& function,
                                      const EnvironmentPlaces& places,
                                      const std::filesystem::path& trust_store);

}  // namespace orrery
