#include "services/lambda/functions.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/aws/error.h"
#include "services/lambda/limits.h"

#include <algorithm>
#include <array>

namespace orrery::lambda {

namespace {

/// "Root=1-<epoch seconds>-<24 hex>;Parent=<16 hex>;Sampled=0"
std::string trace_header(Instant now, RandomStream& random) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto seconds = static_cast<std::uint64_t>(epoch_seconds(now));
    std::string header = "Root=1-";
    for (int shift = 28; shift >= 0; shift -= 4) {
        header.push_back(digits[(seconds >> shift) & 15]);
    }
    return header.append("-")
        .append(random.hex(24))
        .append(";Parent=")
        .append(random.hex(16))
        .append(";Sampled=0");
}

}  // namespace

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
        [this](Function& ended) { released(ended); });
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

Admission Functions::admit(const Function& function) const {
    if (function.reserved_concurrency) {
        return function.in_flight() < *function.reserved_concurrency ? Admission::accepted
                                                                     : Admission::reserved_exceeded;
    }
    return unreserved_in_flight_ < limits::account_concurrency - reserved_
               ? Admission::accepted
               : Admission::account_exceeded;
}

Admission Functions::invoke(Function& function, const std::shared_ptr<Call>& call) {
    const Admission admission = admit(function);
    if (admission != Admission::accepted) {
        ++function.statistics.throttles;
        host_.world.trace.record(
            function.trace_source(),
            "lambda.invocation.throttled",
            {{"reason", admission == Admission::reserved_exceeded ? "reserved" : "account"}});
        return admission;
    }
    if (!function.reserved_concurrency) {
        ++unreserved_in_flight_;
    }
    Invocation& invocation = call->invocation;
    invocation.request_id = call->request_id.empty() ? random_.uuid() : call->request_id;
    invocation.function_arn = function.configuration().arn();
    invocation.trace_header = trace_header(host_.world.loop.now(), random_);
    function.serve(call);
    return Admission::accepted;
}

void Functions::released(Function& function) {
    if (!function.reserved_concurrency) {
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
    const std::int64_t others = reserved_ - function.reserved_concurrency.value_or(0);
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

void Functions::recount() {
    reserved_ = 0;
    unreserved_in_flight_ = 0;
    const auto count = [this](const Function& function, std::int64_t reservation) {
        reserved_ += reservation;
        unreserved_in_flight_ += function.reserved_concurrency ? 0 : function.in_flight();
    };
    for (const auto& [name, function] : functions_) {
        count(*function, function->reserved_concurrency.value_or(0));
    }
    for (const auto& function : removed_) {
        count(*function, 0);
    }
}

}  // namespace orrery::lambda
