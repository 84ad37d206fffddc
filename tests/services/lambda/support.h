/// What Lambda's tests need around the service: a runtime, a queue and a log that do as they are
/// told.
#pragma once

#include "engine/json.h"
#include "engine/net/http.h"
#include "engine/world.h"
#include "services/aws/api.h"
#include "services/lambda/event_source.h"
#include "services/lambda/event_targets.h"
#include "services/lambda/lambda.h"
#include "services/lambda/runtime.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery::lambda::test {

Outcome success(std::string payload = "null");
Outcome error(const std::string& type, const std::string& message);
/// The process ended without an answer.
Outcome exited(const std::string& message);
/// `parameters`, and `more` of them or others.
Json with(Json parameters, const Json& more);
/// With what its stream has brought so far as a part of its body.
HttpResponse whole(HttpResponse response);

/// A runtime whose environments do what the test says.
class FakeRuntime : public RuntimeProvider {
public:
    explicit FakeRuntime(World& of) : world(of) {}

    bool supports(const std::string& runtime) const override {
        return runtime.starts_with("python3");
    }
    std::string supported() const override { return "python3"; }
    std::unique_ptr<Environment> start(const FunctionConfiguration& function,
                                       std::uint64_t number,
                                       const std::string& log_stream,
                                       LogSink log,
                                       std::function<void(Outcome)> ready) override;

    World& world;
    /// What initialisation comes to, by environment; nothing: it never ends.
    std::function<std::optional<Outcome>(std::uint64_t environment)> init = [](std::uint64_t) {
        return std::optional(success());
    };
    Duration init_takes{};
    /// What an invocation comes to; nothing: it never ends.
    std::function<std::optional<Outcome>(const Invocation&)> handler = [](const Invocation&) {
        return std::optional(success());
    };
    Duration handler_takes{};
    std::string prints;  // by each invocation, unless empty

    std::vector<std::filesystem::path> directories;  // of all environments, in order
    std::vector<std::filesystem::path> layers;       // of the last environment
    std::vector<std::string> initialization_types;   // of all environments, in order
    std::vector<std::uint64_t> started;
    std::vector<std::uint64_t> stopped;
    std::vector<std::uint64_t> invoked;  // the environment of each invocation
    std::vector<std::string> payloads;
};

/// A queue with visibility timeouts and nothing else.
class FakeQueue {
public:
    FakeQueue(World& of, std::string name) : world(of), arn(std::move(name)) {}

    struct Message {
        std::string id;
        std::string body;
        Instant visible_at;
        std::uint64_t receipt = 0;
        int receive_count = 0;
        bool deleted = false;
    };

    /// Adds messages "m1", "m2", … in order.
    void send(int count, const std::string& body = "hello");
    std::vector<QueueMessage> receive(int max, Duration visibility);
    void remove(std::uint64_t receipt);
    void give_back(std::uint64_t receipt);
    const Message& by_receipt(std::uint64_t receipt) const;
    int left() const;
    void set_watcher(std::function<void()> visible);
    void clear_watcher() { watcher_ = nullptr; }

    World& world;
    std::string arn;
    bool fifo = false;
    Duration visibility{30s};
    std::vector<Message> messages;
    std::vector<Duration>
        visibilities;  // that were asked for, for each receive that gave something
    std::uint64_t receives = 0;

private:
    void arm();

    std::function<void()> watcher_;
    EventId wake_;
    std::uint64_t next_receipt_ = 1;
};

/// Queues "dlq", "ok" and "bad", which take what they are sent; any other is missing.
class FakeTargets : public EventTargets {
public:
    bool serves(std::string_view arn) const override { return arn.starts_with("arn:aws:sqs:"); }
    std::optional<std::string> send(std::string_view arn, EventMessage message) override;

    std::map<std::string, std::vector<EventMessage>> sent;  // by the queue's name
};

/// A service with all of it, and short forms of what tests do with it.
class Bench {
public:
    explicit Bench(std::uint64_t seed = 1);
    ~Bench();

    /// Creates a function "f" (or as `more` says) with a runtime that is faked.
    Json create_function(const Json& more);
    Json call(const std::string& operation, const Json& parameters);
    /// As a caller whose request has this id and this trace header.
    Json call_as(const std::string& operation,
                 const Json& parameters,
                 const std::string& request_id,
                 const std::string& trace_header = "");
    /// The error's code and message: "Code: message".
    std::string failure(const std::string& operation, const Json& parameters);
    /// Starts an Invoke whose answer goes to answers(). Payloads are given and answered as the JSON
    /// that they are.
    void invoke(const Json& parameters);
    const std::vector<Json>& answers() const { return answers_; }
    /// Maps the queue to "f".
    Json map_queue(const Json& more);

    void run_until(Duration since_start) { world.loop.run_until(world.loop.start() + since_start); }
    Duration now() const { return world.loop.now() - world.loop.start(); }
    const FunctionStatistics& statistics() const { return *service.statistics("f"); }
    /// The log's messages, of all streams, in order.
    std::vector<std::string> log() const;
    const std::vector<std::string>& log_groups() const;
    /// The stream of each of them.
    const std::vector<std::string>& log_streams() const;
    /// The data of trace events of this kind.
    std::vector<Json> trace_data(const std::string& kind) const;
    /// "kind@time" of trace events whose kind begins so.
    std::vector<std::string> trace(const std::string& kind) const;

    World world;
    FakeRuntime runtime;
    FakeTargets targets;

private:
    struct Logs;
    struct Sources;

    std::unique_ptr<Logs> logs_;

public:
    FakeQueue queue;

private:
    std::unique_ptr<Sources> sources_;

public:
    LambdaService service;

private:
    aws::Api api_;
    std::vector<Json> answers_;
};

}  // namespace orrery::lambda::test
