/// `orrery invoke`: one direct invocation of a function, as the Test button of AWS's console does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace CLI {
class App;
}

namespace orrery::cli {

struct InvokeArguments {
    std::string function;  // empty: the template's only one
    std::filesystem::path template_file = "template.yaml";
    std::string event;                              // a file, or "-"; empty: {}
    std::map<std::string, std::string> parameters;  // of the template
    std::map<std::string, std::string> variables;   // of the function, instead of the template's
    bool log = false;
    std::uint64_t seed = 1;
};

/// Adds the command; its options set `arguments`, which must outlive the parsing.
void define_invoke(CLI::App& app, InvokeArguments& arguments);

/// Returns the exit status. Throws UsageError.
int invoke(const InvokeArguments& arguments);

}  // namespace orrery::cli
