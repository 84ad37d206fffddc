/// The runtime "native": functions that are shared objects, called in this process. See
/// orrery_native.h.
#pragma once

#include "handlers/runtime/environment_storage.h"
#include "services/lambda/runtime.h"

#include <cstdint>
#include <memory>
#include <string>

namespace orrery {

struct World;

class NativeRuntime final : public lambda::RuntimeProvider {
public:
    /// `world` must outlive the runtime and its environments, as must the runtime itself.
    explicit NativeRuntime(World& world) : world_(world) {}

    bool supports(const std::string& runtime) const override;
    std::string supported() const override;
    std::unique_ptr<lambda::Environment> start(const lambda::FunctionConfiguration& function,
                                               std::uint64_t number,
                                               const std::string& log_stream,
                                               lambda::LogSink log,
                                               std::function<void(lambda::Outcome)> ready) override;

private:
    World& world_;
    EnvironmentStorage storage_;
    std::uint64_t copies_ = 0;
};

}  // namespace orrery
