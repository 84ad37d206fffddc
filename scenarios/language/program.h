/// `run: python3 producer.py`: a client's program as a step of a scenario, and what came of it.
#pragma once

#include "engine/document.h"
#include "engine/json.h"
#include "handlers/runtime/client_program.h"
#include "scenarios/language/expectation.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

class Names;
class ProcessRuntime;
struct Occurrence;
struct Stage;

struct ProgramRun {
    DocumentNode words;      // a sequence
    DocumentNode variables;  // `environment`: a mapping, or nothing
    Location where;          // of the command
};

/// Reads the members `run` and `environment` of `node`. Throws UsageError.
ProgramRun parse_program(const DocumentNode& node);

/// The words of a command line: blanks part them, '...' and "..." keep them together, a backslash
/// keeps the next character, and so does ${...}. There is no shell: throws UsageError for what only
/// one could do (`|`, `>`, `$X`, ...), and for a quotation without end.
std::vector<std::string> split_command(std::string_view text);

/// Checks its references. Throws UsageError.
void check_program(const ProgramRun& run, const Names& names);
/// Checks that there is the program; `folder` is the scenario's. Throws UsageError.
void check_program(const ProgramRun& run,
                   const ProcessRuntime& processes,
                   const std::filesystem::path& folder);

/// What is started.
ClientCommand client_command(const Stage& stage, const ProgramRun& run, Occurrence& occurrence);

/// {"status": 0, "output": "its lines"}. A status is what a shell says: 128 and a signal's number
/// for a program that was killed.
Json program_view(const ExitStatus& status, const std::string& output);
/// The same for one that computed for too long without waiting.
Json hung_view();

/// What may be expected of it.
inline const std::vector<std::string_view> program_answer_keys{"status", "output"};

/// As judge_answer; another status than 0 that nothing was expected of is a finding.
Finding judge_program(Stage& stage, const DocumentNode* expected, const Json& view);

}  // namespace orrery
