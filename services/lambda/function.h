/// Function: what has a name: its $LATEST, its published versions and aliases, and what became of
/// its invocations.
#pragma once

#include "services/lambda/function_event_invoke.h"
#include "services/lambda/function_url.h"
#include "services/lambda/function_version.h"
#include "services/lambda/resource_policy.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

/// A name for a version, or for two of them by weight.
struct Alias {
    std::string name;
    std::string version;             // "$LATEST" or a number
    std::string additional_version;  // empty: none
    double additional_weight = 0;    // 0..1, the share of the additional version
    std::string description;
    std::string revision_id;
};

struct ProvisionedConcurrency {
    std::int64_t requested = 0;
    std::string version;  // the alias's, where it is of one
    Instant last_modified;
};

struct RuntimeManagement {
    std::string update_on = "Auto";
    std::string version_arn;  // only with "Manual"
};

/// Whether a function is stopped when it runs in a loop. [docs: invocation-recursion]
enum class RecursiveLoop : std::uint8_t { terminate, allow };

class Function final : private VersionOwner {
public:
    /// Told when a call of `function` has ended, before the caller is.
    using Release = std::function<void(Function& function, const Call& call)>;

    /// `host` must outlive the function.
    Function(Host& host,
             FunctionConfiguration configuration,
             const FunctionSimulation& simulation,
             Release release);
    ~Function() override;
    Function(const Function&) = delete;
    Function& operator=(const Function&) = delete;

    const std::string& trace_source() const override { return trace_source_; }
    const std::string& name() const { return latest_->configuration().name; }
    /// What stands for it in trace_header's lineages.
    const std::string& lineage_id() const { return lineage_id_; }

    FunctionVersion& latest() { return *latest_; }
    const FunctionVersion& latest() const { return *latest_; }
    /// By number.
    const std::map<std::uint64_t, std::unique_ptr<FunctionVersion>>& published() const {
        return published_;
    }
    /// "$LATEST" or a number as text; null if there is none.
    FunctionVersion* find_version(std::string_view name);
    /// Makes the next number from $LATEST as it is now, with its description.
    FunctionVersion& publish();
    /// The number given last, also to a version that is no more; 0: none.
    std::uint64_t last_published() const { return last_published_; }
    /// As a state directory has it.
    FunctionVersion& restore_version(std::uint64_t number,
                                     FunctionConfiguration configuration,
                                     FunctionDescription description);
    void restore_last_published(std::uint64_t number) { last_published_ = number; }
    /// What it runs is finished first. [choice]
    void remove_version(const FunctionVersion& version);

    /// Ends the environments of all versions that serve nobody now; `reason` is for the trace.
    void stop_idle(std::string_view reason);
    /// Of all versions.
    std::int64_t in_flight() const { return in_flight_; }
    /// Of these: by environments that were not provisioned.
    std::int64_t on_demand_in_flight() const { return on_demand_in_flight_; }
    /// How many environments of all versions are to be initialised ahead.
    std::int64_t provisioned_concurrency() const;
    /// `call` begins in `version`, which is one of this function's.
    void serve(FunctionVersion& version, std::shared_ptr<Call> call);

    std::map<std::string, Alias, std::less<>> aliases;
    std::map<std::string, std::string> tags;
    /// By qualifier: "$LATEST", a version or an alias.
    std::map<std::string, EventInvokeConfig, std::less<>> event_invoke_configs;
    /// By qualifier: an alias, or "" for $LATEST.
    std::map<std::string, FunctionUrl, std::less<>> urls;
    RecursiveLoop recursive_loop = RecursiveLoop::terminate;
    /// By qualifier, "" for the function itself.
    std::map<std::string, ResourcePolicy, std::less<>> policies;
    /// By qualifier: a version or an alias.
    std::map<std::string, ProvisionedConcurrency, std::less<>> provisioned;
    /// By qualifier: "$LATEST", or a version.
    std::map<std::string, RuntimeManagement, std::less<>> runtime_management;
    std::optional<std::int64_t> reserved_concurrency;
    FunctionSimulation timing;
    FunctionStatistics statistics;

private:
    std::uint64_t next_environment() override { return ++statistics.environments_started; }
    const FunctionSimulation& simulation() const override { return timing; }
    void began(const Call& call) override;
    void ended(FunctionVersion& version, Call& call) override;

    Host& host_;
    Release release_;
    std::string trace_source_;
    std::string lineage_id_;
    std::unique_ptr<FunctionVersion> latest_;
    std::uint64_t last_published_ =
        0;  // numbers are not used again. [docs: configuration-versions]
    std::map<std::uint64_t, std::unique_ptr<FunctionVersion>> published_;
    std::vector<std::unique_ptr<FunctionVersion>> removed_;  // still running something
    EventId burial_;                                         // of those that run nothing any more
    std::int64_t in_flight_ = 0;
    std::int64_t on_demand_in_flight_ = 0;
};

}  // namespace orrery::lambda
