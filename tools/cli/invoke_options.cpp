#include "engine/error.h"
#include "tools/cli/invoke.h"
#include "tools/cli/option_values.h"

namespace orrery::cli {

namespace {

constexpr const char* about_invoke = "Invokes a function of a template once, and prints its result";

constexpr const char* more_about_invoke =
    R"(Deploys the template into a world of its own, invokes the function with the event, and prints
what it answers on standard output. FUNCTION is its name in the template or its FunctionName; a
template's only function need not be named. What the function prints is shown with --log, on
standard error, as CloudWatch Logs would have it. Time is virtual: waiting takes none. Resources
of types that Orrery does not know are left out, which is told on standard error.

Examples:
  orrery invoke --event event.json                         the only function of template.yaml
  orrery invoke Ship --template shop/template.yaml --event order.json --log
  echo '{"id": 7}' | orrery invoke Ship --event -          the event from standard input
  orrery invoke Ship --env TABLE=test --parameter Stage=dev

Exit status: 0 the function answered, 1 it failed (its error is on standard output, as JSON), 2 a
file or option could not be understood, 3 a mistake in Orrery itself, 130 after Ctrl-C.)";

void add_pairs(CLI::App& app,
               const char* name,
               std::map<std::string, std::string>& target,
               const char* description) {
    app.add_option_function<std::vector<std::string>>(
           name,
           [name, &target](const std::vector<std::string>& pairs) {
               for (const std::string& pair : pairs) {
                   const std::size_t sign = pair.find('=');
                   if (sign == 0 || sign == std::string::npos) {
                       throw UsageError(std::string(name) + ": '" + pair + "' is not NAME=VALUE");
                   }
                   target[pair.substr(0, sign)] = pair.substr(sign + 1);
               }
           },
           description)
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

}  // namespace

void define_invoke(CLI::App& app, InvokeArguments& arguments) {
    CLI::App& invoke =
        *app.add_subcommand("invoke", about_invoke)->footer(more_about_invoke)->allow_extras();
    invoke.add_option("FUNCTION", arguments.function, "Which function of the template")
        ->type_name("");
    invoke
        .add_option("--template",
                    arguments.template_file,
                    "A SAM or CloudFormation template (default: template.yaml)")
        ->type_name("FILE");
    invoke.add_option("--event", arguments.event, "The event, as JSON; - is standard input")
        ->type_name("FILE");
    add_pairs(invoke, "--parameter", arguments.parameters, "A parameter of the template");
    add_pairs(invoke, "--env", arguments.variables, "An environment variable of the function");
    invoke.add_flag("--log", arguments.log, "Print the function's log to standard error");
    add_value(invoke, "--seed", "N", arguments.seed, read_seed, "What chance decides (default: 1)");
}

}  // namespace orrery::cli
