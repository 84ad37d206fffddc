/// A handler's process as a party of the baton: it knows when the process waits, wakes its sleeps,
/// and hears its output.
#pragma once

#include "engine/baton.h"
#include "engine/net/tcp_server.h"
#include "engine/time.h"
#include "handlers/runtime/child_process.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

/// A place of the simulated world that a handler may connect to.
struct HandlerRoute {
    std::string host;     // the name that leads there; empty if only the address does
    std::string address;  // what the handler sees: numeric IPv4
    std::uint16_t port = 0;
    Endpoint real;  // where the engine listens
};

struct HandlerProcessOptions {
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    std::filesystem::path directory;
    std::filesystem::path shim;  // the preload library
    std::string
        source_address;  // the loopback address that its connections come from; unique in a world
    std::vector<HandlerRoute> routes;  // at most 64
    std::uint64_t seed = 0;            // of its random bytes
    Instant boot;                      // where its monotonic clock starts
    /// Real time that it may compute without waiting for anything, before it counts as hung.
    std::chrono::milliseconds patience{10'000};
};

/// What its owner hears. All but `output` are events of the timeline, after all that the process
/// asked before.
struct HandlerProcessEvents {
    std::function<void(std::string_view)>
        output;  // standard output and error, at the end of the turn
    std::function<void(ExitStatus)> exited;
    Callback
        hung;  // it computed longer than `patience`; it has been killed, and no `exited` follows
};

class HandlerProcess {
public:
    /// Starts it in a turn of its own.
    HandlerProcess(Loop& loop, HandlerProcessOptions options, HandlerProcessEvents events);
    /// Kills it; no event follows.
    ~HandlerProcess();
    HandlerProcess(const HandlerProcess&) = delete;
    HandlerProcess& operator=(const HandlerProcess&) = delete;

    /// Between invocations time stands still for the process: its sleeps end no earlier than the
    /// next thaw().
    void freeze();
    void thaw();

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace orrery
