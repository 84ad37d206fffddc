#include "services/lambda/lambda.h"

#include "services/lambda/event_source_mapping.h"
#include "services/lambda/functions.h"
#include "services/lambda/operations.h"

namespace orrery::lambda {

LambdaService::LambdaService(World& world,
                             aws::Identity identity,
                             RuntimeProvider& runtimes,
                             LogWriter& logs)
    : api_("lambda"),
      functions_(std::make_unique<Functions>(world, std::move(identity), runtimes, logs)),
      mappings_(std::make_unique<EventSourceMappings>(world, *functions_)) {
    add_function_operations(api_, *functions_);
    add_invoke_operation(api_, *functions_);
    add_mapping_operations(api_, *functions_, *mappings_);
}

LambdaService::~LambdaService() = default;

void LambdaService::add_event_source(EventSources& sources) {
    mappings_->add_source(sources);
}

void LambdaService::simulate(std::string_view function_name, const FunctionSimulation& simulation) {
    functions_->simulate(function_name, simulation);
}

const FunctionStatistics* LambdaService::statistics(std::string_view function_name) const {
    const Function* function = functions_->find(function_name);
    return function == nullptr ? nullptr : &function->statistics;
}

}  // namespace orrery::lambda
