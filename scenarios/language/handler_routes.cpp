#include "scenarios/language/handler_routes.h"

#include "engine/error.h"
#include "services/rds/rds.h"
#include "services/services.h"

#include <nlohmann/json.hpp>

namespace orrery {

namespace {

constexpr std::size_t most_routes = 60;  // HandlerProcess takes 64, its own among them

/// What Describe says, not where the engine listens: that differs from run to run and may not reach
/// a handler.
std::uint16_t endpoint_port(Cloud& cloud, const std::string& identifier) {
    const Json answer =
        cloud.api().call_now("rds", "DescribeDBInstances", {{"DBInstanceIdentifier", identifier}});
    return answer.at("DBInstances").at(0).at("Endpoint").at("Port").get<std::uint16_t>();
}

}  // namespace

std::vector<HandlerRoute> handler_routes(const std::vector<Cloud*>& clouds) {
    std::vector<HandlerRoute> routes;
    for (Cloud* cloud : clouds) {
        for (const rds::InstanceInfo& instance : cloud->rds().instances()) {
            if (routes.size() == most_routes) {
                throw UsageError("functions can reach " + std::to_string(most_routes) +
                                 " database instances, not more (yet)");
            }
            HandlerRoute route;
            route.host = instance.host;
            route.address = "10.0.0." + std::to_string(routes.size() + 1);
            route.port = endpoint_port(*cloud, instance.identifier);
            route.real = instance.bound;
            routes.push_back(std::move(route));
        }
    }
    return routes;
}

}  // namespace orrery
