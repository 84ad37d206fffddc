/// The kinds of events that a trace can hold.
#pragma once

#include <string_view>
#include <vector>

namespace orrery {

/// Every kind that the world's parts record, in the order of the alphabet.
const std::vector<std::string_view>& trace_kinds();

}  // namespace orrery
