#include "scenarios/language/stage.h"

#include "engine/world.h"
#include "scenarios/language/driver.h"
#include "scenarios/language/matching.h"
#include "scenarios/language/names.h"
#include "scenarios/language/values.h"
#include "services/aws/api.h"
#include "services/cloudformation/intrinsics.h"
#include "services/cloudformation/stack.h"
#include "services/services.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace orrery {

Json Stage::render(const DocumentNode& node, std::string_view operation) const {
    const Resolve resolve = [this](const DocumentNode& reference) {
        return stack.resolve(reference.to_json(cloudformation::long_forms()), reference.where);
    };
    return orrery::render(node, resolve, operation);
}

std::string Stage::physical_id(const std::string& logical) const {
    return stack.physical_id(logical);
}

std::string Stage::log_group(const std::string& name) const {
    if (name.starts_with('/')) {
        return name;
    }
    const std::string group = stack.physical_id(name);
    return stack.resource_type(name) == "AWS::Logs::LogGroup" ? group : "/aws/lambda/" + group;
}

aws::ApiResult Stage::call(const OperationName& operation, const Json& parameters) {
    // Shared with the reply, which may come after this gave up waiting.
    const auto answer = std::make_shared<std::optional<aws::ApiResult>>();
    world.loop.post([this, operation, parameters, answer] {
        cloud.api().call(operation.service,
                         operation.operation,
                         parameters,
                         [this, answer](aws::ApiResult result) {
                             answer->emplace(std::move(result));
                             driver.nudge();
                         });
    });
    if (!driver.run_until([&] { return answer->has_value(); })) {
        return aws::ApiResult(
            aws::ApiError("NoAnswer", operation.text() + " had not answered when the run ended"));
    }
    return std::move(**answer);
}

std::optional<Difference> Stage::first_difference(const DocumentNode& expected,
                                                  std::string_view subject,
                                                  const Json& view) const {
    for (const auto& [key, value] : expected.members) {
        if (key.text == subject) {
            continue;
        }
        if (auto difference = find_difference(render(value), &view.at(key.text), key.text)) {
            return difference;
        }
    }
    return std::nullopt;
}

}  // namespace orrery
