/// The `simulate` section: what a template cannot say of how the simulated world behaves.
#pragma once

#include "engine/document.h"
#include "engine/fault.h"
#include "engine/time.h"
#include "handlers/runtime/shim_link.h"
#include "handlers/stub/stub_runtime.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace orrery {

class Names;

struct FunctionBehaviour {
    DocumentNode name;  // logical
    std::optional<Duration> cold_start;
    std::optional<Duration> duration;
    std::optional<std::vector<StubStep>> stub;  // what each attempt comes to
};

/// A fault rule as written: selectors that name resources are still logical names.
struct FaultEntry {
    FaultRule rule;
    std::map<std::string, DocumentNode> resources;  // by selector
};

struct Simulation {
    std::vector<FunctionBehaviour> functions;
    std::optional<Duration> dynamodb_latency;
    std::optional<Duration> rds_latency;
    std::vector<FaultEntry> faults;
    std::optional<DocumentNode> python;  // a path
    std::vector<AllowedPlace> allowed;   // what handlers may reach outside the simulated world
};

/// Throws UsageError.
Simulation parse_simulation(const DocumentNode& node);
/// Checks the names of functions and resources before a run. Throws UsageError.
void check_names(const Simulation& simulation, const Names& names);

}  // namespace orrery
