/// EventRecorder: remembers the events that functions are invoked with, and when, for expectations
/// that look at them.
#pragma once

#include "engine/time.h"
#include "services/lambda/runtime.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

struct World;

class EventRecorder : public lambda::RuntimeProvider {
public:
    enum class Recording : std::uint8_t { off, on };

    struct Entry {
        Instant at;
        std::string event;
    };

    /// Both must outlive the recorder.
    EventRecorder(const World& world, lambda::RuntimeProvider& runtimes, Recording recording)
        : world_(world), runtimes_(runtimes), recording_(recording) {}

    /// Of all invocations of a function so far, in order.
    const std::vector<Entry>& entries(const std::string& function) { return entries_[function]; }

    bool supports(const std::string& runtime) const override { return runtimes_.supports(runtime); }
    std::string supported() const override { return runtimes_.supported(); }
    std::unique_ptr<lambda::Environment> start(const lambda::FunctionConfiguration& function,
                                               std::uint64_t number,
                                               const std::string& log_stream,
                                               lambda::LogSink log,
                                               std::function<void(lambda::Outcome)> ready) override;

private:
    const World& world_;
    lambda::RuntimeProvider& runtimes_;
    Recording recording_;
    std::map<std::string, std::vector<Entry>> entries_;  // by function; they stay where they are
};

}  // namespace orrery
