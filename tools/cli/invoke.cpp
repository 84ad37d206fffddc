#include "tools/cli/invoke.h"

#include "engine/document.h"
#include "engine/error.h"
#include "engine/world.h"
#include "handlers/runtime/process_runtime.h"
#include "handlers/runtimes.h"
#include "scenarios/language/driver.h"
#include "scenarios/language/handler_cloud.h"
#include "services/aws/encoding.h"
#include "services/aws/error.h"
#include "services/cloudformation/stack.h"
#include "services/cloudformation/supported_part.h"
#include "services/cloudformation/template.h"
#include "services/services.h"
#include "tools/cli/exit_status.h"
#include "tools/cli/resources.h"
#include "tools/cli/signals.h"
#include "tools/cli/terminal.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace orrery::cli {

namespace {

constexpr const char* function_type = "AWS::Lambda::Function";

/// The event's text, held to be JSON.
std::string read_event(const std::string& file) {
    if (file.empty()) {
        return "{}";
    }
    const bool from_input = file == "-";
    std::string text;
    if (from_input) {
        text.assign(std::istreambuf_iterator<char>(std::cin), {});
    } else {
        std::ifstream stream(file, std::ios::binary);
        if (!stream || std::filesystem::is_directory(file)) {
            throw UsageError("--event: cannot read " + file);
        }
        text.assign(std::istreambuf_iterator<char>(stream), {});
    }
    try {
        const Json checked = Json::parse(text);
    } catch (const Json::parse_error& error) {
        Location where{from_input ? "standard input" : file, 1, 1};
        for (std::size_t index = 0; index + 1 < std::min(error.byte, text.size() + 1); ++index) {
            where.column = text[index] == '\n' ? 1 : where.column + 1;
            where.line += text[index] == '\n' ? 1 : 0;
        }
        throw UsageError(where, "the event is no JSON here");
    }
    return text;
}

/// What can be deployed of the template: whatever the rest would be on AWS, this is about one
/// function.
cloudformation::SupportedPart read_template(const InvokeArguments& arguments) {
    cloudformation::SupportedPart part =
        cloudformation::supported_part(read_document(arguments.template_file));
    for (const cloudformation::LeftOut& each : part.left_out) {
        std::fprintf(stderr, "orrery: left out %s: %s\n", each.name.c_str(), each.reason.c_str());
        if (each.name == arguments.function) {
            throw UsageError("function " + each.name + " cannot be invoked: " + each.reason);
        }
    }
    return part;
}

/// A world with the template deployed in it.
struct Site {
    explicit Site(const InvokeArguments& arguments)
        : source(cloudformation::Template::from(
              read_template(arguments).document,
              std::filesystem::path(arguments.template_file).parent_path())),
          world(arguments.seed),
          processes(world, process_options()),
          cloud(world, aws::Identity(), runtimes),
          handler_cloud(world, cloud, TrustOthers::no),
          stack(world, cloud.identity(), cloud.api(), "invoke"),
          driver(world.loop, std::nullopt) {
        runtimes.add(processes);
    }

    ProcessRuntimeOptions process_options() {
        ProcessRuntimeOptions options;
        options.resources = resource_directory();
        options.routes = [this] { return handler_cloud.routes(); };
        HandlerCloud::introduce(options, TrustOthers::no);
        return options;
    }

    cloudformation::Template source;
    World world;
    ProcessRuntime processes;
    Runtimes runtimes;
    Cloud cloud;
    HandlerCloud handler_cloud;
    cloudformation::Stack stack;
    Driver driver;
};

/// The function's name in the cloud.
std::string find_function(const Site& site, const std::string& wanted) {
    std::vector<std::string> names;
    for (const std::string& id : site.stack.logical_ids()) {
        if (site.stack.resource_type(id) == function_type) {
            if (id == wanted || site.stack.physical_id(id) == wanted) {
                return site.stack.physical_id(id);
            }
            names.push_back(id);
        }
    }
    if (names.empty()) {
        throw UsageError("the template has no function");
    }
    if (wanted.empty() && names.size() == 1) {
        return site.stack.physical_id(names[0]);
    }
    const std::vector<std::string_view> views(names.begin(), names.end());
    if (!wanted.empty()) {
        throw UsageError("the template has no function '" + wanted + "'" +
                         suggestion(wanted, views));
    }
    std::string list;
    for (const std::string& name : names) {
        list.append(list.empty() ? "" : ", ").append(name);
    }
    throw UsageError("the template has several functions, name one: " + list);
}

void override_variables(aws::Api& api,
                        const std::string& function,
                        const std::map<std::string, std::string>& variables) {
    if (variables.empty()) {
        return;
    }
    const Json present =
        api.call_now("lambda", "GetFunctionConfiguration", {{"FunctionName", function}});
    Json all = present.value("Environment", Json::object()).value("Variables", Json::object());
    for (const auto& [name, value] : variables) {
        all[name] = value;
    }
    try {
        api.call_now("lambda",
                     "UpdateFunctionConfiguration",
                     {{"FunctionName", function}, {"Environment", {{"Variables", all}}}});
    } catch (const aws::ApiError& error) {
        throw UsageError("--env: " + error.message());
    }
}

/// Shows what functions log on standard error, as it is written.
void show_log(Trace& trace) {
    trace.observe([](const TraceEvent& event) {
        if (event.kind != "logs.event") {
            return;
        }
        const Json data = Json::parse(event.data);
        const std::string message = data.value("message", "");
        std::fwrite(message.data(), 1, message.size(), stderr);
        if (!message.ends_with('\n')) {
            std::fputc('\n', stderr);
        }
    });
}

/// What failed, in a sentence.
std::string failure_text(const std::string& function, const std::string& payload) {
    const Json error = Json::parse(payload, nullptr, false);
    const auto member = [&error](const char* name) {
        return error.is_object() && error.contains(name) && error[name].is_string()
                   ? error[name].get<std::string>()
                   : std::string();
    };
    const std::string type = member("errorType");
    const std::string message = member("errorMessage");
    return function + " failed" + (type.empty() ? "" : ": " + type) +
           (message.empty() ? "" : ": " + message);
}

int print_answer(const std::string& function, const aws::ApiResult& result) {
    if (!result.ok()) {
        throw UsageError("Lambda refused: " + result.error().code() + ": " +
                         result.error().message());
    }
    const Json& answer = result.value();
    const std::string payload = aws::decode_base64(answer.value("Payload", "")).value_or("");
    print(payload);
    std::fputc('\n', stdout);
    std::fflush(stdout);
    if (!answer.contains("FunctionError")) {
        return exit_passed;
    }
    std::fprintf(stderr, "orrery: %s\n", failure_text(function, payload).c_str());
    return exit_failed;
}

}  // namespace

int invoke(const InvokeArguments& arguments) {
    const std::string event = read_event(arguments.event);
    std::optional<aws::ApiResult> answer;
    int signal = 0;
    std::string function;
    {
        auto site = std::make_unique<Site>(arguments);
        std::unique_ptr<Interrupts> interrupts;
        {
            const HeldSignals held;
            site->stack.deploy(site->source, arguments.parameters);
            function = find_function(*site, arguments.function);
            override_variables(site->cloud.api(), function, arguments.variables);
            interrupts = std::make_unique<Interrupts>(site->world.loop.io(), [&](int number) {
                signal = number;
                site->driver.interrupt();
            });
        }
        if (arguments.log) {
            show_log(site->world.trace);
        }
        site->world.loop.post([&] {
            site->cloud.api().call("lambda",
                                   "Invoke",
                                   {{"FunctionName", function}, {"Payload", aws::base64(event)}},
                                   [&](aws::ApiResult result) {
                                       answer.emplace(std::move(result));
                                       site->driver.nudge();
                                   });
        });
        site->driver.run_until([&] { return answer.has_value(); });
        const HeldSignals held;
        interrupts.reset();
        site.reset();
    }
    if (!answer) {
        return exit_by_signal + signal;
    }
    return print_answer(function, *answer);
}

}  // namespace orrery::cli
