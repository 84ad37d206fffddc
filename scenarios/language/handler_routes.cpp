#include "scenarios/language/handler_routes.h"

#include "engine/error.h"
#include "services/rds/rds.h"
#include "services/services.h"

#include <nlohmann/json.hpp>

namespace orrery {

namespace {

constexpr std::size_t most_routes = 50;  // of the 64 that a HandlerProcess takes

/// What Describe says, not where the engine listens: that differs from run to run and may not reach
/// a handler.
std::uint16_t endpoint_port(Cloud& cloud, const std::string& identifier) {
    const Json answer =
        cloud.api().call_now("rds", "DescribeDBInstances", {{"DBInstanceIdentifier", identifier}});
    return answer.at("DBInstances").at(0).at("Endpoint").at("Port").get<std::uint16_t>();
}

constexpr const char* gateway_address = "10.0.255.1";
constexpr std::uint16_t https_port = 443;
constexpr std::uint16_t http_port = 80;

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

void add_aws_endpoints(std::vector<HandlerRoute>& routes, const Endpoint& gateway) {
    // A database instance that there is not.
    routes.push_back({".rds.amazonaws.com", gateway_address, 0, gateway});
    // Where AWS's services and function URLs have their names [botocore endpoints.json; docs:
    // lambda-urls].
    for (const char* host : {".amazonaws.com",
                             ".amazonaws.com.cn",
                             ".api.aws",
                             ".api.amazonwebservices.com.cn",
                             ".on.aws",
                             "orrery.internal"}) {
        routes.push_back({host, gateway_address, https_port, gateway});
    }
    routes.push_back({"", gateway_address, http_port, gateway});
}

}  // namespace orrery
