/// Which places of the simulated cloud handler processes can connect to, besides the runtime's own.
#pragma once

#include "handlers/runtime/handler_process.h"

#include <vector>

namespace orrery {

class Cloud;

/// One for each database instance that there is now in any of `clouds`.
std::vector<HandlerRoute> handler_routes(const std::vector<Cloud*>& clouds);

}  // namespace orrery
