#include "tools/server/server.h"

#include "engine/error.h"
#include "services/function_urls.h"
#include "tools/server/clock_change.h"
#include "tools/server/code_download.h"
#include "tools/server/peek.h"
#include "tools/server/reply.h"

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace orrery::server {

namespace {

constexpr std::chrono::seconds longest_drain{5};  // real time

constexpr const char* control_paths =
    "GET /_orrery/health, GET or POST /_orrery/clock, POST /_orrery/reset";

/// Every address of this machine includes loopback.
Endpoint as_clients_reach(Endpoint bound) {
    if (bound.address == "0.0.0.0") {
        bound.address = "127.0.0.1";
    }
    return bound;
}

void refuse_method(HttpExchange& exchange, const std::string& allowed) {
    HttpResponse response = error_response(405, "the method must be " + allowed);
    response.headers.push_back({"Allow", allowed});
    exchange.respond(std::move(response));
}

bool reads(const HttpRequest& request) {
    return request.method == "GET" || request.method == "HEAD";
}

}  // namespace

Server::Server(ServerOptions options)
    : options_(std::move(options)),
      emulator_(options_.emulator),
      authority_(emulator_.world().random.stream("tls")),
      http_(emulator_.world().loop,
            options_.where,
            [this](HttpRequest&& request, const Exchange& exchange) {
                handle(std::move(request), exchange);
            },
            {.body_bytes =
                 [this](const HttpRequest& head) { return emulator_.gateway().body_limit(head); }}),
      reached_at_(as_clients_reach(http_.endpoint())),
      deadline_(emulator_.world().loop.io()) {
    http_.accept_tls(authority_);
    emulator_.open(reached_at_, authority_.certificate());
}

Server::~Server() = default;

void Server::run(Loop::WallClock wall) {
    emulator_.world().loop.run_live(std::move(wall));
    emulator_.save();
}

void Server::shut_down() {
    if (std::exchange(shutting_down_, true)) {
        return;
    }
    Loop& loop = emulator_.world().loop;
    deadline_.expires_after(longest_drain);
    deadline_.async_wait([&loop](const boost::system::error_code& error) {
        if (!error) {
            loop.stop();
        }
    });
    http_.drain([&loop] { loop.stop(); });
    emulator_.end_waits();
}

/// Remembers who waits for an answer, in case the world ends before it.
void Server::note(const Exchange& exchange) {
    if (under_way_.size() >= tidy_at_) {
        std::erase_if(under_way_, [](const auto& other) { return other.expired(); });
        tidy_at_ = std::max<std::size_t>(64, 2 * under_way_.size());
    }
    under_way_.push_back(exchange);
}

void Server::handle(HttpRequest&& request, const Exchange& exchange) {
    const std::string_view path = request.path();
    note(exchange);
    if (path.starts_with("/_orrery")) {
        handle_control(request, exchange);
    } else if (path == "/_localstack/health") {
        exchange->respond(json_response(200, local_stack_health()));
    } else if (is_peek(path)) {
        exchange->respond(peek(emulator_.clouds(), request));
    } else {
        const auto respond = [exchange](HttpResponse response) {
            exchange->respond(std::move(response));
        };
        if (!serve_function_url(emulator_.world(), emulator_.clouds().all(), request, respond)) {
            emulator_.gateway().handle(request, exchange->gone(), respond);
        }
    }
}

void Server::handle_control(const HttpRequest& request, const Exchange& exchange) {
    const std::string_view path = request.path();
    try {
        if (path == "/_orrery/health") {
            reads(request) ? exchange->respond(json_response(200, health()))
                           : refuse_method(*exchange, "GET");
        } else if (path == "/_orrery/clock") {
            handle_clock(request, exchange);
        } else if (path == "/_orrery/reset") {
            request.method == "POST" ? handle_reset(request, exchange)
                                     : refuse_method(*exchange, "POST");
        } else if (path.starts_with(code_path)) {
            exchange->respond(code_archive(emulator_.clouds(), path));
        } else {
            exchange->respond(error_response(
                404, "there is no " + std::string(path) + "; there are " + control_paths));
        }
    } catch (const UsageError& error) {
        exchange->respond(error_response(400, error.what()));
    }
}

void Server::handle_clock(const HttpRequest& request, const Exchange& exchange) {
    if (reads(request)) {
        exchange->respond(json_response(200, clock()));
        return;
    }
    if (request.method != "POST") {
        refuse_method(*exchange, "GET, POST");
        return;
    }
    const ClockChange change = parse_clock_change(request.body);
    Loop& loop = emulator_.world().loop;
    const Instant begin = change.set ? std::max(*change.set, loop.now()) : loop.now();
    if (change.advance && *change.advance > end_of_time - begin) {
        throw UsageError("'advance' would go beyond " + iso8601(end_of_time));
    }
    const bool back = change.set && *change.set < loop.now();
    if (back && !emulator_.empty()) {
        exchange->respond(error_response(
            409,
            "it is " + iso8601(loop.now()) +
                " in a world that has resources, and time does not go backward; POST "
                "/_orrery/reset {\"start\": \"" +
                iso8601(*change.set) + "\"} begins a fresh world then"));
        return;
    }
    if (change.pause) {
        loop.pause();
    }
    const auto finish = [this, change, exchange] {
        Loop& now_loop = emulator_.world().loop;
        if (change.factor) {
            now_loop.set_factor(*change.factor);
        }
        if (change.resume) {
            now_loop.resume();
        }
        answer_clock(exchange);
    };
    if (back) {
        loop.advance(Duration::zero(), [this, change, exchange, finish] {
            start_afresh(*change.set, exchange);
            emulator_.world().loop.advance(change.advance.value_or(Duration::zero()), finish);
        });
        return;
    }
    if (change.set) {
        loop.advance_to(*change.set, {});
    }
    if (change.set || change.advance) {
        loop.advance(change.advance.value_or(Duration::zero()), finish);
    } else {
        finish();
    }
}

/// Once the instant is on disk: time must not go backward over a restart.
void Server::answer_clock(const Exchange& exchange) {
    const auto answer = [this, exchange] { exchange->respond(json_response(200, clock())); };
    if (Store* store = emulator_.world().store) {
        store->touch();
        store->when_committed(answer);
    } else {
        answer();
    }
}

void Server::handle_reset(const HttpRequest& request, const Exchange& exchange) {
    const std::optional<Instant> asked = parse_reset(request.body);
    emulator_.end_waits();
    // At rest: whoever is answered now has got the answer by then.
    emulator_.world().loop.advance(Duration::zero(), [this, asked, exchange] {
        const Instant start =
            asked ? *asked : options_.reset_to.value_or(emulator_.world().loop.now());
        start_afresh(start, exchange);
        answer_clock(exchange);
    });
}

void Server::start_afresh(Instant start, const Exchange& asked_by) {
    try {
        emulator_.start_afresh(start);
    } catch (const UsageError& error) {
        asked_by->respond(error_response(
            500, "the world is fresh, but has no resources: " + std::string(error.what())));
    }
    for (const std::weak_ptr<HttpExchange>& weak : std::exchange(under_way_, {})) {
        if (const Exchange exchange = weak.lock(); exchange && exchange != asked_by) {
            exchange->respond(error_response(503, "the world was reset before this was answered"));
        }
    }
}

Json Server::services() const {
    Json states = Json::object();
    for (const std::string_view name : emulator_.service_names()) {
        states[std::string(name)] = "running";
    }
    return states;
}

Json Server::health() const {
    return {{"status", "running"}, {"version", options_.version}, {"services", services()}};
}

/// The members that tools look for which wait until the services are there.
Json Server::local_stack_health() const {
    return {{"services", services()}, {"edition", "community"}, {"version", options_.version}};
}

Json Server::clock() {
    const Loop& loop = emulator_.world().loop;
    const auto next = loop.next_event();
    return {{"now", iso8601(loop.now())},
            {"mode", loop.paused() ? "paused" : "live"},
            {"factor", loop.factor()},
            {"pending", loop.pending()},
            {"next_event", next ? Json(iso8601(*next)) : Json()}};
}

}  // namespace orrery::server
