#include "handlers/runtime/environment_variables.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace orrery {

namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

void put(Variables& all, const std::string& name, const std::string& value) {
    const auto known = std::find_if(
        all.begin(), all.end(), [&](const auto& variable) { return variable.first == name; });
    if (known == all.end()) {
        all.emplace_back(name, value);
    } else {
        known->second = value;
    }
}

void put_all(Variables& all, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        const auto split = text.find('=');
        put(all, text.substr(0, split), text.substr(split + 1));
    }
}

constexpr const char* fixed_hash_seed = "0";

std::vector<std::string> as_texts(const Variables& variables) {
    std::vector<std::string> texts;
    texts.reserve(variables.size());
    for (const auto& [name, value] : variables) {
        texts.push_back(name + "=" + value);
    }
    return texts;
}

/// What every runtime gets, and no function can change. [LS test_lambda_init_environment]
Variables reserved(const lambda::FunctionConfiguration& function,
                   const EnvironmentPlaces& places,
                   const std::string& log_stream) {
    const std::string daemon = runtime_api_address;
    const std::string& region = function.identity.region;
    return {{"AWS_LAMBDA_FUNCTION_NAME", function.name},
            {"AWS_LAMBDA_FUNCTION_VERSION", function.version},
            {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(function.memory_megabytes)},
            {"AWS_LAMBDA_LOG_GROUP_NAME", function.log_group()},
            {"AWS_LAMBDA_LOG_STREAM_NAME", log_stream},
            {"AWS_LAMBDA_INITIALIZATION_TYPE", function.initialization_type},
            {"AWS_LAMBDA_RUNTIME_API", daemon + ":" + std::to_string(runtime_api_port)},
            {"AWS_REGION", region},
            {"AWS_DEFAULT_REGION", region},
            {"AWS_ACCESS_KEY_ID", "ASIAORRERY0000000000"},
            {"AWS_SECRET_ACCESS_KEY", "orrery"},
            {"AWS_SESSION_TOKEN", "orrery"},
            {"_HANDLER", function.handler},
            {"LAMBDA_TASK_ROOT", places.task},
            {"LAMBDA_RUNTIME_DIR", places.runtime},
            {"AWS_XRAY_DAEMON_ADDRESS", daemon + ":2000"},
            {"_AWS_XRAY_DAEMON_ADDRESS", daemon},
            {"_AWS_XRAY_DAEMON_PORT", "2000"},
            {"AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"}};
}

/// What a function may set otherwise.
Variables defaults(const lambda::FunctionConfiguration& function,
                   RuntimeKind kind,
                   const EnvironmentPlaces& places) {
    const std::string& task = places.task;
    const std::string& opt = places.opt;
    const std::string& runtime = places.runtime;
    Variables all{{"TZ", ":UTC"},
                  {"LANG", "en_US.UTF-8"},
                  {"PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:" + opt + "/bin"},
                  {"LD_LIBRARY_PATH",
                   "/var/lang/lib:/lib64:/usr/lib64:" + runtime + ":" + runtime + "/lib:" + task +
                       ":" + task + "/lib:" + opt + "/lib"}};
    switch (kind) {
        case RuntimeKind::python:
            put(all, "PYTHONPATH", runtime);
            put(all, "LC_CTYPE", "C.UTF-8");
            break;
        case RuntimeKind::node: {
            const std::string version = function.runtime.substr(
                std::string_view("nodejs").size(),
                function.runtime.find('.') - std::string_view("nodejs").size());
            put(all,
                "NODE_PATH",
                opt + "/nodejs/node" + version + "/node_modules:" + opt +
                    "/nodejs/node_modules:" + runtime + "/node_modules:" + runtime + ":" + task +
                    (places.view == nullptr && !places.node_sdk.empty()
                         ? ":" + places.node_sdk.string()
                         : ""));
            break;
        }
        case RuntimeKind::java: put(all, "_LAMBDA_TELEMETRY_LOG_FD", "62"); break;
        case RuntimeKind::provided: break;
    }
    if (kind == RuntimeKind::python || kind == RuntimeKind::node) {
        put(all, "PWD", task);  // a shell starts these
        put(all, "SHLVL", "0");
    }
    if (places.view == nullptr) {
        put(all, "TMPDIR", places.tmp->path().string());
        put(all, "ORRERY_OPT", opt);  // the Python bootstrap takes it away again
    }
    return all;
}

}  // namespace

std::vector<std::string> runtime_variables(const lambda::FunctionConfiguration& function,
                                           RuntimeKind kind,
                                           const EnvironmentPlaces& places,
                                           const std::string& log_stream,
                                           const std::vector<std::string>& more) {
    Variables all = defaults(function, kind, places);
    put_all(all, more);
    for (const auto& [name, value] : function.variables) {
        put(all, name, value);
    }
    for (const auto& [name, value] : reserved(function, places, log_stream)) {
        put(all, name, value);
    }
    if (function.logging.format == lambda::LoggingConfiguration::Format::json) {
        put(all, "AWS_LAMBDA_LOG_FORMAT", "JSON");
        put(all, "AWS_LAMBDA_LOG_LEVEL", function.logging.application_level);
    }
    if (kind == RuntimeKind::python) {
        put(all, "PYTHONHASHSEED", fixed_hash_seed);  // the bootstrap takes it away again
    }
    if (kind != RuntimeKind::provided) {
        put(all, "AWS_EXECUTION_ENV", "AWS_Lambda_" + function.runtime);
    }
    return as_texts(all);
}

std::vector<std::string> prepared_python_variables(const EnvironmentPlaces& places) {
    Variables all = defaults({}, RuntimeKind::python, places);
    put(all, "LAMBDA_TASK_ROOT", places.task);
    put(all, "PYTHONHASHSEED", fixed_hash_seed);
    return as_texts(all);
}

std::vector<std::string> extension_variables(const std::vector<std::string>& of_runtime) {
    constexpr std::array<std::string_view, 8> hidden{"AWS_EXECUTION_ENV=",
                                                     "AWS_LAMBDA_LOG_GROUP_NAME=",
                                                     "AWS_LAMBDA_LOG_STREAM_NAME=",
                                                     "AWS_XRAY_CONTEXT_MISSING=",
                                                     "AWS_XRAY_DAEMON_ADDRESS=",
                                                     "LAMBDA_RUNTIME_DIR=",
                                                     "LAMBDA_TASK_ROOT=",
                                                     "_HANDLER="};
    std::vector<std::string> kept;
    std::copy_if(of_runtime.begin(),
                 of_runtime.end(),
                 std::back_inserter(kept),
                 [&](const std::string& variable) {
                     return std::none_of(hidden.begin(), hidden.end(), [&](std::string_view name) {
                         return variable.starts_with(name);
                     });
                 });
    return kept;
}

std::vector<std::string> client_variables(const std::string& region,
                                          const std::vector<std::string>& more,
                                          const std::vector<std::string>& own) {
    Variables all{{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                  {"LANG", "C.UTF-8"},
                  {"TZ", ":UTC"},
                  {"AWS_REGION", region},
                  {"AWS_DEFAULT_REGION", region},
                  {"AWS_ACCESS_KEY_ID", "AKIAORRERY0000000000"},
                  {"AWS_SECRET_ACCESS_KEY", "orrery"},
                  // A person's own settings do not count.
                  {"AWS_CONFIG_FILE", "/dev/null"},
                  {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"},
                  {"PYTHONHASHSEED", fixed_hash_seed},
                  {"PYTHONUNBUFFERED", "1"},  // lines are heard at their instants
                  {"PYTHONDONTWRITEBYTECODE", "1"}};
    put_all(all, more);
    put_all(all, own);
    return as_texts(all);
}

}  // namespace orrery
