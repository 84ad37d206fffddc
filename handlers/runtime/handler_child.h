/// How a handler's process is started as a child: its output, and what the shim in it needs.
#pragma once

#include "handlers/runtime/child_process.h"
#include "handlers/runtime/handler_process.h"

namespace orrery {

/// Descriptors of ours that the child gets.
struct HandlerDescriptors {
    int output = -1;  // standard output and error
    int page = -1;    // shared with the shim
    int event = -1;   // by which the shim gives notice
    int shim = -1;    // the library
};

ChildOptions handler_child(const HandlerProcessOptions& options,
                           const HandlerDescriptors& descriptors);

}  // namespace orrery
