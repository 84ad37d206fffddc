#include "handlers/native/native_runtime.h"
#include "handlers/runtime/process_runtime.h"
#include "handlers/runtimes.h"
#include "handlers/stub/stub_runtime.h"
#include "scenarios/language/content.h"
#include "scenarios/language/driver.h"
#include "scenarios/language/event_recorder.h"
#include "scenarios/language/handler_cloud.h"
#include "scenarios/language/names.h"
#include "scenarios/language/player.h"
#include "scenarios/language/scenario.h"
#include "scenarios/language/stage.h"
#include "scenarios/language/template_source.h"
#include "services/aws/identity.h"
#include "services/cloudformation/stack.h"
#include "services/dynamodb/dynamodb.h"
#include "services/lambda/lambda.h"
#include "services/rds/rds.h"
#include "services/services.h"

#include <algorithm>

namespace orrery {

namespace {

constexpr const char* stack_name = "scenario";

TrustOthers trust_of(const ScenarioFile& file) {
    return file.simulation.allowed.empty() ? TrustOthers::no : TrustOthers::yes;
}

ProcessRuntimeOptions process_options(const ScenarioFile& file,
                                      const std::filesystem::path& resources,
                                      std::function<std::vector<HandlerRoute>()> routes) {
    ProcessRuntimeOptions options;
    options.resources = resources;
    options.routes = std::move(routes);
    options.allowed = file.simulation.allowed;
    HandlerCloud::introduce(options, trust_of(file));
    if (const auto& python = file.simulation.python) {
        // Absolute, since handlers run elsewhere; not canonical, since a virtual environment's
        // python is a link.
        options.python = std::filesystem::absolute(file.path.parent_path() / python->text);
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(options.python, ignored)) {
            throw UsageError(python->where,
                             "there is no Python interpreter " + options.python.string());
        }
    }
    return options;
}

/// Events are kept only where an expectation looks at them.
EventRecorder::Recording recording_of(const ScenarioFile& file) {
    const auto looks = [](const std::vector<std::unique_ptr<Expectation>>& expectations) {
        return std::any_of(expectations.begin(), expectations.end(), [](const auto& expectation) {
            return expectation->looks_at_events();
        });
    };
    const bool any = looks(file.expectations) ||
                     std::any_of(file.steps.begin(), file.steps.end(), [&](const Step& step) {
                         const auto* check = std::get_if<Check>(&step.action);
                         return check != nullptr && looks(check->expectations);
                     });
    return any ? EventRecorder::Recording::on : EventRecorder::Recording::off;
}

Names names_of(const cloudformation::Template& source, const aws::Api& api) {
    std::map<std::string, std::string> resources;
    for (const cloudformation::Resource& resource : source.resources) {
        resources[resource.logical_id] = resource.type;
    }
    std::vector<std::string> parameters;
    for (const cloudformation::Parameter& parameter : source.parameters) {
        parameters.push_back(parameter.name);
    }
    return {std::move(resources), std::move(parameters), api};
}

}  // namespace

struct ScenarioRun::State {
    State(const ScenarioFile& its_file, const RunOptions& options)
        : file(its_file),
          source(scenario_template(file)),
          parameters(template_parameters(file, source)),
          world(options.seed.value_or(file.seed), file.start),
          stubs(world),
          natives(world),
          processes(
              world,
              process_options(file, options.resources, [this] { return handler_cloud.routes(); })),
          events(world, runtimes, recording_of(file)),
          cloud(world, file.identity, events),
          handler_cloud(world, cloud, trust_of(file)),
          stack(world, file.identity, cloud.api(), stack_name),
          driver(world.loop,
                 options.until ? std::optional(file.start + *options.until) : std::nullopt),
          stage{world,
                cloud,
                stack,
                driver,
                processes,
                std::filesystem::absolute(file.path).parent_path(),
                events},
          player(stage, file.steps, verdicts) {
        runtimes.add(stubs);
        runtimes.add(natives);
        runtimes.add(processes);
        if (options.on_event) {
            world.trace.observe(options.on_event);
        }
    }

    void check_names();
    void apply_simulation();
    /// Returns how many were not checked.
    std::uint64_t check_expectations();

    const ScenarioFile& file;
    cloudformation::Template source;
    std::map<std::string, std::string> parameters;
    World world;
    StubRuntime stubs;
    NativeRuntime natives;
    ProcessRuntime processes;
    Runtimes runtimes;
    EventRecorder events;
    Cloud cloud;
    HandlerCloud handler_cloud;
    cloudformation::Stack stack;
    Driver driver;
    Stage stage;
    std::vector<Verdict> verdicts;
    Player player;
};

void ScenarioRun::State::check_names() {
    const Names names = names_of(source, cloud.api());
    orrery::check_names(file.simulation, names);
    for (const Step& step : file.steps) {
        orrery::check_names(step, names);
        const auto* act = std::get_if<Act>(&step.action);
        if (const auto* run = act == nullptr ? nullptr : std::get_if<ProgramRun>(&act->what)) {
            check_program(*run, processes, stage.folder);
        }
    }
    for (const auto& expectation : file.expectations) {
        expectation->check_names(names);
    }
}

/// Once the template is deployed, so that resources are known by their names in the cloud.
void ScenarioRun::State::apply_simulation() {
    for (const FunctionBehaviour& behaviour : file.simulation.functions) {
        const std::string& name = stack.physical_id(behaviour.name.text);
        lambda::FunctionSimulation simulation;
        simulation.cold_start = behaviour.cold_start.value_or(simulation.cold_start);
        simulation.duration = behaviour.duration.value_or(simulation.duration);
        cloud.lambda().simulate(name, simulation);
        if (behaviour.stub) {
            stubs.script(name, *behaviour.stub);
        }
    }
    if (file.simulation.dynamodb_latency) {
        cloud.dynamodb().set_latency(*file.simulation.dynamodb_latency);
    }
    if (file.simulation.rds_latency) {
        cloud.rds().set_statement_latency(*file.simulation.rds_latency);
    }
    for (const FaultEntry& fault : file.simulation.faults) {
        FaultRule rule = fault.rule;
        for (const auto& [selector, resource] : fault.resources) {
            // A queue's Ref is its URL, which ends in its name.
            const std::string& id = stack.physical_id(resource.text);
            rule.where[selector] = id.substr(id.rfind('/') + 1);
        }
        world.faults.add(std::move(rule));
    }
}

std::uint64_t ScenarioRun::State::check_expectations() {
    std::uint64_t unchecked = file.expectations.size();
    for (const auto& expectation : file.expectations) {
        if (driver.interrupted()) {
            break;
        }
        verdicts.push_back(expectation->verdict(stage));
        --unchecked;
    }
    return unchecked;
}

bool RunResult::passed() const {
    return std::all_of(
        verdicts.begin(), verdicts.end(), [](const Verdict& verdict) { return verdict.passed; });
}

ScenarioRun::ScenarioRun(const Scenario& scenario, RunOptions options)
    : state_(std::make_unique<State>(scenario.content_->file, options)) {
    state_->check_names();
}

ScenarioRun::~ScenarioRun() = default;

RunResult ScenarioRun::run() {
    State& state = *state_;
    state.stack.deploy(state.source, state.parameters);
    state.apply_simulation();
    const Skipped skipped = state.player.play();
    RunResult result;
    result.skipped_steps = skipped.steps;
    result.skipped_expectations = skipped.expectations + state.check_expectations();
    result.verdicts = state.verdicts;
    result.fingerprint = state.world.trace.fingerprint();
    result.start = state.world.loop.start();
    result.end = state.world.loop.now();
    result.events = state.world.trace.size();
    result.interrupted = state.driver.interrupted();
    return result;
}

void ScenarioRun::stop() {
    state_->driver.interrupt();
}

World& ScenarioRun::world() {
    return state_->world;
}
Cloud& ScenarioRun::cloud() {
    return state_->cloud;
}

}  // namespace orrery
