/// Which places of the simulated cloud handler processes can connect to, besides the runtime's own.
#pragma once

#include "handlers/runtime/handler_process.h"

#include <vector>

namespace orrery {

class Cloud;

/// One for each database instance that there is now in any of `clouds`.
std::vector<HandlerRoute> handler_routes(const std::vector<Cloud*>& clouds);

/// The names of AWS's own endpoints, of all services and Regions: they lead to `gateway`, which
/// speaks HTTP and HTTPS. Add them after the database instances, whose names end alike.
void add_aws_endpoints(std::vector<HandlerRoute>& routes, const Endpoint& gateway);

/// What AWS_ENDPOINT_URL says where handlers cannot know another address: it leads to the gateway
/// as well.
inline constexpr const char* endpoint_for_handlers = "http://orrery.internal";

}  // namespace orrery
