#include "handlers/native/native_runtime.h"

#include "engine/trace.h"
#include "engine/world.h"
#include "handlers/native/native_library.h"

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <optional>
#include <typeinfo>
#include <utility>

namespace orrery {

namespace {

lambda::Outcome native_error(const std::string& type, const std::string& message) {
    std::string payload = "{\"errorType\":";
    append_json_string(payload, type);
    payload += ",\"errorMessage\":";
    append_json_string(payload, message);
    payload += "}";
    return {lambda::Outcome::Kind::error, std::move(payload), type};
}

std::string name_of(const std::type_info& type) {
    int status = 0;
    char* readable = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
    std::string name = status == 0 ? readable : type.name();
    std::free(readable);
    return name;
}

/// What one call of a handler says, through the functions in its context.
struct Call {
    const lambda::FunctionConfiguration& function;
    const lambda::LogSink& log;
    Instant now;
    Duration spent{};
    lambda::Outcome outcome{lambda::Outcome::Kind::success, "null", {}};
};

Call& call_of(const orrery_context* context) {
    return *static_cast<Call*>(context->call);
}

class NativeEnvironment final : public lambda::Environment {
public:
    NativeEnvironment(World& world,
                      lambda::FunctionConfiguration function,
                      std::string log_stream,
                      lambda::LogSink log,
                      std::unique_ptr<NativeLibrary> library,
                      const std::function<void(lambda::Outcome)>& ready)
        : world_(world),
          function_(std::move(function)),
          log_group_(function_.log_group()),
          log_stream_(std::move(log_stream)),
          log_(std::move(log)),
          library_(std::move(library)),
          pending_(world.loop.post([this, ready] {
              ready(library_->handler() != nullptr
                        ? lambda::Outcome{lambda::Outcome::Kind::success, {}, {}}
                        : native_error(library_->error_type(), library_->error()));
          })) {}
    ~NativeEnvironment() override { world_.loop.cancel(pending_); }
    NativeEnvironment(const NativeEnvironment&) = delete;
    NativeEnvironment& operator=(const NativeEnvironment&) = delete;

    void invoke(const lambda::Invocation& invocation,
                std::function<void(lambda::Outcome)> done) override {
        Call call{function_, log_, world_.loop.now()};
        const orrery_context context = context_of(invocation, call);
        try {
            library_->handler()(invocation.payload.data(), invocation.payload.size(), &context);
        } catch (const std::exception& error) {
            call.outcome = native_error(name_of(typeid(error)), error.what());
        } catch (...) {
            const std::type_info* type = abi::__cxa_current_exception_type();
            call.outcome = native_error(type == nullptr ? "unknown" : name_of(*type),
                                        "not an exception class");
        }
        done_ = std::move(done);
        outcome_ = std::move(call.outcome);
        pending_ = world_.loop.after(call.spent, [this] {
            const auto tell = std::move(done_);
            tell(std::move(outcome_));
        });
    }

    std::int64_t max_memory_megabytes() const override {
        constexpr std::int64_t modelled = 10;
        return modelled;
    }

private:
    orrery_context context_of(const lambda::Invocation& invocation, Call& call) const {
        orrery_context context{};
        context.request_id = invocation.request_id.c_str();
        context.function_name = function_.name.c_str();
        context.function_version = function_.version.c_str();
        context.invoked_function_arn = invocation.function_arn.c_str();
        context.log_group_name = log_group_.c_str();
        context.log_stream_name = log_stream_.c_str();
        context.trace_id = invocation.trace_header.c_str();
        context.memory_limit_in_mb = function_.memory_megabytes;
        context.deadline_ms = epoch_millis(invocation.deadline);
        context.now_ms = [](const orrery_context* of) {
            return epoch_millis(call_of(of).now + call_of(of).spent);
        };
        context.spend = [](const orrery_context* of, std::int64_t nanoseconds) {
            call_of(of).spent += Duration(nanoseconds > 0 ? nanoseconds : 0);
        };
        context.log = [](const orrery_context* of, const char* text, std::size_t length) {
            call_of(of).log(std::string(text, length));
        };
        context.variable = [](const orrery_context* of, const char* name) -> const char* {
            const auto& variables = call_of(of).function.variables;
            const auto found = variables.find(name);
            return found == variables.end() ? nullptr : found->second.c_str();
        };
        context.respond = [](const orrery_context* of, const char* json, std::size_t length) {
            call_of(of).outcome = {lambda::Outcome::Kind::success, std::string(json, length), {}};
        };
        context.fail = [](const orrery_context* of, const char* type, const char* message) {
            call_of(of).outcome = native_error(type, message);
        };
        context.call = &call;
        return context;
    }

    World& world_;
    lambda::FunctionConfiguration function_;
    std::string log_group_;
    std::string log_stream_;
    lambda::LogSink log_;
    std::unique_ptr<NativeLibrary> library_;
    std::function<void(lambda::Outcome)> done_;
    lambda::Outcome outcome_;
    EventId pending_;
};

/// "libthing.so:function".
std::pair<std::string, std::string> split_handler(const std::string& handler) {
    const auto colon = handler.rfind(':');
    return colon == std::string::npos
               ? std::pair<std::string, std::string>(handler, "handler")
               : std::pair(handler.substr(0, colon), handler.substr(colon + 1));
}

}  // namespace

bool NativeRuntime::supports(const std::string& runtime) const {
    return runtime == "native";
}

std::string NativeRuntime::supported() const {
    return "native";
}

std::unique_ptr<lambda::Environment> NativeRuntime::start(
    const lambda::FunctionConfiguration& function,
    std::uint64_t /*number*/,
    const std::string& log_stream,
    lambda::LogSink log,
    std::function<void(lambda::Outcome)> ready) {
    const auto [file, name] = split_handler(function.handler);
    auto library = std::make_unique<NativeLibrary>(
        function.directory / file, name, storage_.folder("native-" + std::to_string(++copies_)));
    return std::make_unique<NativeEnvironment>(
        world_, function, log_stream, std::move(log), std::move(library), ready);
}

}  // namespace orrery
