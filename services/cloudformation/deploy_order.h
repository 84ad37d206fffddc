/// In which order things can be made that need each other.
#pragma once

#include <cstddef>
#include <set>
#include <vector>

namespace orrery::cloudformation {

struct DeployOrder {
    std::vector<std::size_t>
        order;  // each after what it needs; of those that could be next, the first in the template
    std::vector<std::size_t>
        cycle;  // if there is no order: each needs the next, the last needs the first
};

/// `needs[i]` holds the indices of what thing number i needs.
DeployOrder deploy_order(const std::vector<std::set<std::size_t>>& needs);

}  // namespace orrery::cloudformation
