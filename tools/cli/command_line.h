/// The `orrery` command line: understands the arguments and calls the command they name.
#pragma once

namespace orrery::cli {

/// Never throws; returns the exit status (see exit_status.h).
int run_command_line(int argc, char** argv);

}  // namespace orrery::cli
