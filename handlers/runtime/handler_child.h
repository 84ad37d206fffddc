/// How a handler's process is started as a child: its output, and what the shim in it needs.
#pragma once

#include "handlers/runtime/child_process.h"
#include "handlers/runtime/handler_process.h"

#include <memory>

namespace orrery {

/// Descriptors of ours that the child gets.
struct HandlerDescriptors {
    int output = -1;  // standard output and error
    int page = -1;    // shared with the shim
    int event = -1;   // by which the shim gives notice
    int shim = -1;    // the library
};

/// Starts it: as a fork of its prepared parent, where there is one that works.
std::unique_ptr<ChildProcess> start_handler(const HandlerProcessOptions& options,
                                            const HandlerDescriptors& descriptors);

/// What starts it anew.
ChildOptions handler_child(const HandlerProcessOptions& options,
                           const HandlerDescriptors& descriptors);

}  // namespace orrery
