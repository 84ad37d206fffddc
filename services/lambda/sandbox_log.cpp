#include "services/lambda/sandbox_log.h"

#include "engine/loop.h"

#include <utility>

namespace orrery::lambda {

SandboxLog::SandboxLog(const Loop& loop,
                       LogWriter& writer,
                       std::shared_ptr<const FunctionConfiguration> function,
                       std::string stream)
    : loop_(loop),
      writer_(writer),
      function_(std::move(function)),
      group_(function_->log_group()),
      stream_(std::move(stream)) {}

void SandboxLog::append(std::string_view message) {
    writer_.append(group_, stream_, message);
    if (tail_ != nullptr) {
        tail_->append(message);
    }
}

void SandboxLog::append(const platform_events::Event& event) {
    if (platform_events::wanted(event.level, function_->logging.system_level)) {
        append(event.text);
    }
}

void SandboxLog::flush() {
    append(line_);
    line_.clear();
}

void SandboxLog::init_start() {
    if (json()) {
        append(platform_events::init_start(loop_.now(), *function_, "init"));
        return;
    }
    platform_log::append_init_start(line_, function_->runtime, function_->identity.region);
    flush();
}

void SandboxLog::init_ended(Duration duration,
                            std::string_view phase,
                            std::string_view status,
                            std::string_view error_type) {
    if (json()) {
        append(platform_events::init_report(
            loop_.now(), *function_, duration, phase, status, error_type));
    } else if (status != "success") {
        platform_log::append_init_report(line_, duration, phase, error_type);
        flush();
    }
}

void SandboxLog::start(std::string_view request_id) {
    if (json()) {
        append(platform_events::start(loop_.now(), request_id, function_->version));
        return;
    }
    platform_log::append_start(line_, request_id, function_->version);
    flush();
}

void SandboxLog::end(const platform_log::Report& report, std::string_view exit_message) {
    if (json()) {
        append(platform_events::runtime_done(loop_.now(), report));
        append(platform_events::report(loop_.now(), report));
        return;
    }
    if (report.status == "timeout") {
        line_.append(iso8601(loop_.now())).append(" ").append(report.request_id);
        line_.append(" Task timed out after ");
        line_.append(platform_log::seconds_text(function_->timeout)).append(" seconds\n\n");
        flush();
    } else if (!exit_message.empty()) {
        line_.append(exit_message).append("\n").append(report.error_type).append("\n");
        flush();
    }
    platform_log::append_end(line_, report.request_id);
    flush();
    platform_log::append_report(line_, report);
    flush();
}

}  // namespace orrery::lambda
