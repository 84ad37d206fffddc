#include "handlers/runtime/interpreters.h"

#include "engine/ensure.h"
#include "engine/error.h"
#include "handlers/runtime/child_process.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace orrery {

namespace {

std::filesystem::path find_program(const std::vector<std::string>& names,
                                   const std::vector<std::filesystem::path>& folders) {
    for (const std::string& name : names) {
        for (const std::filesystem::path& folder : folders) {
            const std::filesystem::path path = folder / name;
            if (::access(path.c_str(), X_OK) == 0) {
                return path;
            }
        }
    }
    return {};
}

std::string words(const std::vector<std::filesystem::path>& folders) {
    std::string text;
    for (const std::filesystem::path& folder : folders) {
        text.append(text.empty() ? "" : ", ").append(folder.string());
    }
    return text.empty() ? "no folder" : text;
}

/// What `program --version` prints: "v20.11.1".
std::string printed_version(const std::filesystem::path& program) {
    std::array<int, 2> pipe{};
    ENSURE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
    ChildOptions options;
    options.arguments = {program.string(), "--version"};
    options.directory = "/";
    options.descriptors = {{pipe[1], STDOUT_FILENO}};
    const ChildProcess child(options);
    ::close(pipe[1]);
    std::string text;
    std::array<char, 64> buffer{};
    for (ssize_t length = 0; (length = ::read(pipe[0], buffer.data(), buffer.size())) > 0;) {
        text.append(buffer.data(), static_cast<std::size_t>(length));
    }
    ::close(pipe[0]);
    return text.substr(0, text.find('\n'));
}

std::string leading_digits(std::string_view text) {
    const auto* end = std::find_if_not(
        text.begin(), text.end(), [](unsigned char letter) { return std::isdigit(letter) != 0; });
    return {text.begin(), end};
}

}  // namespace

std::vector<std::filesystem::path> usual_program_folders() {
    return {"/usr/bin", "/usr/local/bin", "/bin"};
}

Interpreter find_python(const std::string& runtime,
                        const std::filesystem::path& chosen,
                        const std::vector<std::filesystem::path>& folders) {
    if (!chosen.empty()) {
        if (::access(chosen.c_str(), X_OK) != 0) {
            throw UsageError(chosen.string() + ": no such program (the scenario's 'python')");
        }
        return {chosen, {}};
    }
    Interpreter found{find_program({runtime, "python3"}, folders), {}};
    if (found.program.empty()) {
        throw UsageError(
            "no python3 found for runtime " + runtime +
            ": install one (apt-get install python3), or name one with 'python:' under "
            "'simulate:' in the scenario");
    }
    if (found.program.filename() != runtime) {
        found.other_version = found.program.string();
    }
    return found;
}

Interpreter find_node(const std::string& runtime,
                      const std::vector<std::filesystem::path>& folders) {
    Interpreter found{find_program({"node", "nodejs"}, folders), {}};
    if (found.program.empty()) {
        throw UsageError("no node found for runtime " + runtime + " in " + words(folders) +
                         ": install it (apt-get install nodejs)");
    }
    const std::string version = printed_version(found.program);
    if (!version.starts_with("v")) {
        throw UsageError(found.program.string() +
                         " does not say its version, so it is no working node: install one "
                         "(apt-get install nodejs)");
    }
    constexpr std::string_view prefix = "nodejs";
    const std::string wanted = leading_digits(std::string_view(runtime).substr(prefix.size()));
    if (leading_digits(std::string_view(version).substr(1)) != wanted) {
        found.other_version = found.program.string() + " (" + version + ")";
    }
    return found;
}

Interpreter find_java(const std::string& runtime,
                      const std::vector<std::filesystem::path>& folders) {
    Interpreter found{find_program({"java"}, folders), {}};
    if (found.program.empty()) {
        throw UsageError("no java found for runtime " + runtime + " in " + words(folders) +
                         ": install it (apt-get install default-jre-headless)");
    }
    return found;
}

std::vector<std::string> python_command(const std::filesystem::path& program,
                                        const std::filesystem::path& bootstraps) {
    return {program.string(), "-s", "-B", (bootstraps / "python3" / "bootstrap.py").string()};
}

std::vector<std::string> node_command(const std::filesystem::path& program,
                                      const std::filesystem::path& bootstraps,
                                      std::uint64_t seed,
                                      std::int64_t memory_megabytes) {
    std::vector<std::string> command{program.string()};
    const std::vector<std::string> options = node_options(seed);
    command.insert(command.end(), options.begin(), options.end());
    // The young part's size is that of the predictable schedule, 12 MB, and not to be chosen.
    const std::int64_t young = memory_megabytes / 10;
    command.insert(command.end(),
                   {"--expose-gc",
                    "--max-http-header-size=81920",
                    "--max-old-space-size=" + std::to_string(memory_megabytes - young)});
    command.push_back((bootstraps / "nodejs" / "bootstrap.js").string());
    return command;
}

std::vector<std::string> node_options(std::uint64_t seed) {
    // V8 without helpers: threads take turns here, so those would only add to the turns, and when
    // they collect garbage or finish compiling would depend on the machine. How long collections
    // take does not decide when the next one is due, and so how much memory a function is seen
    // with.
    constexpr std::uint64_t largest_seed = 0x7fffffff;
    return {"--single-threaded",
            "--v8-pool-size=0",
            "--predictable-gc-schedule",
            "--hash-seed=1",
            "--random-seed=" + std::to_string(1 + seed % largest_seed)};
}

}  // namespace orrery
