/// The `stub` of a simulated function: what each invocation comes to, instead of running code.
#pragma once

#include "engine/document.h"
#include "handlers/stub/stub_runtime.h"

#include <vector>

namespace orrery {

/// Reads a list of attempts. Throws UsageError.
std::vector<StubStep> parse_stub(const DocumentNode& node);

}  // namespace orrery
