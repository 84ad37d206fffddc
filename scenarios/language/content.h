/// What a Scenario holds, for the files that implement scenario.h.
#pragma once

#include "scenarios/language/scenario.h"
#include "scenarios/language/scenario_file.h"

namespace orrery {

struct Scenario::Content {
    ScenarioFile file;
};

}  // namespace orrery
