/// Runtimes: several runtime providers as one, each asked in turn.
#pragma once

#include "services/lambda/runtime.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

class Runtimes : public lambda::RuntimeProvider {
public:
    /// `provider` must outlive this. One added before goes first where both support a runtime.
    void add(lambda::RuntimeProvider& provider) { providers_.push_back(&provider); }

    bool supports(const std::string& runtime) const override;
    std::string supported() const override;
    /// Throws UsageError for a runtime that nobody supports, listing those that somebody does.
    std::unique_ptr<lambda::Environment> start(const lambda::FunctionConfiguration& function,
                                               std::uint64_t number,
                                               const std::string& log_stream,
                                               lambda::LogSink log,
                                               std::function<void(lambda::Outcome)> ready) override;

private:
    lambda::RuntimeProvider* find(const std::string& runtime) const;

    std::vector<lambda::RuntimeProvider*> providers_;
};

}  // namespace orrery
