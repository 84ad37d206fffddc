/// A handler's process as a party of the baton: it knows when the process waits, wakes its sleeps,
/// and hears its output.
#pragma once

#include "engine/baton.h"
#include "engine/time.h"
#include "handlers/runtime/child_process.h"
#include "handlers/runtime/shim_link.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

class PreparedParent;

/// Whether the shim can be preloaded into a process.
enum class ShimUse : std::uint8_t {
    preloaded,
    /// It is statically linked, or Go's. Its connections are known by where they lead to: its own
    /// source address; its sleeps are real, and waited for.
    none,
};

struct HandlerProcessOptions {
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    std::filesystem::path directory;
    std::filesystem::path shim;  // the preload library
    ShimSettings shim_settings;  // its source address must be unique in a world
    /// Real time that it may compute without waiting for anything, before it counts as hung.
    std::chrono::milliseconds patience{10'000};
    ShimUse shim_use = ShimUse::preloaded;
    /// Which it is a fork of, where that can be; may be null.
    std::shared_ptr<PreparedParent> parent;
    std::shared_ptr<const FileView> view;  // null: it sees the machine's files
    /// Of its own memory (what it does not share with files); beyond it, it is killed, as by the
    /// kernel. 0: none.
    std::int64_t memory_limit_bytes = 0;
};

/// What its owner hears. All but `output` are events of the timeline, after all that the process
/// asked before.
struct HandlerProcessEvents {
    /// Standard output and error, at the end of the turn.
    std::function<void(std::string_view)> output;
    std::function<void(ExitStatus)> exited;
    /// It computed longer than `patience`; it has been killed, and no `exited` follows.
    Callback hung;
};

class HandlerProcess {
public:
    /// Starts it in a turn of its own.
    HandlerProcess(Loop& loop, HandlerProcessOptions options, HandlerProcessEvents events);
    /// Kills it; no event follows.
    ~HandlerProcess();
    HandlerProcess(const HandlerProcess&) = delete;
    HandlerProcess& operator=(const HandlerProcess&) = delete;

    /// Whether it was killed for its memory.
    bool ran_out_of_memory() const;
    /// Between invocations time stands still for the process: its sleeps end no earlier than the
    /// next thaw().
    void freeze();
    void thaw();
    /// SIGTERM to it and to what it started, in a turn of its own.
    void terminate();

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace orrery
