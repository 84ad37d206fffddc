#include "tools/cli/command_line.h"

#include "engine/document.h"
#include "engine/error.h"
#include "tools/cli/exit_status.h"
#include "tools/cli/invoke.h"
#include "tools/cli/option_values.h"
#include "tools/cli/run.h"
#include "tools/cli/serve.h"
#include "tools/cli/serve_options.h"
#include "tools/cli/signals.h"
#include "tools/cli/test_options.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::cli {

namespace {

constexpr const char* about =
    "Orrery plays serverless systems on AWS on your own machine: hours of queues, retries and\n"
    "failures in milliseconds, with your real handler code, the same way every time.\n";

constexpr const char* examples =
    "Examples:\n"
    "  orrery run scenario.yaml           play a scenario and check its expectations\n"
    "  orrery test scenarios              all scenarios below a folder, each twice\n"
    "  orrery serve                       an AWS to talk to, at http://127.0.0.1:4566\n"
    "  orrery invoke Ship --event e.json  a function of template.yaml, once\n"
    "  orrery run --help                  all that `run` can do; so for the others";

constexpr const char* about_run = "Plays a scenario and checks its expectations";

constexpr const char* more_about_run =
    "A scenario says what exists (a SAM or CloudFormation template), what happens when (steps) "
    "and\n"
    "what must be true (expectations). What happens is printed as it happens, then a summary. "
    "Where\n"
    "standard output is not a terminal, only the summary is printed, and the last events if an\n"
    "expectation failed; --timeline prints all of them.\n"
    "\n"
    "Examples:\n"
    "  orrery run scenario.yaml                    watch it, and see what failed\n"
    "  orrery run scenario.yaml --until 90s        stop the world at +00:01:30\n"
    "  orrery run scenario.yaml --seed 7           another of the ways it can happen\n"
    "  orrery run scenario.yaml --verify           prove that it runs the same way twice\n"
    "  orrery run scenario.yaml --trace out.jsonl  keep every event, one JSON object a line\n"
    "\n"
    "Exit status: 0 all expectations passed, 1 one failed (or --verify found a difference), 2 a\n"
    "file or option could not be understood, 3 a mistake in Orrery itself, 130 after Ctrl-C.";

std::string nearest_hint(std::string_view word, const std::vector<std::string>& candidates) {
    const std::vector<std::string_view> views(candidates.begin(), candidates.end());
    const std::string near = nearest(word, views);
    return near.empty() ? "" : "; did you mean '" + near + "'?";
}

void define_run(CLI::App& app, RunArguments& arguments) {
    CLI::App& run = *app.add_subcommand("run", about_run)->footer(more_about_run)->allow_extras();
    run.add_option("FILE", arguments.file, "The scenario, in YAML or JSON")
        ->required()
        ->type_name("");
    add_value(run,
              "--seed",
              "N",
              arguments.seed,
              read_seed,
              "Chooses among the ways it can happen (default: the scenario's)");
    add_value(run,
              "--until",
              "T",
              arguments.until,
              read_until,
              "Stop the world this long after its start: 90s, 1m30s, 2h");
    run.add_option("--trace", arguments.trace, "Write every event to this file, as JSON Lines")
        ->type_name("FILE");
    run.add_flag_callback(
        "--verify",
        [&arguments] { arguments.runs = Runs::twice_and_compare; },
        "Run twice, compare, and name the first event that differs");
    run.add_flag_callback(
        "--timeline",
        [&arguments] { arguments.shown = Shown::timeline; },
        "Print every event even if the output is not a terminal");
    run.add_flag_callback(
           "-q,--quiet",
           [&arguments] { arguments.shown = Shown::summary; },
           "Print only the summary and what failed")
        ->excludes("--timeline");
    add_value(run,
              "--color",
              "WHEN",
              arguments.color,
              read_color,
              "auto (on a terminal, unless NO_COLOR is set), always, never");
}

/// Complains about what no option or argument took.
void refuse_extras(const CLI::App& command) {
    const auto extras = command.remaining();
    if (extras.empty()) {
        return;
    }
    const std::string word = extras.front().substr(0, extras.front().find('='));
    if (!word.starts_with('-')) {
        throw UsageError("'" + word + "' was not expected: " + command.get_name() + " takes " +
                         (command.get_name() == "run"      ? "one FILE"
                          : command.get_name() == "invoke" ? "one FUNCTION"
                                                           : "options only"));
    }
    std::vector<std::string> known;
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            known.push_back("--" + name);
        }
    }
    throw UsageError("unknown option '" + word + "'" + nearest_hint(word, known));
}

void refuse_unknown_command(const CLI::App& app, std::string_view word) {
    std::vector<std::string> known;
    for (const CLI::App* command : app.get_subcommands({})) {
        known.push_back(command->get_name());
    }
    if (!word.starts_with('-') && std::find(known.begin(), known.end(), word) == known.end()) {
        throw UsageError("unknown command '" + std::string(word) + "'" + nearest_hint(word, known));
    }
}

int dispatch(int argc, char** argv) {
    CLI::App app(about, "orrery");
    app.footer(examples)->allow_extras();
    app.set_version_flag("--version", std::string("orrery ") + ORRERY_VERSION, "Print the version");
    RunArguments run_arguments;
    define_run(app, run_arguments);
    TestArguments test_arguments;
    define_test(app, test_arguments);
    ServeArguments serve_arguments;
    define_serve(app, serve_arguments);
    InvokeArguments invoke_arguments;
    define_invoke(app, invoke_arguments);
    if (argc < 2) {
        std::fputs(app.help().c_str(), stderr);
        return exit_usage;
    }
    refuse_unknown_command(app, argv[1]);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) {  // --help, --version
        return app.exit(asked);
    } catch (const CLI::ParseError& error) {
        for (const CLI::App* command : app.get_subcommands()) {
            refuse_extras(*command);
        }
        throw UsageError(error.what());
    }
    for (const CLI::App* command : app.get_subcommands()) {
        refuse_extras(*command);
    }
    refuse_extras(app);
    if (app.got_subcommand("test")) {
        return test(test_arguments);
    }
    if (app.got_subcommand("serve")) {
        return serve(serve_arguments);
    }
    if (app.got_subcommand("invoke")) {
        return invoke(invoke_arguments);
    }
    if (!app.got_subcommand("run")) {
        throw UsageError("a command is missing: run, test, serve or invoke");
    }
    return run(run_arguments);
}

int report(const char* what, int status) {
    std::fflush(stdout);
    std::fprintf(stderr, "orrery: %s\n", what);
    return status;
}

}  // namespace

int run_command_line(int argc, char** argv) {
    survive_closed_pipes();
    int status = exit_internal_error;
    try {
        status = dispatch(argc, argv);
    } catch (const UsageError& error) {
        status = report(error.what(), exit_usage);
    } catch (const std::exception& error) {
        status =
            report((std::string("internal error: ") + error.what()).c_str(), exit_internal_error);
    }
    // A reader who has gone (`| head`) has seen enough; a full disk has not.
    if (std::fflush(stdout) != 0 && errno != EPIPE && status == exit_passed) {
        status = report("the output could not be written", exit_usage);
    }
    return status;
}

}  // namespace orrery::cli
