/// Reads a function's settings from CreateFunction and UpdateFunctionConfiguration, and describes a
/// function in answers.
#pragma once

#include "engine/json.h"
#include "services/lambda/function.h"

namespace orrery::aws {
class Parameters;
}

namespace orrery::lambda {

/// A function as both operations describe it.
struct FunctionSettings {
    FunctionConfiguration configuration;
    FunctionDescription description;
};

/// Reads the members that both operations share, with AWS's checks; what is absent stays as it is.
void read_settings(aws::Parameters& parameters,
                   FunctionSettings& settings,
                   const RuntimeProvider& runtimes);

/// The folder of our extension Code: {"Directory": "/path"}. Any other member is refused by name.
std::filesystem::path read_code_directory(aws::Parameters& parameters, const std::string& runtime);

enum class ShownChange : std::uint8_t { none, created, updated };

/// A FunctionConfiguration structure as AWS answers it. `change` is what it shows to be in
/// progress.
Json describe(const Function& function, ShownChange change);

}  // namespace orrery::lambda
