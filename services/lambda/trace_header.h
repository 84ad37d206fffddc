/// X-Amzn-Trace-Id headers: made for invocations, and the lineage in them by which Lambda detects
/// functions that run in a loop.
#pragma once

#include "engine/time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace orrery {
class RandomStream;
}

namespace orrery::lambda::trace_header {

/// "Root=1-<epoch seconds>-<24 hex>;Parent=<16 hex>;Sampled=0"
std::string make(Instant now, RandomStream& random);

/// What stands for the function in a lineage: 8 hex digits made from its ARN.
std::string lineage_id(std::string_view function_arn);

/// How often the function was invoked in the chain of requests that `header` belongs to: the number
/// beside its id in "Lineage=<id>:<number>|<id>:<number>", plus one; 0 if it is not in it. [docs:
/// xray-concepts#xray-concepts-tracingheader]
std::uint32_t invocations(std::string_view header, std::string_view lineage_id);

/// The same of the function that was invoked most often in it.
std::uint32_t longest_loop(std::string_view header);

/// `header` with one more invocation of the function in its lineage.
std::string with_invocation(std::string header, std::string_view lineage_id);

}  // namespace orrery::lambda::trace_header
