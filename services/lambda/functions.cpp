#include "services/lambda/functions.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/aws/error.h"
#include "services/lambda/limits.h"
#include "services/lambda/trace_header.h"

#include <algorithm>
#include <array>

namespace orrery::lambda {

Functions::Functions(World& world,
                     aws::Identity identity,
                     RuntimeProvider& runtimes,
                     LogWriter& logs)
    : identity_(std::move(identity)),
      random_(world.random.stream(identity_.scope() + "lambda")),
      host_{world, runtimes, logs, random_} {}

Function* Functions::find(std::string_view name) {
    const auto found = functions_.find(name);
    return found == functions_.end() ? nullptr : found->second.get();
}

Function& Functions::add(FunctionConfiguration configuration) {
    const std::string name = configuration.name;
    const auto simulated = simulations_.find(name);
    auto function = std::make_unique<Function>(
        host_,
        std::move(configuration),
        simulated == simulations_.end() ? FunctionSimulation{} : simulated->second,
        [this](Function& ended, const Call& call) { released(ended, call); });
    const auto [place, added] = functions_.emplace(name, std::move(function));
    ENSURE(added);
    if (added_) {
        added_(name);
    }
    return *place->second;
}

void Functions::remove(Function& function) {
    const auto place = functions_.find(function.name());
    ENSURE(place != functions_.end() && place->second.get() == &function);
    function.stop_idle("delete");
    if (function.in_flight() > 0) {
        removed_.push_back(std::move(place->second));
    }
    functions_.erase(place);
    recount();
}

void Functions::simulate(std::string_view name, const FunctionSimulation& simulation) {
    simulations_.insert_or_assign(std::string(name), simulation);
    if (Function* function = find(name)) {
        function->timing = simulation;
    }
}

Admission Functions::admit(const Target& target, const Call& call) {
    const Function& function = *target.function;
    if (function.recursive_loop == RecursiveLoop::terminate &&
        trace_header::invocations(call.trace_header, function.lineage_id()) >=
            limits::invocations_in_a_loop) {
        return Admission::recursive;
    }
    if (target.version->provision().available > 0) {
        return Admission::accepted;  // its concurrency was set aside
    }
    if (function.reserved_concurrency) {
        return function.on_demand_in_flight() <
                       *function.reserved_concurrency - function.provisioned_concurrency()
                   ? Admission::accepted
                   : Admission::reserved_exceeded;
    }
    return unreserved_in_flight_ < unreserved() ? Admission::accepted : Admission::account_exceeded;
}

std::optional<Target> Functions::find_target(const FunctionReference& reference) {
    Function* function = find(reference.name);
    if (function == nullptr) {
        return std::nullopt;
    }
    const auto alias = function->aliases.find(reference.qualifier);
    FunctionVersion* version = alias == function->aliases.end()
                                   ? main_version(reference)
                                   : function->find_version(version_of(alias->second));
    if (version == nullptr) {
        return std::nullopt;
    }
    return Target{function, version, reference.arn(identity_)};
}

FunctionVersion* Functions::main_version(const FunctionReference& reference) {
    Function* function = find(reference.name);
    if (function == nullptr || reference.qualifier.empty()) {
        return function == nullptr ? nullptr : &function->latest();
    }
    const auto alias = function->aliases.find(reference.qualifier);
    return function->find_version(alias == function->aliases.end() ? reference.qualifier
                                                                   : alias->second.version);
}

/// The version of the one that the draw falls on.
const std::string& Functions::version_of(const Alias& alias) {
    constexpr std::uint64_t draws = 1'000'000;
    const bool additional =
        !alias.additional_version.empty() &&
        random_.below(draws) < static_cast<std::uint64_t>(alias.additional_weight * double{draws});
    return additional ? alias.additional_version : alias.version;
}

Target Functions::target(const FunctionReference& reference) {
    std::optional<Target> found = find_target(reference);
    if (!found) {
        // The text names the version even where the caller did not. [LS test_invoke_exceptions]
        throw aws::ApiError("ResourceNotFoundException",
                            "Function not found: " + reference.arn(identity_) +
                                (reference.qualifier.empty() ? ":$LATEST" : ""),
                            404);
    }
    if (found->version->description.pending(host_.world.loop.now())) {
        // [public error logs]
        throw aws::ApiError("ResourceConflictException",
                            "The operation cannot be performed at this time. The function is "
                            "currently in the following state: Pending",
                            409);
    }
    return *std::move(found);
}

Admission Functions::invoke(const Target& target, const std::shared_ptr<Call>& call) {
    Function& function = *target.function;
    const Admission admission = admit(target, *call);
    if (admission != Admission::accepted) {
        refuse(function, admission);
        if (admission != Admission::recursive) {
            metrics_.throttled(host_.world.loop.now(),
                               InvokedAs::by(target.arn, target.version->name()));
        }
        return admission;
    }
    call->provisioned = target.version->provision().available > 0;
    if (!function.reserved_concurrency && !call->provisioned) {
        ++unreserved_in_flight_;
    }
    Invocation& invocation = call->invocation;
    invocation.request_id = call->request_id.empty() ? random_.uuid() : call->request_id;
    invocation.function_arn = target.arn;
    invocation.trace_header = trace_header::with_invocation(
        call->trace_header.empty() ? trace_header::make(host_.world.loop.now(), random_)
                                   : call->trace_header,
        function.lineage_id());
    call->executed_version = target.version->name();
    count_began(target, *call);
    function.serve(*target.version, call);
    return Admission::accepted;
}

void Functions::count_began(const Target& target, const Call& call) {
    ++in_flight_;
    const Instant now = host_.world.loop.now();
    const InvokedAs as = InvokedAs::by(target.arn, call.executed_version);
    metrics_.began(now, as, {target.function->in_flight() + 1, in_flight_, unreserved_in_flight_});
    if (!call.provisioned && target.version->provision().requested > 0) {
        metrics_.provisioned_spillover(now, as);
    }
}

void Functions::refuse(Function& function, Admission admission) {
    if (admission == Admission::recursive) {
        host_.world.trace.record(function.trace_source(),
                                 "lambda.invocation.recursive",
                                 {{"invocations", limits::invocations_in_a_loop}});
        return;
    }
    ++function.statistics.throttles;
    host_.world.trace.record(
        function.trace_source(),
        "lambda.invocation.throttled",
        {{"reason", admission == Admission::reserved_exceeded ? "reserved" : "account"}});
}

void Functions::released(Function& function, const Call& call) {
    --in_flight_;
    metrics_.ended(host_.world.loop.now(),
                   InvokedAs::by(call.invocation.function_arn, call.executed_version),
                   call.duration,
                   call.outcome.kind != Outcome::Kind::success,
                   call.provisioned);
    if (!function.reserved_concurrency && !call.provisioned) {
        --unreserved_in_flight_;
    }
    const bool removed =
        !removed_.empty() && std::any_of(removed_.begin(), removed_.end(), [&](const auto& other) {
            return other.get() == &function;
        });
    if (removed && function.in_flight() == 0) {
        // Not at once: its last call is still being told about.
        host_.world.loop.post([this] {
            std::erase_if(removed_, [](const auto& other) { return other->in_flight() == 0; });
        });
    }
}

void Functions::reserve(Function& function, std::optional<std::int64_t> concurrency) {
    const std::int64_t provisioned = function.provisioned_concurrency();
    if (concurrency && *concurrency < provisioned) {
        // With these blanks. [LS test_reserved_provisioned_overlap]
        throw aws::ApiError("InvalidParameterValueException",
                            " ReservedConcurrentExecutions  " + std::to_string(*concurrency) +
                                " should not be lower than function's total provisioned "
                                "concurrency [" +
                                std::to_string(provisioned) + "].");
    }
    const std::int64_t others = reserved_ - function.reserved_concurrency.value_or(provisioned);
    const std::int64_t left = limits::account_concurrency - others - concurrency.value_or(0);
    if (concurrency && left < limits::least_unreserved_concurrency) {
        // [LS test_function_concurrency_limits]
        throw aws::ApiError("InvalidParameterValueException",
                            "Specified ReservedConcurrentExecutions for function decreases "
                            "account's UnreservedConcurrentExecution below its minimum value of "
                            "[100].");
    }
    function.reserved_concurrency = concurrency;
    recount();
}

std::int64_t Functions::unreserved() const {
    return limits::account_concurrency - reserved_;
}

void Functions::recount() {
    reserved_ = 0;
    unreserved_in_flight_ = 0;
    const auto count = [this](const Function& function, std::int64_t reservation) {
        reserved_ += reservation;
        unreserved_in_flight_ += function.reserved_concurrency ? 0 : function.on_demand_in_flight();
    };
    for (const auto& [name, function] : functions_) {
        count(*function,
              function->reserved_concurrency.value_or(function->provisioned_concurrency()));
    }
    for (const auto& function : removed_) {
        count(*function, 0);
    }
}

}  // namespace orrery::lambda
