#include "services/lambda/control_plane.h"
#include "services/lambda/limits.h"

#include <nlohmann/json.hpp>

namespace orrery::lambda {

namespace {

/// Of the archives that all versions and layers have. [docs: gettingstarted-limits]
std::int64_t code_bytes(const ControlPlane& control) {
    std::int64_t sum = 0;
    for (const auto& [name, function] : control.functions.all()) {
        sum += function->latest().description.code_size;
        for (const auto& [number, version] : function->published()) {
            sum += version->description.code_size;
        }
    }
    for (const auto& [name, layer] : control.layers.all()) {
        for (const auto& [number, version] : layer.versions) {
            sum += version.code.size;
        }
    }
    return sum;
}

Json get_account_settings(Request& request) {
    request.parameters.finish();
    return {{"AccountLimit",
             {{"TotalCodeSize", limits::account_code_bytes},
              {"CodeSizeUnzipped", limits::unpacked_bytes},
              {"CodeSizeZipped", limits::zipped_bytes},
              {"ConcurrentExecutions", limits::account_concurrency},
              {"UnreservedConcurrentExecutions", request.functions().unreserved()}}},
            {"AccountUsage",
             {{"TotalCodeSize", code_bytes(request.control)},
              {"FunctionCount", request.functions().all().size()}}}};
}

}  // namespace

void add_account_operations(const Rows& rows) {
    rows.add("GetAccountSettings", get_account_settings);
}

}  // namespace orrery::lambda
