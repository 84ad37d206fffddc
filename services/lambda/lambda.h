/// AWS Lambda: all that others may include of services/lambda besides runtime.h and event_source.h.
#pragma once

#include "engine/time.h"
#include "services/aws/api.h"
#include "services/aws/identity.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {
struct HttpResponse;
struct World;
}  // namespace orrery

namespace orrery::aws {
class MetricWriter;
}

namespace orrery::lambda {

class EventTargets;
class QueueSource;
class RuntimeProvider;
class StreamSources;
struct UrlAddress;

/// Where functions' log lines go; wired to services/logs in one place.
class LogWriter {
public:
    virtual ~LogWriter() = default;
    /// Adds a log event with the present time; makes the group and the stream where they are
    /// missing.
    virtual void append(std::string_view group,
                        std::string_view stream,
                        std::string_view message) = 0;
};

/// Finds what event source mappings poll; wired to services/sqs in one place.
class EventSources {
public:
    virtual ~EventSources() = default;
    /// Null if there is nothing with this ARN.
    virtual std::unique_ptr<QueueSource> find(std::string_view arn) = 0;
};

/// What a template cannot say of a function: how long things take, in virtual time.
struct FunctionSimulation {
    Duration cold_start = 250ms;  // added to what the function's own initialisation takes
    Duration duration = 5ms;      // added to what the handler's own waiting takes
};

/// A function URL that there is.
struct FunctionUrlInfo {
    std::string function_name;
    std::string qualifier;  // empty: $LATEST
    std::string id;
};

/// What became of a function so far.
struct FunctionStatistics {
    std::uint64_t invocations = 0;  // that were finished; throttled ones are none
    std::uint64_t errors = 0;       // of these: by error, time-out or crash
    std::uint64_t throttles = 0;
    std::uint64_t environments_started = 0;
    std::vector<std::uint32_t>
        batch_sizes;  // of invocations by event source mappings, as they began
};

class AsyncInvocations;
class Functions;
class EventSourceMappings;
struct ControlPlane;

class LambdaService {
public:
    /// All of these must outlive the service.
    LambdaService(World& world, aws::Identity identity, RuntimeProvider& runtimes, LogWriter& logs);
    ~LambdaService();
    LambdaService(const LambdaService&) = delete;
    LambdaService& operator=(const LambdaService&) = delete;

    aws::ApiService& api() { return api_; }

    /// `sources` must outlive the service. Several are asked in the order they were added.
    void add_event_source(EventSources& sources);
    void add_stream_source(StreamSources& sources);
    /// The same for what events of asynchronous invocation are sent on to.
    void add_event_targets(EventTargets& targets);
    /// Answers a request to a function URL of this service; false, and nothing, if there is none of
    /// that id.
    bool serve_url(const UrlAddress& address, const std::function<void(HttpResponse)>& respond);
    /// By function's name.
    std::vector<FunctionUrlInfo> urls() const;
    /// Where its functions are measured from now on; `writer` must outlive the service.
    void set_metrics(aws::MetricWriter& writer);
    /// Sets how long things take for a function, which need not exist yet.
    void simulate(std::string_view function_name, const FunctionSimulation& simulation);
    /// Null if there is no such function.
    const FunctionStatistics* statistics(std::string_view function_name) const;

    /// The archive of a deployment package or layer by its SHA-256 sum, in hexadecimal digits.
    /// Nothing if there is none.
    std::optional<std::string> find_code(const std::string& sum);

private:
    void changed();
    void save();

    World& world_;
    bool changed_ = false;
    aws::ApiService api_;
    std::unique_ptr<Functions> functions_;
    std::unique_ptr<AsyncInvocations> events_;
    std::unique_ptr<EventSourceMappings> mappings_;
    std::unique_ptr<ControlPlane> control_;
};

}  // namespace orrery::lambda
