#include "services/lambda/function.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/lambda/limits.h"

#include <algorithm>
#include <utility>

namespace orrery::lambda {

Function::Function(Host& host,
                   FunctionConfiguration configuration,
                   const FunctionSimulation& simulation,
                   Release release)
    : timing(simulation),
      host_(host),
      release_(std::move(release)),
      trace_source_(configuration.identity.scope() + "lambda/" + configuration.name),
      configuration_(std::make_shared<const FunctionConfiguration>(std::move(configuration))) {
    host_.world.trace.record(
        trace_source_, "lambda.function.created", {{"runtime", configuration_->runtime}});
}

Function::~Function() {
    host_.world.loop.cancel(reaper_);
}

void Function::reconfigure(FunctionConfiguration configuration) {
    configuration_ = std::make_shared<const FunctionConfiguration>(std::move(configuration));
    stop_idle("update");
}

void Function::stop_idle(std::string_view reason) {
    for (Sandbox* sandbox : std::exchange(idle_, {})) {
        sandbox->stop(reason);
        discard(*sandbox);
    }
}

void Function::serve(std::shared_ptr<Call> call) {
    ++in_flight_;
    if (idle_.empty()) {
        SandboxOwner& owner = *this;
        sandboxes_.push_back(
            std::make_unique<Sandbox>(host_, owner, trace_source_, configuration_));
        sandboxes_.back()->serve(std::move(call));
        return;
    }
    Sandbox* sandbox = idle_.back();
    idle_.pop_back();
    sandbox->serve(std::move(call));
}

std::uint64_t Function::next_environment() {
    return ++statistics.environments_started;
}

void Function::began(const Call& call) {
    if (call.batch_size > 0) {
        statistics.batch_sizes.push_back(static_cast<std::uint32_t>(call.batch_size));
    }
}

void Function::finished(Sandbox& sandbox, std::shared_ptr<Call> call) {
    --in_flight_;
    ++statistics.invocations;
    statistics.errors += call->outcome.kind == Outcome::Kind::success ? 0U : 1U;
    if (sandbox.configuration() == configuration_) {
        idle_.push_back(&sandbox);
        arm_reaper();
    } else {
        sandbox.stop("update");
        discard(sandbox);
    }
    // Emptied first: the call may be used again, and what it was called with may be what keeps its
    // owner alive.
    const auto tell = std::exchange(call->finished, {});
    release_(*this);  // may make this function's owner plan its end, not end it
    tell(*call);
}

void Function::discard(const Sandbox& sandbox) {
    const auto owned =
        std::find_if(sandboxes_.begin(), sandboxes_.end(), [&](const auto& candidate) {
            return candidate.get() == &sandbox;
        });
    ENSURE(owned != sandboxes_.end());
    sandboxes_.erase(owned);
}

/// One event for all idle environments, at the end of the one that is idle for the longest time.
void Function::arm_reaper() {
    if (!reaper_ && !idle_.empty()) {
        reaper_ = host_.world.loop.at(
            idle_.front()->idle_since() + limits::idle_environment,
            [this] { reap(); },
            Weight::background);
    }
}

void Function::reap() {
    reaper_ = {};
    const Instant too_old = host_.world.loop.now() - limits::idle_environment;
    while (!idle_.empty() && idle_.front()->idle_since() <= too_old) {
        Sandbox& sandbox = *idle_.front();
        idle_.erase(idle_.begin());
        sandbox.stop("idle");
        discard(sandbox);
    }
    arm_reaper();
}

}  // namespace orrery::lambda
