/// Functions: all functions of the account, and the concurrency they share.
#pragma once

#include "engine/random.h"
#include "services/lambda/function.h"
#include "services/lambda/function_metrics.h"
#include "services/lambda/operations.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

/// What a caller's name for a function leads to. Only for the present event: either may be removed.
struct Target {
    Function* function = nullptr;
    FunctionVersion* version = nullptr;
    std::string arn;  // as the handler is told: with the qualifier it was called with
};

class Functions {
public:
    Functions(World& world, aws::Identity identity, RuntimeProvider& runtimes, LogWriter& logs);

    const aws::Identity& identity() const { return identity_; }
    World& world() { return host_.world; }
    RuntimeProvider& runtimes() { return host_.runtimes; }
    RandomStream& random() { return random_; }
    FunctionMetrics& metrics() { return metrics_; }

    /// Null if there is no such function.
    Function* find(std::string_view name);
    const std::map<std::string, std::unique_ptr<Function>, std::less<>>& all() const {
        return functions_;
    }
    Function& add(FunctionConfiguration configuration);
    /// What runs is finished first. [choice]
    void remove(Function& function);
    /// Called with a function's name whenever one was added.
    void on_added(std::function<void(const std::string&)> added) { added_ = std::move(added); }

    void simulate(std::string_view name, const FunctionSimulation& simulation);

    /// Where `reference` leads now: an alias with weights draws anew each time. Nothing if there is
    /// no such function, version or alias.
    std::optional<Target> find_target(const FunctionReference& reference);
    /// What it leads to mostly: an alias's first version, without a draw. Null if there is nothing.
    FunctionVersion* main_version(const FunctionReference& reference);
    /// As find_target; throws AWS's error where there is nothing, or nothing that is active yet.
    Target target(const FunctionReference& reference);

    /// Invokes `target` with the payload in `call`, unless that would exceed the function's
    /// concurrency or the account's, or go on with a loop.
    Admission invoke(const Target& target, const std::shared_ptr<Call>& call);

    /// Throws AWS's error if too little would stay for functions without a reservation. Nothing: no
    /// reservation.
    void reserve(Function& function, std::optional<std::int64_t> concurrency);
    /// What the account has left for functions without a reservation.
    std::int64_t unreserved() const;
    /// A function's provisioned concurrency has changed, which is taken out of what is left, or of
    /// its own reservation.
    void provisioning_changed() { recount(); }

private:
    const std::string& version_of(const Alias& alias);
    Admission admit(const Target& target, const Call& call);
    void refuse(Function& function, Admission admission);
    void released(Function& function, const Call& call);
    void count_began(const Target& target, const Call& call);
    void recount();

    aws::Identity identity_;
    RandomStream random_;
    Host host_;
    std::map<std::string, std::unique_ptr<Function>, std::less<>> functions_;
    std::vector<std::unique_ptr<Function>> removed_;  // still running something
    std::map<std::string, FunctionSimulation, std::less<>> simulations_;
    std::function<void(const std::string&)> added_;
    std::int64_t reserved_ = 0;              // all reservations, and what is provisioned besides
    std::int64_t unreserved_in_flight_ = 0;  // calls of functions without one
    std::int64_t in_flight_ = 0;             // all calls
    FunctionMetrics metrics_;
};

}  // namespace orrery::lambda
