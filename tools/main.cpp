#include "tools/cli/command_line.h"

#include <sys/resource.h>

int main(int argc, char** argv) {
    // Every execution environment takes several descriptors, and the usual soft limit is for
    // programs without any.
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    return orrery::cli::run_command_line(argc, argv);
}
