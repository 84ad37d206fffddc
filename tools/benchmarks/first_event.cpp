#include "tools/benchmarks/benchmark.h"
#include "tools/benchmarks/temporary_folder.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace orrery::benchmarks {

namespace {

constexpr const char* scenario =
    "scenario: One message\n"
    "resources:\n"
    "  Orders: { Type: AWS::SQS::Queue, Properties: { QueueName: Orders } }\n"
    "steps:\n"
    "  - call: sqs.SendMessage\n"
    "    with: { QueueUrl: !Ref Orders, MessageBody: hello }\n";

/// Runs `program` to its end with its output thrown away.
void run_program(const std::string& program, const std::string& file) {
    std::string run = "run";
    std::string name = program;
    std::string argument = file;
    const std::array<char*, 4> arguments{name.data(), run.data(), argument.data(), nullptr};
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    char* no_environment = nullptr;
    const int error =
        posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), &no_environment);
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    if (error != 0 || waitpid(child, &status, 0) != child || status != 0) {
        throw std::runtime_error(program + " run " + file + " failed");
    }
}

double measure() {
    const TemporaryFolder folder;
    const std::string file = (folder.path() / "scenario.yaml").string();
    std::ofstream(file) << scenario;
    const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "orrery";
    return 1000 * seconds_of([&] { run_program(program.string(), file); });
}

}  // namespace

Benchmark first_event() {
    return {"process start to first event (measured to the exit of a run of one event)",
            "ms",
            Better::lower,
            20,
            "the dynamic linker, reading the scenario",
            measure};
}

}  // namespace orrery::benchmarks
