/// The HTTP front of `orrery serve`: AWS's APIs, and beside them endpoints to look at the world and
/// to control it.
#pragma once

#include "engine/net/http_server.h"
#include "engine/net/tls.h"
#include "tools/server/emulator.h"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery::server {

struct ServerOptions {
    EmulatorOptions emulator;
    Endpoint where;
    /// What the world starts with again when it is reset; nothing: time goes on.
    std::optional<Instant> reset_to;
    std::string version;
};

class Server {
public:
    /// Listens, but answers nothing before run(). Throws UsageError.
    explicit Server(ServerOptions options);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    Emulator& emulator() { return emulator_; }
    /// Where it listens, as clients on this machine reach it.
    const Endpoint& endpoint() const { return reached_at_; }
    /// Serves until shut_down() has done its work, then commits the state.
    void run(Loop::WallClock wall);
    /// Accepts no more, answers what is under way, and makes run() return; within five real
    /// seconds. May be called from I/O.
    void shut_down();

private:
    using Exchange = std::shared_ptr<HttpExchange>;

    void handle(HttpRequest&& request, const Exchange& exchange);
    void handle_control(const HttpRequest& request, const Exchange& exchange);
    void handle_clock(const HttpRequest& request, const Exchange& exchange);
    void handle_reset(const HttpRequest& request, const Exchange& exchange);
    void answer_clock(const Exchange& exchange);
    void start_afresh(Instant start, const Exchange& asked_by);
    void note(const Exchange& exchange);
    Json health() const;
    Json local_stack_health() const;
    Json services() const;
    Json clock();

    ServerOptions options_;
    Emulator emulator_;
    TlsAuthority authority_;
    HttpServer http_;
    Endpoint reached_at_;
    std::vector<std::weak_ptr<HttpExchange>> under_way_;  // some of them answered
    std::size_t tidy_at_ = 64;
    boost::asio::steady_timer deadline_;
    bool shutting_down_ = false;
};

}  // namespace orrery::server
