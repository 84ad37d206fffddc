/// What Lambda needs of whoever runs handler code: start an execution environment, invoke in it,
/// stop it.
#pragma once

#include "engine/time.h"
#include "services/aws/identity.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::lambda {

/// LoggingConfig: how and where a function's log is written. [botocore]
struct LoggingConfiguration {
    enum class Format : std::uint8_t { text, json };
    Format format = Format::text;
    std::string application_level = "INFO";  // of JSON only: TRACE, DEBUG, INFO, WARN, ERROR, FATAL
    std::string system_level = "INFO";       // of JSON only: DEBUG, INFO, WARN
    std::string group;                       // empty: /aws/lambda/ and the function's name
};

/// A function as deployed.
struct FunctionConfiguration {
    aws::Identity identity;
    std::string name;
    std::string runtime;                        // "python3.12", "stub", ...
    std::string handler;                        // "index.lambda_handler"
    std::filesystem::path directory;            // the code, unpacked: the task root
    std::vector<std::filesystem::path> layers;  // unpacked, in order: a later one overwrites
    std::map<std::string, std::string> variables;
    Duration timeout = std::chrono::seconds(3);  // 1 s .. 900 s
    std::int64_t memory_megabytes = 128;
    std::string version = "$LATEST";
    std::string initialization_type = "on-demand";  // or "provisioned-concurrency"
    LoggingConfiguration logging;
    std::string dead_letter_arn;  // DeadLetterConfig.TargetArn; empty: none

    std::string arn() const { return identity.arn("lambda", "function:" + name); }
    std::string log_group() const {
        return logging.group.empty() ? "/aws/lambda/" + name : logging.group;
    }
};

/// One event for the handler.
struct Invocation {
    std::string request_id;
    std::string payload;  // JSON text
    Instant deadline;     // when the function's timeout is over
    std::string function_arn;
    std::string trace_header;      // X-Amzn-Trace-Id: "Root=1-...;Parent=...;Sampled=0"
    std::string client_context;    // JSON text; empty: none
    std::string cognito_identity;  // JSON text; empty: none
    std::string tenant_id;         // empty: none
    /// Who wants a streamed response piece by piece, as events of the timeline, each at the instant
    /// at which it came; all of them before `done`. Empty: nobody.
    std::function<void(std::string_view)> on_piece;
    /// The same are told before the first piece of what type the response says it is.
    std::function<void(const std::string& content_type)> on_stream;
};

/// What became of an invocation, or of an environment's initialisation.
struct Outcome {
    enum class Kind : std::uint8_t {
        success,  // payload is the result
        error,    // the runtime reported an error; payload is its JSON object
        exited,   // the process ended without an answer; payload is Lambda's own error object
    };
    Kind kind = Kind::success;
    std::string payload;     // JSON text
    std::string error_type;  // "Runtime.ImportModuleError", "KeyError"; empty on success
    /// The runtime streamed its response. On success `payload` is all of it, any bytes and no JSON
    /// then; the error of a stream that broke off comes after its pieces.
    bool streamed = false;
    std::string content_type = "application/json";  // of the response, as the runtime told it
};

/// One execution environment: a process (or a stub) that serves one invocation at a time.
/// Destroying it kills the process and everything it started, without a further callback.
class Environment {
public:
    virtual ~Environment() = default;
    /// Only after initialisation succeeded, and one at a time. `done` is called once, as an event
    /// of the timeline.
    virtual void invoke(const Invocation& invocation, std::function<void(Outcome)> done) = 0;
    /// The most memory it was seen to use, in MB, as REPORT prints it: a modelled figure, not a
    /// measured one.
    virtual std::int64_t max_memory_megabytes() const = 0;
    /// What the next start in the same environment (the same log stream) finds again, as long as
    /// somebody holds it: /tmp.
    virtual std::shared_ptr<void> storage() const { return nullptr; }
    /// Told right before it is destroyed: "spindown", "timeout" or "failure". Extensions hear of
    /// it, and, where there are any, the runtime, too; they get their time to end after this object
    /// is gone, and what they print still goes to the log.
    virtual void shut_down(const std::string& /*reason*/) {}
};

/// Where an environment's output goes: one call for each log event (a line, or a logged record that
/// spans lines).
using LogSink = std::function<void(std::string message)>;

/// Makes environments for the runtimes it knows.
class RuntimeProvider {
public:
    virtual ~RuntimeProvider() = default;
    /// Whether it can run `runtime` ("python3.12").
    virtual bool supports(const std::string& runtime) const = 0;
    /// Runtimes it can run, in words, for an error message.
    virtual std::string supported() const = 0;
    /// Starts an environment. `ready` is called once, as an event of the timeline: success when the
    /// function's code was loaded and it asks for its first invocation, or the error that its
    /// initialisation ended with. `number` counts a function's environments from 1; `log_stream` is
    /// the environment's stream name.
    virtual std::unique_ptr<Environment> start(const FunctionConfiguration& function,
                                               std::uint64_t number,
                                               const std::string& log_stream,
                                               LogSink log,
                                               std::function<void(Outcome)> ready) = 0;
};

}  // namespace orrery::lambda
