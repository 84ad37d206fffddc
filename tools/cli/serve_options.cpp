#include "tools/cli/serve_options.h"

#include "engine/error.h"
#include "engine/loop.h"
#include "tools/cli/option_values.h"
#include "tools/server/clock_change.h"

#include <boost/asio/ip/address_v4.hpp>

#include <charconv>
#include <limits>

namespace orrery::cli {

namespace {

constexpr const char* about_serve = "Serves AWS's APIs on this machine, for any SDK, CLI or tool";

constexpr const char* more_about_serve =
    "The world lives as long as the process: point AWS_ENDPOINT_URL (or --endpoint-url) at it, "
    "with\n"
    "any credentials. An access key of 12 digits is the number of an account; everybody else has\n"
    "account 000000000000. Its clock follows the wall's, until you pause it, make it run faster, "
    "or\n"
    "let hours pass at once:\n"
    "\n"
    "  curl localhost:4566/_orrery/clock                           what time it is\n"
    "  curl localhost:4566/_orrery/clock -d '{\"advance\": \"31s\"}'   let 31 seconds happen now\n"
    "  curl localhost:4566/_orrery/clock -d '{\"pause\": true}'      or resume, or {\"factor\": "
    "60}\n"
    "  curl localhost:4566/_orrery/reset -X POST                   a fresh world\n"
    "  curl localhost:4566/_aws/sqs/messages?QueueUrl=URL          look into a queue\n"
    "\n"
    "Examples:\n"
    "  orrery serve                            an empty cloud at http://127.0.0.1:4566\n"
    "  orrery serve --template template.yaml   with your queues, functions and databases in it\n"
    "  orrery serve --state .orrery            queues and messages outlive the process\n"
    "  orrery serve --clock paused             for tests: time passes when you say so\n"
    "  orrery serve --clock x60                an hour a minute\n"
    "\n"
    "Exit status: 0 after Ctrl-C or SIGTERM, 2 a file or option could not be understood, the port\n"
    "is in use or the state cannot be kept, 3 a mistake in Orrery itself.";

std::uint16_t read_port(const std::string& text) {
    unsigned port = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc() || stop != end || port > std::numeric_limits<std::uint16_t>::max()) {
        throw UsageError("--port: '" + text +
                         "' is not a port from 1 to 65535, or 0 for any free one");
    }
    return static_cast<std::uint16_t>(port);
}

std::string read_address(const std::string& text) {
    if (text == "localhost") {
        return "127.0.0.1";
    }
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address_v4(text, error);
    if (error) {
        throw UsageError("--address: '" + text +
                         "' is not an IPv4 address such as 127.0.0.1 or 0.0.0.0");
    }
    return address.to_string();
}

ClockMode read_clock(const std::string& text) {
    if (text == "live") {
        return {};
    }
    if (text == "paused") {
        return {.paused = true};
    }
    double factor = 0;
    const char* const end = text.data() + text.size();
    if (text.starts_with('x') && std::from_chars(text.data() + 1, end, factor).ptr == end &&
        factor > 0 && factor <= server::highest_factor) {
        return {.factor = factor};
    }
    throw UsageError("--clock: '" + text +
                     "' is not live, paused or a speed such as x60, at most x1000000");
}

Instant read_start(const std::string& text) {
    const auto instant = parse_instant(text);
    if (!instant || *instant < Instant() || *instant > end_of_time) {
        throw UsageError("--start: '" + text +
                         "' is not an instant from 1970 to 2199 such as 2026-01-01T00:00:00Z");
    }
    return *instant;
}

void define_world(CLI::App& serve, ServeArguments& arguments) {
    serve
        .add_option("--template",
                    arguments.templates,
                    "Deploy this SAM or CloudFormation template; several are possible")
        ->type_name("FILE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    serve
        .add_option("--state",
                    arguments.state,
                    "Keep queues and messages in this directory, over restarts and kill -9")
        ->type_name("DIR")
        ->check([](const std::string& text) {
            return std::string(text.empty() ? "the directory's name is empty" : "");
        });
    add_value(serve,
              "--clock",
              "MODE",
              arguments.clock,
              read_clock,
              "live (the default), paused, or xN: N times as fast as the wall's");
    add_value(serve,
              "--start",
              "INSTANT",
              arguments.start,
              read_start,
              "When the world begins, and begins again at a reset (default: now)");
    add_value(
        serve, "--seed", "N", arguments.seed, read_seed, "What ids are drawn from (default: 1)");
}

}  // namespace

void define_serve(CLI::App& app, ServeArguments& arguments) {
    CLI::App& serve =
        *app.add_subcommand("serve", about_serve)->footer(more_about_serve)->allow_extras();
    add_value(serve,
              "--port",
              "N",
              arguments.where.port,
              read_port,
              "Listen at this port (default: 4566; 0: any free one)");
    add_value(serve,
              "--address",
              "IP",
              arguments.where.address,
              read_address,
              "Listen at this address (default: 127.0.0.1, this machine only)");
    define_world(serve, arguments);
    serve.add_flag("--verify-signatures",
                   arguments.verify_signatures,
                   "Refuse requests that are not signed with the secret key \"test\"");
    serve.add_option("--trace", arguments.trace, "Write every event to this file, as JSON Lines")
        ->type_name("FILE");
    serve.add_flag_callback(
        "--timeline",
        [&arguments] { arguments.shown = Shown::timeline; },
        "Print every event even if the output is not a terminal");
    serve
        .add_flag_callback(
            "-q,--quiet", [&arguments] { arguments.shown = Shown::summary; }, "Print no events")
        ->excludes("--timeline");
    add_value(serve,
              "--color",
              "WHEN",
              arguments.color,
              read_color,
              "auto (on a terminal, unless NO_COLOR is set), always, never");
}

}  // namespace orrery::cli
