/// For tests of Node handlers: a folder of modules, and an environment that runs one.
#pragma once

#include "tests/handlers/runtime/support.h"

#include <string>
#include <utility>

namespace orrery::test {

/// A function whose CommonJS module `index` is the given text; empty: it has files of its own.
class NodeFunction : public RunningFunction {
public:
    NodeFunction(const std::string& code, World& a_world, ProcessRuntimeOptions options = {})
        : RunningFunction("", a_world, std::move(options)) {
        if (!code.empty()) {
            folder.write("index.js", code);
        }
        function.runtime = "nodejs20.x";
    }
};

}  // namespace orrery::test
