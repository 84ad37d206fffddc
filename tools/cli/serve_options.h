/// The options of `orrery serve`.
#pragma once

#include "tools/cli/serve.h"

namespace CLI {
class App;
}

namespace orrery::cli {

/// Adds the command; its options set `arguments`, which must outlive the parsing.
void define_serve(CLI::App& app, ServeArguments& arguments);

}  // namespace orrery::cli
