// DescribeLimits and DescribeEndpoints.
#include "services/dynamodb/control_limits.h"
#include "services/dynamodb/control_operations.h"

#include <nlohmann/json.hpp>

namespace orrery::dynamodb {

namespace {

/// The quotas that accounts have unless they ask for more; they are told, not enforced. [docs:
/// ServiceQuotas]
Json describe_limits(Request& request) {
    request.parameters.finish();
    return {{"AccountMaxReadCapacityUnits", limits::account_capacity_units},
            {"AccountMaxWriteCapacityUnits", limits::account_capacity_units},
            {"TableMaxReadCapacityUnits", limits::table_capacity_units},
            {"TableMaxWriteCapacityUnits", limits::table_capacity_units}};
}

/// Where the caller is already: SDKs with endpoint discovery would go to AWS otherwise.
Json describe_endpoints(Request& request) {
    request.parameters.finish();
    std::string address = request.caller.endpoint;
    if (const auto scheme = address.find("://"); scheme != std::string::npos) {
        address.erase(0, scheme + 3);
    }
    if (address.empty()) {
        address = "dynamodb." + request.control.identity().region + ".amazonaws.com";
    }
    return {{"Endpoints", {{{"Address", address}, {"CachePeriodInMinutes", 1440}}}}};
}

}  // namespace

void add_account_operations(const Rows& rows) {
    rows.add("DescribeEndpoints", describe_endpoints);
    rows.add("DescribeLimits", describe_limits);
}

}  // namespace orrery::dynamodb
