/// A process that has done what all environments of a kind begin with and stands ready: each new
/// environment is a fork of it, which shares its memory and needs no start of its own.
#pragma once

#include "handlers/runtime/handler_process.h"

#include <cstdint>
#include <memory>

namespace orrery {

class ChildProcess;
struct HandlerDescriptors;

class PreparedParent {
public:
    /// What to start, when the first environment is asked for; for it time stands still. Its
    /// program calls fork() where environments are to go on. Nothing of it may depend on which
    /// function comes first.
    explicit PreparedParent(HandlerProcessOptions options);
    ~PreparedParent();
    PreparedParent(const PreparedParent&) = delete;
    PreparedParent& operator=(const PreparedParent&) = delete;

    /// A fork of it as the process of an environment, which must have a view. Null if this machine
    /// or the program has no way to make one: then none is ever made. Throws UsageError if only
    /// this one cannot be made.
    std::unique_ptr<ChildProcess> start(const HandlerProcessOptions& environment,
                                        const HandlerDescriptors& descriptors);

private:
    enum class State : std::uint8_t { untried, works, unusable };
    struct Running;

    /// Starts it unless it lives. False if it does not get ready.
    bool stands_ready();
    /// What keeps a fork from going on: an errno, or 0.
    int fork(const HandlerProcessOptions& environment,
             const HandlerDescriptors& descriptors,
             std::unique_ptr<ChildProcess>& made);

    HandlerProcessOptions options_;
    State state_ = State::untried;
    std::unique_ptr<Running> running_;
};

}  // namespace orrery
