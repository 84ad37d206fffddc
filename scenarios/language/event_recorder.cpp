#include "scenarios/language/event_recorder.h"

#include "engine/world.h"

#include <utility>

namespace orrery {

namespace {

class RecordedEnvironment : public lambda::Environment {
public:
    RecordedEnvironment(const World& world,
                        std::vector<EventRecorder::Entry>& entries,
                        std::unique_ptr<lambda::Environment> environment)
        : world_(world), entries_(entries), environment_(std::move(environment)) {}

    void invoke(const lambda::Invocation& invocation,
                std::function<void(lambda::Outcome)> done) override {
        entries_.push_back({world_.loop.now(), invocation.payload});
        environment_->invoke(invocation, std::move(done));
    }
    std::int64_t max_memory_megabytes() const override {
        return environment_->max_memory_megabytes();
    }
    std::shared_ptr<void> storage() const override { return environment_->storage(); }
    void shut_down(const std::string& reason) override { environment_->shut_down(reason); }

private:
    const World& world_;
    std::vector<EventRecorder::Entry>& entries_;
    std::unique_ptr<lambda::Environment> environment_;
};

}  // namespace

std::unique_ptr<lambda::Environment> EventRecorder::start(
    const lambda::FunctionConfiguration& function,
    std::uint64_t number,
    const std::string& log_stream,
    lambda::LogSink log,
    std::function<void(lambda::Outcome)> ready) {
    auto environment =
        runtimes_.start(function, number, log_stream, std::move(log), std::move(ready));
    if (recording_ == Recording::off) {
        return environment;
    }
    return std::make_unique<RecordedEnvironment>(
        world_, entries_[function.name], std::move(environment));
}

}  // namespace orrery
