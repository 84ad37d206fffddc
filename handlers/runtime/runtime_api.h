/// The Lambda Runtime API of one execution environment, over HTTP. [docs: runtimes-api]
#pragma once

#include "handlers/runtime/api_server.h"
#include "services/lambda/runtime.h"

#include <functional>
#include <memory>
#include <string>

namespace orrery {

class Loop;

/// What the runtime in the environment said; each is an event of the timeline.
struct RuntimeApiEvents {
    Callback ready;                                   // it asked for its first invocation
    std::function<void(lambda::Outcome)> init_error;  // init/error
    /// An invocation was answered and the runtime asks for the next one.
    std::function<void(lambda::Outcome)> done;
};

class RuntimeApi {
public:
    /// Listens on `address` at a free port. `memory_megabytes` and the rest of the function are not
    /// told: they are in the environment's variables.
    RuntimeApi(Loop& loop, const std::string& address, RuntimeApiEvents events);
    ~RuntimeApi();
    RuntimeApi(const RuntimeApi&) = delete;
    RuntimeApi& operator=(const RuntimeApi&) = delete;

    /// For the environment's other APIs.
    ApiServer& server() { return server_; }
    const Endpoint& endpoint() const { return server_.endpoint(); }
    /// Answers the runtime's pending request for the next invocation. Only after `ready`, and after
    /// the one before is done.
    void invoke(const lambda::Invocation& invocation);
    /// What the runtime answered to the current invocation, if it has not asked for the next one
    /// yet: it is the outcome even when the process ends now.
    bool take_answer(lambda::Outcome& outcome);

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
    ApiServer server_;
};

}  // namespace orrery
