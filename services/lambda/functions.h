/// Functions: all functions of the account, and the concurrency they share.
#pragma once

#include "engine/random.h"
#include "services/lambda/function.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

class Functions {
public:
    Functions(World& world, aws::Identity identity, RuntimeProvider& runtimes, LogWriter& logs);

    const aws::Identity& identity() const { return identity_; }
    World& world() { return host_.world; }
    RuntimeProvider& runtimes() { return host_.runtimes; }
    RandomStream& random() { return random_; }

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

    /// Invokes `function` with the payload in `call`, unless that would exceed its concurrency or
    /// the account's.
    Admission invoke(Function& function, const std::shared_ptr<Call>& call);

    /// Throws AWS's error if too little would stay for functions without a reservation. Nothing: no
    /// reservation.
    void reserve(Function& function, std::optional<std::int64_t> concurrency);

private:
    Admission admit(const Function& function) const;
    void released(Function& function);
    void recount();

    aws::Identity identity_;
    RandomStream random_;
    Host host_;
    std::map<std::string, std::unique_ptr<Function>, std::less<>> functions_;
    std::vector<std::unique_ptr<Function>> removed_;  // still running something
    std::map<std::string, FunctionSimulation, std::less<>> simulations_;
    std::function<void(const std::string&)> added_;
    std::int64_t reserved_ = 0;              // the sum of all reservations
    std::int64_t unreserved_in_flight_ = 0;  // calls of functions without one
};

}  // namespace orrery::lambda
