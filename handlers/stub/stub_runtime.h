/// The runtime "stub": functions whose every answer is scripted, for testing batching and retries
/// with no code at all.
#pragma once

#include "engine/time.h"
#include "services/lambda/runtime.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

struct World;

/// How a stub behaves in one attempt.
struct StubStep {
    enum class Kind : std::uint8_t {
        value,    // returns `text`
        error,    // fails with the error type `text` and `message`
        timeout,  // never answers
        exit,     // its process ends with `exit_status`
    };
    Kind kind = Kind::value;
    std::string text = "null";  // the value as JSON text, or the error's type
    std::string message;        // of an error
    int exit_status = 0;
    Duration after{};  // how long the attempt takes
    /// The value, made of the event; empty: `text`.
    std::function<std::string(const std::string& event)> answer;
    /// Which events it is kept for; empty: it is one of those taken in turn.
    std::function<bool(const std::string& event)> when;
    /// How many of these events it serves.
    std::uint64_t times = std::numeric_limits<std::uint64_t>::max();
};

class StubRuntime : public lambda::RuntimeProvider {
public:
    /// `world` must outlive the runtime and its environments, as must the runtime itself.
    explicit StubRuntime(World& world) : world_(world) {}

    /// What `function_name` does in its first attempt, its second, and so on, in whichever
    /// environment; the last step repeats. An event that steps with `when` are kept for is served
    /// by the first of these, and is none of the attempts counted. Without steps, as without a
    /// script, it returns null. Counting starts anew.
    void script(const std::string& function_name, std::vector<StubStep> steps);

    bool supports(const std::string& runtime) const override;
    std::string supported() const override;
    std::unique_ptr<lambda::Environment> start(const lambda::FunctionConfiguration& function,
                                               std::uint64_t number,
                                               const std::string& log_stream,
                                               lambda::LogSink log,
                                               std::function<void(lambda::Outcome)> ready) override;

    /// The steps of one function and how many of them were taken. Environments share it.
    struct Script {
        std::vector<StubStep> in_turn;
        std::vector<StubStep> kept;  // those with `when`, and how often they served
        std::vector<std::uint64_t> served;
        std::size_t attempts = 0;

        /// Null without a step for it.
        const StubStep* next(const std::string& event);
    };

private:
    World& world_;
    std::map<std::string, Script> scripts_;  // by function; entries stay where they are
};

}  // namespace orrery
