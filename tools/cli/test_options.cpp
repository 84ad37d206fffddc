#include "tools/cli/test_options.h"

#include "engine/error.h"
#include "tools/cli/option_values.h"

#include <charconv>

namespace orrery::cli {

namespace {

constexpr const char* about_test = "Plays all scenarios below a path, each twice";

constexpr const char* more_about_test =
    "Every *.scenario.yaml and scenario.yaml below each PATH is played in a world and a process "
    "of\n"
    "its own, on all processors; a file is taken by whatever name. Each is played twice with its\n"
    "seed, and the two traces must be the same. A line tells of each scenario (its path, how much\n"
    "virtual time it took, its events, the real time of both runs, its title), always in the "
    "order\n"
    "of their paths; what failed is explained below, with the command that shows it again.\n"
    "\n"
    "Examples:\n"
    "  orrery test scenarios                      all there are\n"
    "  orrery test scenarios --filter poison      those with this text in their path or title\n"
    "  orrery test . --junit build/scenarios.xml  for CI: a JUnit XML file as well\n"
    "  orrery test a.yaml b.yaml --jobs 1         one after the other\n"
    "\n"
    "Exit status: 0 all passed, 1 an expectation failed or two runs differed, 2 a file could not "
    "be\n"
    "understood or nothing was found (the others are played all the same), 3 a mistake in Orrery\n"
    "itself, 130 after Ctrl-C.";

std::size_t read_jobs(const std::string& text) {
    constexpr std::size_t most = 1000;
    std::size_t jobs = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, jobs);
    if (error != std::errc() || stop != end || jobs < 1 || jobs > most) {
        throw UsageError("--jobs: '" + text + "' is not a number from 1 to 1000");
    }
    return jobs;
}

std::string read_filter(const std::string& text) {
    if (text.empty()) {
        throw UsageError("--filter: the text is empty");
    }
    return text;
}

}  // namespace

void define_test(CLI::App& app, TestArguments& arguments) {
    CLI::App& test =
        *app.add_subcommand("test", about_test)->footer(more_about_test)->allow_extras();
    test.add_option("PATH", arguments.paths, "Folders to search, or scenario files")
        ->required()
        ->type_name("");
    add_value(test,
              "--jobs",
              "N",
              arguments.jobs,
              read_jobs,
              "How many are played at a time (default: one for each processor)");
    add_value(test,
              "--filter",
              "TEXT",
              arguments.filter,
              read_filter,
              "Only scenarios whose path or title contains this");
    test.add_option("--junit", arguments.junit, "Write the results to this file, as JUnit XML")
        ->type_name("FILE");
    add_value(test,
              "--color",
              "WHEN",
              arguments.color,
              read_color,
              "auto (on a terminal, unless NO_COLOR is set), always, never");
}

}  // namespace orrery::cli
