/// The Extensions API of one execution environment: which extensions there are, and which of them
/// wait for their next event. [docs: runtimes-extensions-api]
#pragma once

#include "handlers/runtime/api_server.h"
#include "services/lambda/runtime.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

class RandomStream;

inline constexpr std::size_t max_extensions = 10;

/// What extensions said; each is an event of the timeline.
struct ExtensionsEvents {
    /// Every external extension has registered: the runtime may start.
    Callback registered;
    /// All extensions wait for their next event.
    Callback all_wait;
    /// One reported "Extension.InitError" or "Extension.ExitError": the environment is over once it
    /// has exited.
    std::function<void(const std::string& name, const std::string& kind)> failed;
};

class ExtensionsApi {
public:
    /// `external` are the names of the executables in /opt/extensions, in the order of their start.
    /// Ids come from `random`, which must outlive this.
    ExtensionsApi(lambda::FunctionConfiguration function,
                  std::vector<std::string> external,
                  RandomStream& random,
                  ExtensionsEvents events);
    ~ExtensionsApi();
    ExtensionsApi(const ExtensionsApi&) = delete;
    ExtensionsApi& operator=(const ExtensionsApi&) = delete;

    /// More than one server if an extension needs one of its own.
    void serve_on(ApiServer& server);

    /// Initialisation is over: nobody can register any more.
    void close_registration();
    bool all_wait() const;
    /// Sends INVOKE to those that registered for it.
    void invoke(const lambda::Invocation& invocation);
    /// Sends SHUTDOWN to those that registered for it. [docs: the reasons are SPINDOWN, TIMEOUT,
    /// FAILURE, in small letters in the event]
    void shut_down(const std::string& reason, Instant deadline);
    bool wants_shutdown(const std::string& name) const;
    /// Whether there are extensions of the kind, whatever they registered for.
    bool has_external() const;
    bool has_internal() const;

    /// "EXTENSION\tName: …" lines as initialisation ends. [recorded public logs]
    std::vector<std::string> log_lines() const;

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace orrery
