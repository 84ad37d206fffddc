#include "tools/cli/serve.h"

#include "engine/error.h"
#include "services/lambda/function_url_front.h"
#include "services/lambda/lambda.h"
#include "tools/cli/exit_status.h"
#include "tools/cli/resources.h"
#include "tools/cli/signals.h"
#include "tools/cli/terminal.h"
#include "tools/cli/trace_file.h"
#include "tools/report/timeline.h"
#include "tools/server/server.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

namespace orrery::cli {

namespace {

/// Where a live world's time begins and what it follows: the one place that asks the machine.
Instant wall_time() {
    return Instant(
        std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()));
}

std::int64_t wall_pace() {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

/// What is shown of the world while it lives.
class LiveView {
public:
    explicit LiveView(const ServeArguments& arguments)
        : palette_(choose_palette(arguments.color)),
          shown_(arguments.shown == Shown::timeline ||
                 (arguments.shown == Shown::automatic && output_is_terminal())) {}

    void event(const TraceEvent& event) {
        if (!shown_) {
            return;
        }
        if (!timeline_ || event.at < start_) {  // a reset may have begun earlier
            start_ = event.at;
            timeline_.emplace(start_, palette_);
        }
        print(timeline_->render(event));
    }

private:
    report::Palette palette_;
    bool shown_;
    Instant start_;
    std::optional<report::TimelineView> timeline_;
};

std::string url(const Endpoint& endpoint) {
    return "http://" + endpoint.address + ":" + std::to_string(endpoint.port);
}

std::string clock_words(const Loop& loop) {
    if (loop.paused()) {
        return "paused at " + iso8601(loop.now());
    }
    if (loop.factor() == 1) {
        return "live, from " + iso8601(loop.now());
    }
    std::string factor = std::to_string(loop.factor());
    factor.erase(factor.find_last_not_of('0') + 1);
    if (factor.ends_with('.')) {
        factor.pop_back();
    }
    return factor + " times as fast, from " + iso8601(loop.now());
}

void print_deployed(const server::Deployed& deployed) {
    const auto& ids = deployed.stack.logical_ids();
    print("Deployed " + deployed.file.string() + ":\n");
    for (const std::string& id : ids) {
        const std::string& physical = deployed.stack.physical_id(id);
        print("  " + id + "  " + std::string(deployed.stack.resource_type(id)) + "  " +
              // A queue's is its URL on AWS, which ends in its name.
              physical.substr(physical.starts_with("https://") ? physical.rfind('/') + 1 : 0) +
              "\n");
    }
}

/// Function URLs, as they are called on this machine.
void print_urls(const std::vector<Cloud*>& clouds, const std::string& where) {
    for (Cloud* cloud : clouds) {
        for (const lambda::FunctionUrlInfo& info : cloud->lambda().urls()) {
            print("Function URL of " + info.function_name +
                  (info.qualifier.empty() ? "" : ":" + info.qualifier) + ": " + where +
                  std::string(lambda::function_url_path) + info.id + "/\n");
        }
    }
}

void print_ready(const ServeArguments& arguments, server::Server& server) {
    for (const server::Deployed& deployed : server.emulator().deployed()) {
        print_deployed(deployed);
    }
    if (!arguments.state.empty()) {
        std::string kept;
        std::string lost;
        for (const std::string_view name : server.emulator().service_names()) {
            // These two keep what they have in memory.
            std::string& names = name == "cloudwatch" || name == "rds" ? lost : kept;
            names.append(names.empty() ? "" : ", ").append(name);
        }
        print("State in " + arguments.state.string() + ": what is in " + kept +
              " is kept over a restart; what is in " + lost + " is not\n");
    }
    const std::string where = url(server.endpoint());
    print_urls(server.emulator().clouds().all(), where);
    print("Orrery is ready at " + where + " (clock " + clock_words(server.emulator().world().loop) +
          "): export AWS_ENDPOINT_URL=" + where + "\n");
    std::fflush(stdout);
}

std::unique_ptr<server::Server> make_server(const ServeArguments& arguments,
                                            std::function<void(const TraceEvent&)> on_event) {
    server::ServerOptions options;
    options.where = arguments.where;
    options.reset_to = arguments.start;
    options.version = ORRERY_VERSION;
    options.emulator.resources = resource_directory();
    options.emulator.templates = arguments.templates;
    options.emulator.state = arguments.state;
    options.emulator.start = arguments.start ? *arguments.start : wall_time();
    options.emulator.go_on = arguments.clock.paused && !arguments.start;
    options.emulator.seed = arguments.seed;
    options.emulator.gateway.verify_signatures = arguments.verify_signatures;
    options.emulator.on_event = std::move(on_event);
    try {
        return std::make_unique<server::Server>(std::move(options));
    } catch (const std::system_error& error) {
        throw UsageError(std::string(error.what()) +
                         "; choose another port with --port (0: any free one)");
    }
}

}  // namespace

int serve(const ServeArguments& arguments) {
    // Whoever reads from a pipe gets each line when it is written.
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    TraceFile trace_file(arguments.trace);
    LiveView view(arguments);
    if (!arguments.where.address.starts_with("127.")) {
        spdlog::warn(
            "{} is not a loopback address: whoever can reach this machine can use and "
            "change this world, and run code in it",
            arguments.where.address);
    }
    std::unique_ptr<server::Server> server;
    std::unique_ptr<Interrupts> interrupts;
    {
        const HeldSignals held;
        server = make_server(arguments, [&](const TraceEvent& event) {
            view.event(event);
            trace_file.write(event);
        });
        Loop& loop = server->emulator().world().loop;
        loop.set_factor(arguments.clock.factor);
        if (arguments.clock.paused) {
            loop.pause();
        }
        interrupts =
            std::make_unique<Interrupts>(loop.io(), [&](int /*number*/) { server->shut_down(); });
    }
    print_ready(arguments, *server);
    server->run(wall_pace);
    {
        const HeldSignals held;
        interrupts.reset();
        server.reset();
    }
    trace_file.close();
    return exit_passed;
}

}  // namespace orrery::cli
