/// SandboxLog: an environment's log stream: what its process prints and what Lambda itself says of
/// it, in the format that the function's configuration asks for. It may outlive the environment:
/// extensions print while they end.
#pragma once

#include "services/lambda/lambda.h"
#include "services/lambda/platform_events.h"
#include "services/lambda/platform_log.h"
#include "services/lambda/runtime.h"

#include <memory>
#include <string>
#include <string_view>

namespace orrery {
class Loop;
}

namespace orrery::lambda {

class SandboxLog {
public:
    /// `loop` and `writer` must outlive the log.
    SandboxLog(const Loop& loop,
               LogWriter& writer,
               std::shared_ptr<const FunctionConfiguration> function,
               std::string stream);

    const std::string& stream() const { return stream_; }
    /// Whatever is written from now on is appended to `tail` as well; null: no more.
    void copy_to(std::string* tail) { tail_ = tail; }

    void append(std::string_view message);
    void init_start();
    /// `phase` is "init" or "invoke"; `status` "success", "error" or "timeout".
    void init_ended(Duration duration,
                    std::string_view phase,
                    std::string_view status,
                    std::string_view error_type);
    void start(std::string_view request_id);
    /// `exit_message` says how the process ended, if it did; for a status "timeout" it is not
    /// needed.
    void end(const platform_log::Report& report, std::string_view exit_message);

private:
    bool json() const { return function_->logging.format == LoggingConfiguration::Format::json; }
    void append(const platform_events::Event& event);
    void flush();

    const Loop& loop_;
    LogWriter& writer_;
    std::shared_ptr<const FunctionConfiguration> function_;
    std::string group_;
    std::string stream_;
    std::string* tail_ = nullptr;
    std::string line_;  // reused for each line written
};

}  // namespace orrery::lambda
