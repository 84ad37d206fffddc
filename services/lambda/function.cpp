#include "services/lambda/function.h"

#include "engine/ensure.h"
#include "engine/world.h"
#include "services/lambda/trace_header.h"

#include <algorithm>
#include <charconv>
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
      lineage_id_(trace_header::lineage_id(configuration.arn())) {
    host_.world.trace.record(
        trace_source_, "lambda.function.created", {{"runtime", configuration.runtime}});
    VersionOwner& owner = *this;
    latest_ = std::make_unique<FunctionVersion>(host_, owner, std::move(configuration));
}

Function::~Function() {
    host_.world.loop.cancel(burial_);
}

FunctionVersion* Function::find_version(std::string_view name) {
    if (name == latest_->name()) {
        return latest_.get();
    }
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc() || end != name.data() + name.size()) {
        return nullptr;
    }
    const auto found = published_.find(number);
    return found == published_.end() ? nullptr : found->second.get();
}

FunctionVersion& Function::publish() {
    return restore_version(++last_published_, latest_->configuration(), latest_->description);
}

FunctionVersion& Function::restore_version(std::uint64_t number,
                                           FunctionConfiguration configuration,
                                           FunctionDescription description) {
    configuration.version = std::to_string(number);
    VersionOwner& owner = *this;
    auto version = std::make_unique<FunctionVersion>(host_, owner, std::move(configuration));
    version->description = std::move(description);
    return *published_.emplace(number, std::move(version)).first->second;
}

std::int64_t Function::provisioned_concurrency() const {
    std::int64_t sum = 0;
    for (const auto& [qualifier, provisioning] : provisioned) {
        sum += provisioning.requested;
    }
    return sum;
}

void Function::remove_version(const FunctionVersion& version) {
    const auto place = std::find_if(published_.begin(), published_.end(), [&](const auto& entry) {
        return entry.second.get() == &version;
    });
    ENSURE(place != published_.end());
    place->second->stop_idle("delete");
    if (place->second->in_flight() > 0) {
        removed_.push_back(std::move(place->second));
    }
    published_.erase(place);
}

void Function::stop_idle(std::string_view reason) {
    latest_->stop_idle(reason);
    for (const auto& [number, version] : published_) {
        version->stop_idle(reason);
    }
}

void Function::serve(FunctionVersion& version, std::shared_ptr<Call> call) {
    ++in_flight_;
    on_demand_in_flight_ += call->provisioned ? 0 : 1;
    version.serve(std::move(call));
}

void Function::began(const Call& call) {
    if (call.batch_size > 0) {
        statistics.batch_sizes.push_back(static_cast<std::uint32_t>(call.batch_size));
    }
}

void Function::ended(FunctionVersion& version, Call& call) {
    --in_flight_;
    on_demand_in_flight_ -= call.provisioned ? 0 : 1;
    ++statistics.invocations;
    statistics.errors += call.outcome.kind == Outcome::Kind::success ? 0U : 1U;
    const bool removed = std::any_of(removed_.begin(), removed_.end(), [&](const auto& other) {
        return other.get() == &version;
    });
    if (removed && version.in_flight() == 0) {
        version.stop_idle("delete");
        Loop& loop = host_.world.loop;
        loop.cancel(burial_);
        // Not at once: its last call is still being told about.
        burial_ = loop.at(loop.now(), [this] {
            std::erase_if(removed_, [](const auto& other) { return other->in_flight() == 0; });
        });
    }
    release_(*this, call);  // may plan the end of this function, not end it
}

}  // namespace orrery::lambda
