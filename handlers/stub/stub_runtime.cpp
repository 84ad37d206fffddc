#include "handlers/stub/stub_runtime.h"

#include "engine/trace.h"
#include "engine/world.h"

#include <algorithm>

namespace orrery {

namespace {

// What an empty Python function uses, about. [LS test_invocation_type_event_error]
constexpr std::int64_t stub_memory_megabytes = 36;

/// The error object of a runtime, or Lambda's own.
std::string error_payload(std::string_view type, std::string_view message) {
    std::string payload = R"({"errorMessage":)";
    append_json_string(payload, message);
    payload.append(R"(,"errorType":)");
    append_json_string(payload, type);
    return payload.append("}");
}

lambda::Outcome exited(const std::string& request_id, int status) {
    // [LS TestLambdaErrors, test_uncaught_exception_invoke]
    const std::string message = "RequestId: " + request_id + " Error: Runtime exited " +
                                (status == 0 ? "without providing a reason"
                                             : "with error: exit status " + std::to_string(status));
    return {lambda::Outcome::Kind::exited,
            error_payload("Runtime.ExitError", message),
            "Runtime.ExitError"};
}

lambda::Outcome outcome_of(const StubStep& step, const lambda::Invocation& invocation) {
    switch (step.kind) {
        case StubStep::Kind::error:
            return {
                lambda::Outcome::Kind::error, error_payload(step.text, step.message), step.text};
        case StubStep::Kind::exit: return exited(invocation.request_id, step.exit_status);
        case StubStep::Kind::value:
        case StubStep::Kind::timeout: break;
    }
    return {lambda::Outcome::Kind::success,
            step.answer ? step.answer(invocation.payload) : step.text,
            {}};
}

class StubEnvironment : public lambda::Environment {
public:
    StubEnvironment(World& world,
                    StubRuntime::Script& script,
                    std::function<void(lambda::Outcome)> ready)
        : world_(world), script_(script) {
        pending_ = world_.loop.post([ready = std::move(ready)] {
            ready({lambda::Outcome::Kind::success, {}, {}});
        });
    }
    ~StubEnvironment() override { world_.loop.cancel(pending_); }
    StubEnvironment(const StubEnvironment&) = delete;
    StubEnvironment& operator=(const StubEnvironment&) = delete;

    void invoke(const lambda::Invocation& invocation,
                std::function<void(lambda::Outcome)> done) override {
        static const StubStep returns_null;
        const StubStep* scripted = script_.next(invocation.payload);
        const StubStep& step = scripted == nullptr ? returns_null : *scripted;
        if (step.kind == StubStep::Kind::timeout) {
            return;
        }
        done_ = std::move(done);
        outcome_ = outcome_of(step, invocation);
        // Kept here, so that the event's callback is small enough to need no memory of its own.
        pending_ = world_.loop.after(step.after, [this] {
            const auto tell = std::move(done_);
            tell(std::move(outcome_));
        });
    }

    std::int64_t max_memory_megabytes() const override { return stub_memory_megabytes; }

private:
    World& world_;
    StubRuntime::Script& script_;
    std::function<void(lambda::Outcome)> done_;
    lambda::Outcome outcome_;
    EventId pending_;
};

}  // namespace

const StubStep* StubRuntime::Script::next(const std::string& event) {
    for (std::size_t index = 0; index < kept.size(); ++index) {
        if (served[index] < kept[index].times && kept[index].when(event)) {
            ++served[index];
            return &kept[index];
        }
    }
    if (in_turn.empty()) {
        return nullptr;
    }
    const std::size_t index = std::min(attempts, in_turn.size() - 1);
    ++attempts;
    return &in_turn[index];
}

void StubRuntime::script(const std::string& function_name, std::vector<StubStep> steps) {
    Script script;
    for (StubStep& step : steps) {
        (step.when ? script.kept : script.in_turn).push_back(std::move(step));
    }
    script.served.resize(script.kept.size());
    scripts_[function_name] = std::move(script);
}

bool StubRuntime::supports(const std::string& runtime) const {
    return runtime == "stub";
}

std::string StubRuntime::supported() const {
    return "stub";
}

std::unique_ptr<lambda::Environment> StubRuntime::start(
    const lambda::FunctionConfiguration& function,
    std::uint64_t /*number*/,
    const std::string& /*log_stream*/,
    lambda::LogSink /*log*/,
    std::function<void(lambda::Outcome)> ready) {
    return std::make_unique<StubEnvironment>(world_, scripts_[function.name], std::move(ready));
}

}  // namespace orrery
