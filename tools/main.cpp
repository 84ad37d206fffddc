#include "tools/cli/command_line.h"

int main(int argc, char** argv) {
    return orrery::cli::run_command_line(argc, argv);
}
