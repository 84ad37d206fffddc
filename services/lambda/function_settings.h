/// Reads a function's settings from CreateFunction and UpdateFunctionConfiguration.
#pragma once

#include "engine/json.h"
#include "services/lambda/function_version.h"

#include <string_view>

namespace orrery::aws {
class Parameters;
}

namespace orrery::lambda {

/// Functions of this runtime are scripted, so they need no code and no handler.
inline constexpr std::string_view codeless_runtime = "stub";

/// A version as both operations describe it.
struct FunctionSettings {
    FunctionConfiguration configuration;
    FunctionDescription description;
};

/// Reads the members that both operations share, but for Layers, with AWS's checks; what is absent
/// stays as it is.
void read_settings(aws::Parameters& parameters,
                   FunctionSettings& settings,
                   const RuntimeProvider& runtimes);

/// The Architectures of CreateFunction and UpdateFunctionCode.
void read_architecture(aws::Parameters& parameters, FunctionDescription& description);

}  // namespace orrery::lambda
