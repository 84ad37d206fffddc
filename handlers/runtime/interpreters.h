/// Which program on this machine runs a runtime's functions, and how it is started.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace orrery {

/// Where programs are looked for: a shell's PATH would make runs differ between its owners.
std::vector<std::filesystem::path> usual_program_folders();

/// An interpreter, found.
struct Interpreter {
    std::filesystem::path program;
    std::string other_version;  // what stands in for the version asked for, if it is another
};

/// For a runtime such as "python3.12": `chosen` if there is one, else that very version if the
/// machine has it, else python3. Throws UsageError, saying what to install, if there is none.
Interpreter find_python(const std::string& runtime,
                        const std::filesystem::path& chosen,
                        const std::vector<std::filesystem::path>& folders);

/// For a runtime such as "nodejs20.x": the machine's node, whatever its version. Throws UsageError,
/// saying what to install, if there is none or it does not start.
Interpreter find_node(const std::string& runtime,
                      const std::vector<std::filesystem::path>& folders);

/// For java*: the machine's java. Throws UsageError, saying what to install, if there is none.
Interpreter find_java(const std::string& runtime,
                      const std::vector<std::filesystem::path>& folders);

/// What starts a function in the interpreter: program, options, bootstrap.
std::vector<std::string> python_command(const std::filesystem::path& program,
                                        const std::filesystem::path& bootstraps);
/// Of `memory_megabytes`, V8's old generation may have what Lambda's own bootstrap gives it: nine
/// tenths.
/// [/var/runtime/bootstrap of the nodejs images]
std::vector<std::string> node_command(const std::filesystem::path& program,
                                      const std::filesystem::path& bootstraps,
                                      std::uint64_t seed,
                                      std::int64_t memory_megabytes);

/// Options of node without which two runs of a program would differ.
std::vector<std::string> node_options(std::uint64_t seed);

}  // namespace orrery
