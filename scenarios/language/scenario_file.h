/// All that a scenario's file says, read and checked for form.
#pragma once

#include "engine/document.h"
#include "engine/time.h"
#include "engine/world.h"
#include "scenarios/language/expectation.h"
#include "scenarios/language/simulation.h"
#include "scenarios/language/step.h"
#include "services/aws/identity.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery {

struct ScenarioFile {
    std::filesystem::path path;
    std::string title;

    std::optional<std::filesystem::path> template_file;  // resolved against the scenario's folder
    Location template_where;
    std::optional<DocumentNode> resources;  // inline
    DocumentNode parameters;                // a mapping, or nothing

    Instant start = default_start;
    std::uint64_t seed = 1;
    aws::Identity identity;
    Simulation simulation;

    std::vector<Step> steps;
    std::vector<std::unique_ptr<Expectation>> expectations;
};

/// `path` says what relative paths are relative to. Throws UsageError.
ScenarioFile parse_scenario(const DocumentNode& document, const std::filesystem::path& path);

}  // namespace orrery
