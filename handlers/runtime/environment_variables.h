/// The environment variables that a function's processes start with.
#pragma once

#include "handlers/runtime/environment_places.h"
#include "handlers/runtime/runtime_kind.h"
#include "services/lambda/runtime.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery {

/// Where a function sees its Runtime API. [LS test_lambda_init_environment]
inline constexpr const char* runtime_api_address = "169.254.100.1";
inline constexpr std::uint16_t runtime_api_port = 9001;

/// What Lambda sets, `more` of ours, and the function's own, which win over all that Lambda does
/// not reserve; each "NAME=value", each name once.
std::vector<std::string> runtime_variables(const lambda::FunctionConfiguration& function,
                                           RuntimeKind kind,
                                           const EnvironmentPlaces& places,
                                           const std::string& log_stream,
                                           const std::vector<std::string>& more);

/// What a Python process starts with that stands ready for functions in such places, which are a
/// view's.
std::vector<std::string> prepared_python_variables(const EnvironmentPlaces& places);

/// An extension sees the same but for what concerns the runtime alone. [docs:
/// runtimes-extensions-api, "Environment variables that cannot be used"]
std::vector<std::string> extension_variables(const std::vector<std::string>& of_runtime);

/// What a client's program starts with: nothing of its starter's, so that runs do not differ
/// between people; `more` of ours, and `own` of the program's, which win.
std::vector<std::string> client_variables(const std::string& region,
                                          const std::vector<std::string>& more,
                                          const std::vector<std::string>& own);

}  // namespace orrery
