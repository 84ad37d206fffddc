#include "tools/benchmarks/handler_world.h"

#include "tools/cli/resources.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <stdexcept>

namespace orrery::benchmarks {

HandlerWorld::HandlerWorld(const Source& source)
    : source_(source), runtime_(world_, options()), cloud_(world_, {}, runtime_) {
    std::ofstream(code_.path() / source.file) << source.code;
}

ProcessRuntimeOptions HandlerWorld::options() {
    ProcessRuntimeOptions options;
    options.resources = cli::resource_directory();
    return options;
}

void HandlerWorld::create(const std::string& name) {
    const std::string file = source_.file;
    cloud_.api().call_now("lambda",
                          "CreateFunction",
                          {{"FunctionName", name},
                           {"Runtime", source_.runtime},
                           {"Handler", file.substr(0, file.find('.')) + ".handler"},
                           {"Timeout", 900},
                           {"MemorySize", 512},
                           {"Code", {{"Directory", code_.path().string()}}}});
}

void HandlerWorld::invoke_then(const std::string& name, const std::function<void()>& then) {
    ++invoked_;
    cloud_.api().call("lambda",
                      "Invoke",
                      {{"FunctionName", name}, {"Payload", "e30="}},
                      [=, this](const aws::ApiResult& result) {
                          answered_ +=
                              result.ok() && !result.value().contains("FunctionError") ? 1U : 0U;
                          then();
                      });
}

void HandlerWorld::invoke(const std::string& name) {
    invoke_then(name, [] {});
}

void HandlerWorld::invoke_in_turn(const std::string& name, std::uint64_t times) {
    if (times > 0) {
        invoke_then(name, [=, this] { invoke_in_turn(name, times - 1); });
    }
}

void HandlerWorld::finish() {
    world_.loop.run_until_idle(Instant::max());
    if (answered_ != invoked_) {
        throw std::runtime_error("an invocation failed");
    }
}

}  // namespace orrery::benchmarks
