#include "services/lambda/function_version.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/lambda/limits.h"

#include <algorithm>
#include <utility>

namespace orrery::lambda {

FunctionVersion::FunctionVersion(Host& host,
                                 VersionOwner& owner,
                                 FunctionConfiguration configuration)
    : host_(host),
      owner_(owner),
      configuration_(std::make_shared<const FunctionConfiguration>(std::move(configuration))) {}

FunctionVersion::~FunctionVersion() {
    host_.world.loop.cancel(reaper_);
}

void FunctionVersion::reconfigure(FunctionConfiguration configuration) {
    configuration_ = std::make_shared<const FunctionConfiguration>(std::move(configuration));
    stop_idle("update");
}

void FunctionVersion::stop_idle(std::string_view reason) {
    for (Sandbox* sandbox : std::exchange(idle_, {})) {
        sandbox->stop(reason);
        discard(*sandbox);
    }
    if (reason == "delete") {
        provision(0, reason);
    }
}

void FunctionVersion::provision(std::int64_t count, std::string_view reason) {
    provision_.requested = count;
    provision_.failed = false;
    if (count > 0 && provisioned_configuration_ == nullptr) {
        FunctionConfiguration configuration = *configuration_;
        configuration.initialization_type = "provisioned-concurrency";
        provisioned_configuration_ =
            std::make_shared<const FunctionConfiguration>(std::move(configuration));
    }
    while (std::ssize(provisioned_) < count) {
        SandboxOwner& owner = *this;
        sandboxes_.push_back(std::make_unique<Sandbox>(
            host_, owner, owner_.trace_source(), provisioned_configuration_));
        provisioned_.push_back(sandboxes_.back().get());
        sandboxes_.back()->prepare();
    }
    // Those that serve somebody end when they have done so.
    for (std::size_t index = provisioned_.size(); index-- > 0;) {
        Sandbox& sandbox = *provisioned_[index];
        if (std::ssize(provisioned_) > count && !sandbox.busy()) {
            withdraw(sandbox, reason);
        }
    }
}

void FunctionVersion::withdraw(Sandbox& sandbox, std::string_view reason) {
    if (sandbox.ready()) {
        --provision_.allocated;
    }
    if (std::erase(provisioned_idle_, &sandbox) > 0) {
        --provision_.available;
    }
    std::erase(provisioned_, &sandbox);
    sandbox.stop(reason);
    discard(sandbox);
}

void FunctionVersion::prepared(Sandbox& sandbox, bool succeeded) {
    if (!succeeded) {
        provision_.failed = true;
        std::erase(provisioned_, &sandbox);
        discard(sandbox);
        return;
    }
    ++provision_.allocated;
    ++provision_.available;
    provisioned_idle_.push_back(&sandbox);
}

void FunctionVersion::serve(std::shared_ptr<Call> call) {
    ++in_flight_;
    if (!provisioned_idle_.empty()) {
        Sandbox* ready = provisioned_idle_.back();
        provisioned_idle_.pop_back();
        --provision_.available;
        ready->serve(std::move(call));
        return;
    }
    if (idle_.empty()) {
        SandboxOwner& owner = *this;
        sandboxes_.push_back(
            std::make_unique<Sandbox>(host_, owner, owner_.trace_source(), configuration_));
        sandboxes_.back()->serve(std::move(call));
        return;
    }
    Sandbox* sandbox = idle_.back();
    idle_.pop_back();
    sandbox->serve(std::move(call));
}

void FunctionVersion::finished(Sandbox& sandbox, std::shared_ptr<Call> call) {
    --in_flight_;
    if (sandbox.configuration() == configuration_) {
        idle_.push_back(&sandbox);
        arm_reaper();
    } else if (sandbox.configuration() == provisioned_configuration_) {
        if (std::ssize(provisioned_) > provision_.requested) {
            withdraw(sandbox, "update");
        } else {
            provisioned_idle_.push_back(&sandbox);
            ++provision_.available;
        }
    } else {
        sandbox.stop("update");
        discard(sandbox);
    }
    // Emptied first: the call may be used again, and what it was called with may be what keeps its
    // owner alive.
    const auto tell = std::exchange(call->finished, {});
    owner_.ended(*this, *call);  // may plan the end of this version, not end it
    tell(*call);
}

void FunctionVersion::discard(const Sandbox& sandbox) {
    const auto owned =
        std::find_if(sandboxes_.begin(), sandboxes_.end(), [&](const auto& candidate) {
            return candidate.get() == &sandbox;
        });
    ENSURE(owned != sandboxes_.end());
    sandboxes_.erase(owned);
}

/// One event for all idle environments, at the end of the one that is idle for the longest time.
void FunctionVersion::arm_reaper() {
    if (!reaper_ && !idle_.empty()) {
        reaper_ = host_.world.loop.at(
            idle_.front()->idle_since() + limits::idle_environment,
            [this] { reap(); },
            Weight::background);
    }
}

void FunctionVersion::reap() {
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
