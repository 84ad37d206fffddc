/// Function: a deployed function, its environments and what became of its invocations.
#pragma once

#include "services/lambda/sandbox.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery::lambda {

/// What describes a function to its owner and changes nothing here.
struct FunctionDescription {
    std::string role;
    std::string description;
    std::string architecture = "x86_64";
    std::int64_t ephemeral_megabytes = 512;
    std::map<std::string, std::string> tags;
    Instant last_modified;
    std::string revision_id;
};

class Function final : private SandboxOwner {
public:
    /// Told when a call of `function` has ended, before the caller is.
    using Release = std::function<void(Function& function)>;

    Function(Host& host,
             FunctionConfiguration configuration,
             const FunctionSimulation& simulation,
             Release release);
    ~Function() override;
    Function(const Function&) = delete;
    Function& operator=(const Function&) = delete;

    const std::string& trace_source() const { return trace_source_; }
    const std::string& name() const { return configuration_->name; }
    const FunctionConfiguration& configuration() const { return *configuration_; }
    /// New environments for what comes; what runs is finished as it was. [docs
    /// lambda-runtime-environment]
    void reconfigure(FunctionConfiguration configuration);
    /// Ends the environments that serve nobody now; `reason` is for the trace.
    void stop_idle(std::string_view reason);

    /// Serves `call` in the environment idle for the shortest time, or in a new one.
    void serve(std::shared_ptr<Call> call);
    std::int64_t in_flight() const { return in_flight_; }

    FunctionDescription description;
    std::optional<std::int64_t> reserved_concurrency;
    FunctionSimulation timing;
    FunctionStatistics statistics;

private:
    std::uint64_t next_environment() override;
    const FunctionSimulation& simulation() const override { return timing; }
    void began(const Call& call) override;
    void finished(Sandbox& sandbox, std::shared_ptr<Call> call) override;

    void discard(const Sandbox& sandbox);
    void arm_reaper();
    void reap();

    Host& host_;
    Release release_;
    std::string trace_source_;
    SharedConfiguration configuration_;
    std::vector<std::unique_ptr<Sandbox>> sandboxes_;
    std::vector<Sandbox*>
        idle_;  // the one used last at the back, so the front is idle for the longest time
    std::int64_t in_flight_ = 0;
    EventId reaper_;
};

}  // namespace orrery::lambda
