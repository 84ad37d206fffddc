#include "tests/services/lambda/support.h"

#include "services/aws/error.h"
#include "services/aws/model.h"
#include "services/aws/readable_payload.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::lambda::test {

Outcome success(std::string payload) {
    return {Outcome::Kind::success, std::move(payload), {}};
}

Outcome error(const std::string& type, const std::string& message) {
    return {
        Outcome::Kind::error, Json{{"errorType", type}, {"errorMessage", message}}.dump(), type};
}

Outcome exited(const std::string& message) {
    return {Outcome::Kind::exited,
            Json{{"errorType", "Runtime.ExitError"}, {"errorMessage", message}}.dump(),
            "Runtime.ExitError"};
}

namespace {

class FakeEnvironment : public Environment {
public:
    FakeEnvironment(FakeRuntime& runtime,
                    std::uint64_t number,
                    LogSink log,
                    std::function<void(Outcome)> ready)
        : runtime_(runtime), number_(number), log_(std::move(log)) {
        runtime_.started.push_back(number);
        if (const auto outcome = runtime_.init(number)) {
            pending_ = runtime_.world.loop.after(
                runtime_.init_takes,
                [ready = std::move(ready), result = *outcome] { ready(result); });
        }
    }
    ~FakeEnvironment() override {
        runtime_.world.loop.cancel(pending_);
        runtime_.stopped.push_back(number_);
    }

    void invoke(const Invocation& invocation, std::function<void(Outcome)> done) override {
        runtime_.invoked.push_back(number_);
        runtime_.payloads.push_back(invocation.payload);
        if (!runtime_.prints.empty()) {
            log_(runtime_.prints);
        }
        if (const auto outcome = runtime_.handler(invocation)) {
            pending_ = runtime_.world.loop.after(
                runtime_.handler_takes,
                [done = std::move(done), result = *outcome] { done(result); });
        }
    }

    std::int64_t max_memory_megabytes() const override { return 40; }

private:
    FakeRuntime& runtime_;
    std::uint64_t number_;
    LogSink log_;
    EventId pending_;
};

class FakeQueueSource : public QueueSource {
public:
    explicit FakeQueueSource(FakeQueue& queue) : queue_(queue) {}

    std::string arn() const override { return queue_.arn; }
    bool fifo() const override { return queue_.fifo; }
    Duration visibility_timeout() const override { return queue_.visibility; }
    std::vector<QueueMessage> receive(int max, std::optional<Duration> visibility) override {
        return queue_.receive(max, visibility.value_or(queue_.visibility));
    }
    std::unique_ptr<QueueWatch> watch(std::function<void()> visible) override {
        struct Watch : QueueWatch {
            explicit Watch(FakeQueue& watched) : queue(watched) {}
            ~Watch() override {
                if (live) {
                    queue.clear_watcher();
                }
            }
            FakeQueue& queue;
            bool live = true;
        };
        auto token = std::make_unique<Watch>(queue_);
        queue_.set_watcher([watch = token.get(), visible = std::move(visible)] {
            watch->live = false;
            visible();
        });
        return token;
    }
    void remove(const std::vector<std::uint64_t>& handles) override {
        for (const std::uint64_t handle : handles) {
            queue_.remove(handle);
        }
    }
    void give_back(const std::vector<std::uint64_t>& handles) override {
        for (const std::uint64_t handle : handles) {
            queue_.give_back(handle);
        }
    }
    void append_record(std::uint64_t handle, std::string& json) const override {
        const FakeQueue::Message& message = queue_.by_receipt(handle);
        json.append(Json{{"messageId", message.id}, {"body", message.body}}.dump());
    }

private:
    FakeQueue& queue_;
};

}  // namespace

Json with(Json parameters, const Json& more) {
    parameters.update(more);
    return parameters;
}

HttpResponse whole(HttpResponse response) {
    if (response.stream != nullptr) {
        const auto body = std::make_shared<std::string>(response.body);
        response.stream->read([body](const std::string& piece) { *body += piece; }, [](PipeEnd) {});
        response.body = *body;
    }
    return response;
}

std::unique_ptr<Environment> FakeRuntime::start(const FunctionConfiguration& function,
                                                std::uint64_t number,
                                                const std::string&,
                                                LogSink log,
                                                std::function<void(Outcome)> ready) {
    directories.push_back(function.directory);
    layers = function.layers;
    initialization_types.push_back(function.initialization_type);
    return std::make_unique<FakeEnvironment>(*this, number, std::move(log), std::move(ready));
}

void FakeQueue::send(int count, const std::string& body) {
    for (int index = 0; index < count; ++index) {
        Message message;
        message.id = "m" + std::to_string(messages.size() + 1);
        message.body = body;
        message.visible_at = world.loop.now();
        messages.push_back(std::move(message));
    }
    arm();
}

std::vector<QueueMessage> FakeQueue::receive(int max, Duration hidden) {
    ++receives;
    std::vector<QueueMessage> taken;
    for (Message& message : messages) {
        if (static_cast<int>(taken.size()) == max) {
            break;
        }
        if (!message.deleted && message.visible_at <= world.loop.now()) {
            message.visible_at = world.loop.now() + hidden;
            message.receipt = next_receipt_++;
            ++message.receive_count;
            taken.push_back({message.receipt, message.id, message.body.size(), {}});
        }
    }
    if (!taken.empty()) {
        visibilities.push_back(hidden);
    }
    return taken;
}

void FakeQueue::remove(std::uint64_t receipt) {
    for (Message& message : messages) {
        if (message.receipt == receipt) {
            message.deleted = true;
        }
    }
}

void FakeQueue::give_back(std::uint64_t receipt) {
    for (Message& message : messages) {
        if (message.receipt == receipt) {
            message.visible_at = world.loop.now();
        }
    }
    arm();
}

const FakeQueue::Message& FakeQueue::by_receipt(std::uint64_t receipt) const {
    return *std::find_if(messages.begin(), messages.end(), [&](const Message& message) {
        return message.receipt == receipt;
    });
}

int FakeQueue::left() const {
    return static_cast<int>(std::count_if(
        messages.begin(), messages.end(), [](const Message& message) { return !message.deleted; }));
}

void FakeQueue::set_watcher(std::function<void()> visible) {
    watcher_ = std::move(visible);
    arm();
}

void FakeQueue::arm() {
    world.loop.cancel(wake_);
    std::optional<Instant> next;
    for (const Message& message : messages) {
        if (!message.deleted) {
            next = std::min(next.value_or(message.visible_at), message.visible_at);
        }
    }
    if (watcher_ && next) {
        wake_ = world.loop.at(*next, [this] {
            if (watcher_) {
                std::exchange(watcher_, nullptr)();
            }
        });
    }
}

std::optional<std::string> FakeTargets::send(std::string_view arn, EventMessage message) {
    const std::string name(arn.substr(arn.rfind(':') + 1));
    if (name != "dlq" && name != "ok" && name != "bad") {
        return "there is no such queue";
    }
    sent[name].push_back(std::move(message));
    return std::nullopt;
}

struct Bench::Logs : LogWriter {
    void append(std::string_view group,
                std::string_view stream,
                std::string_view message) override {
        groups.emplace_back(group);
        streams.emplace_back(stream);
        messages.emplace_back(message);
    }
    std::vector<std::string> groups;
    std::vector<std::string> streams;
    std::vector<std::string> messages;
};

struct Bench::Sources : EventSources {
    explicit Sources(FakeQueue& watched) : queue(watched) {}
    std::unique_ptr<QueueSource> find(std::string_view arn) override {
        return arn == queue.arn ? std::make_unique<FakeQueueSource>(queue) : nullptr;
    }
    FakeQueue& queue;
};

Bench::Bench(std::uint64_t seed)
    : world(seed),
      runtime(world),
      logs_(std::make_unique<Logs>()),
      queue(world, "arn:aws:sqs:us-east-1:000000000000:q"),
      sources_(std::make_unique<Sources>(queue)),
      service(world, aws::Identity{}, runtime, *logs_) {
    service.add_event_source(*sources_);
    service.add_event_targets(targets);
    service.simulate("f", {100ms, 10ms});
    api_.add(service.api());
}

Bench::~Bench() = default;

Json Bench::create_function(const Json& more) {
    Json parameters{{"FunctionName", "f"},
                    {"Runtime", "python3.12"},
                    {"Handler", "index.handler"},
                    {"Role", "arn:aws:iam::000000000000:role/r"},
                    {"Code", {{"Directory", ORRERY_SOURCE_DIR}}}};
    parameters.update(more);
    return call("CreateFunction", parameters);
}

Json Bench::call(const std::string& operation, const Json& parameters) {
    return api_.call_now("lambda", operation, parameters);
}

Json Bench::call_as(const std::string& operation,
                    const Json& parameters,
                    const std::string& request_id,
                    const std::string& trace_header) {
    aws::Caller caller;
    caller.request_id = request_id;
    caller.trace_header = trace_header;
    Json answer;
    api_.call(
        "lambda",
        operation,
        parameters,
        [&answer](const aws::ApiResult& result) {
            answer = result.ok() ? result.value()
                                 : Json(result.error().code() + ": " + result.error().message());
        },
        caller);
    return answer;
}

std::string Bench::failure(const std::string& operation, const Json& parameters) {
    std::string text;
    api_.call("lambda", operation, parameters, [&](const aws::ApiResult& result) {
        text = result.ok() ? "no error: " + result.value().dump()
                           : result.error().code() + ": " + result.error().message();
    });
    return text;
}

void Bench::invoke(const Json& parameters) {
    Json complete{{"FunctionName", "f"}};
    complete.update(parameters);
    const aws::Operation& invoke = *aws::find_model("lambda")->find_operation("Invoke");
    aws::encode_payload(complete, *invoke.input);
    api_.call("lambda", "Invoke", complete, [this, &invoke](const aws::ApiResult& result) {
        Json answer = result.ok() ? result.value()
                                  : Json(result.error().code() + ": " + result.error().message());
        aws::decode_payload(answer, *invoke.output);
        answers_.push_back(std::move(answer));
    });
}

Json Bench::map_queue(const Json& more) {
    Json parameters{{"FunctionName", "f"}, {"EventSourceArn", queue.arn}};
    parameters.update(more);
    return call("CreateEventSourceMapping", parameters);
}

std::vector<std::string> Bench::log() const {
    return logs_->messages;
}

const std::vector<std::string>& Bench::log_groups() const {
    return logs_->groups;
}

const std::vector<std::string>& Bench::log_streams() const {
    return logs_->streams;
}

std::vector<Json> Bench::trace_data(const std::string& kind) const {
    std::vector<Json> found;
    for (std::uint64_t index = 0; index < world.trace.size(); ++index) {
        const TraceEvent event = world.trace[index];
        if (event.kind == kind) {
            found.push_back(Json::parse(event.data));
        }
    }
    return found;
}

std::vector<std::string> Bench::trace(const std::string& kind) const {
    std::vector<std::string> found;
    for (std::uint64_t index = 0; index < world.trace.size(); ++index) {
        const TraceEvent event = world.trace[index];
        if (event.kind.starts_with(kind)) {
            found.push_back(std::string(event.kind) + "@" +
                            format_duration(event.at - world.loop.start()));
        }
    }
    return found;
}

}  // namespace orrery::lambda::test
