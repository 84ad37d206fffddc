#include "handlers/runtime/client_program.h"

#include "engine/error.h"
#include "handlers/runtime/environment_variables.h"
#include "handlers/runtime/interpreters.h"
#include "handlers/runtime/log_splitter.h"
#include "handlers/runtime/program_file.h"

#include <utility>

namespace orrery {

namespace {

namespace fs = std::filesystem;

bool can_run(const fs::path& file) {
    const ProgramKind kind = kind_of_program(file);
    return kind == ProgramKind::dynamic || kind == ProgramKind::without_shim;
}

}  // namespace

std::string ClientCommand::text() const {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

fs::path find_program(const std::string& word,
                      const fs::path& directory,
                      const fs::path& python,
                      const std::vector<fs::path>& folders) {
    if (!python.empty() && (word == "python" || word == "python3")) {
        return python;
    }
    if (word.find('/') != std::string::npos) {
        const fs::path file = fs::absolute(directory / word).lexically_normal();
        switch (kind_of_program(file)) {
            case ProgramKind::missing: throw UsageError("there is no program " + file.string());
            case ProgramKind::not_executable:
                throw UsageError(file.string() + " may not be executed (chmod +x makes it so)");
            case ProgramKind::foreign:
                throw UsageError(file.string() + " is no program that this machine can run");
            case ProgramKind::dynamic:
            case ProgramKind::without_shim: return file;
        }
    }
    std::string looked;
    for (const fs::path& folder : folders) {
        if (can_run(folder / word)) {
            return folder / word;
        }
        looked += (looked.empty() ? "" : ", ") + folder.string();
    }
    throw UsageError("there is no program '" + word + "' in " + looked +
                     " (a path is relative to the scenario's folder: ./" + word + ")");
}

void describe_process(HandlerProcessOptions& options,
                      const fs::path& program,
                      const ClientCommand& command,
                      const std::vector<std::string>& more,
                      const std::string& region) {
    options.arguments = {program.string()};
    if (program.filename() == "node") {
        const auto fixed = node_options(options.shim_settings.seed);
        options.arguments.insert(options.arguments.end(), fixed.begin(), fixed.end());
    }
    options.arguments.insert(
        options.arguments.end(), command.words.begin() + 1, command.words.end());
    options.environment = client_variables(region, more, command.variables);
    options.directory = command.directory;
    if (kind_of_program(program) == ProgramKind::without_shim) {
        options.shim_use = ShimUse::none;
    }
}

class ClientProgram::Impl {
public:
    Impl(Loop& loop, HandlerProcessOptions options, ClientProgramEvents events)
        : events_(std::move(events)),
          splitter_([this](std::string line) { events_.line(std::move(line)); }),
          process_(loop, std::move(options), process_events()) {}

private:
    HandlerProcessEvents process_events() {
        HandlerProcessEvents events;
        events.output = [this](std::string_view bytes) { splitter_.add(bytes); };
        events.exited = [this](ExitStatus status) {
            splitter_.flush();
            events_.ended(status);
        };
        events.hung = [this] {
            splitter_.flush();
            events_.hung();
        };
        return events;
    }

    ClientProgramEvents events_;
    LogSplitter splitter_;
    HandlerProcess process_;
};

ClientProgram::ClientProgram(Loop& loop, HandlerProcessOptions options, ClientProgramEvents events)
    : impl_(std::make_unique<Impl>(loop, std::move(options), std::move(events))) {}

ClientProgram::~ClientProgram() = default;

}  // namespace orrery
