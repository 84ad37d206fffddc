/// The template of a scenario, with its stubbed functions made so that they need no code.
#pragma once

#include "scenarios/language/scenario_file.h"
#include "services/cloudformation/template.h"

#include <map>
#include <string>

namespace orrery {

/// The runtime that stubbed functions are given.
inline constexpr const char* stub_runtime_name = "stub";

/// Reads the template that `file` names or holds; without either, one with no resources. Throws
/// UsageError.
cloudformation::Template scenario_template(const ScenarioFile& file);

/// The template's parameters as the scenario gives them. Throws UsageError, also for names the
/// template does not declare.
std::map<std::string, std::string> template_parameters(const ScenarioFile& file,
                                                       const cloudformation::Template& source);

}  // namespace orrery
