/// A world with handler processes and functions made of one source text, for the benchmarks.
#pragma once

#include "engine/world.h"
#include "handlers/runtime/process_runtime.h"
#include "services/services.h"
#include "tools/benchmarks/temporary_folder.h"

#include <cstdint>
#include <functional>
#include <string>

namespace orrery::benchmarks {

/// What a function consists of.
struct Source {
    const char* runtime;
    const char* file;
    const char* code;  // has `handler`
};

class HandlerWorld {
public:
    explicit HandlerWorld(const Source& source);

    /// A function of that source, called `name`.
    void create(const std::string& name);
    /// Invokes it with an empty event. Its answer is counted once the loop has run.
    void invoke(const std::string& name);
    /// Invokes it so many times, each time when it has answered.
    void invoke_in_turn(const std::string& name, std::uint64_t times);
    /// Plays all that is planned; throws unless every invocation has succeeded.
    void finish();
    Loop& loop() { return world_.loop; }

private:
    static ProcessRuntimeOptions options();
    void invoke_then(const std::string& name, const std::function<void()>& then);

    Source source_;
    TemporaryFolder code_;
    World world_;
    ProcessRuntime runtime_;
    Cloud cloud_;
    std::uint64_t invoked_ = 0;
    std::uint64_t answered_ = 0;
};

}  // namespace orrery::benchmarks
