/// A client of the simulated cloud that runs beside the functions: any program, in virtual time as
/// handlers are.
#pragma once

#include "handlers/runtime/handler_process.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

class Loop;

/// What is to be run, as somebody would type it.
struct ClientCommand {
    std::vector<std::string> words;  // the program, and its arguments
    std::filesystem::path directory;
    std::vector<std::string> variables;  // "NAME=value", each name once

    /// The words with a blank between them.
    std::string text() const;
};

/// The file that a command's first word names: a path relative to `directory` if it holds a '/',
/// `python` for "python" and "python3" unless that is empty, else a name in `folders`. Throws
/// UsageError if there is none, or none that can be executed.
std::filesystem::path find_program(const std::string& word,
                                   const std::filesystem::path& directory,
                                   const std::filesystem::path& python,
                                   const std::vector<std::filesystem::path>& folders);

/// What a program's process starts with: its command line, with the options that keep an
/// interpreter from differing, and its environment. `more` are variables of ours.
void describe_process(HandlerProcessOptions& options,
                      const std::filesystem::path& program,
                      const ClientCommand& command,
                      const std::vector<std::string>& more,
                      const std::string& region);

struct ClientProgramEvents {
    std::function<void(std::string)> line;  // of its output
    std::function<void(ExitStatus)> ended;  // after its last line
    /// It computed for too long without waiting for anything, and was killed; no `ended` follows.
    Callback hung;
};

class ClientProgram {
public:
    /// Starts it.
    ClientProgram(Loop& loop, HandlerProcessOptions options, ClientProgramEvents events);
    /// Kills it; no event follows.
    ~ClientProgram();
    ClientProgram(const ClientProgram&) = delete;
    ClientProgram& operator=(const ClientProgram&) = delete;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace orrery
