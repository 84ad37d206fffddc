/// The options of `orrery test`.
#pragma once

#include "tools/cli/test.h"

namespace CLI {
class App;
}

namespace orrery::cli {

/// Adds the command; its options set `arguments`, which must outlive the parsing.
void define_test(CLI::App& app, TestArguments& arguments);

}  // namespace orrery::cli
