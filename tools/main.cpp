#include "tools/cli/command_line.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

int main(int argc, char** argv) {
    // Every execution environment takes several descriptors, and the usual soft limit is for
    // programs without any.
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    // Standard output belongs to the run; what else there is to say goes beside it.
    spdlog::set_default_logger(spdlog::stderr_logger_st("orrery"));
    spdlog::set_pattern("%n: %v");
    return orrery::cli::run_command_line(argc, argv);
}
