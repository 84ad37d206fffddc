/// One connection of an HttpServer: hands out its requests one after the other and sends their
/// answers. One that turns out to speak HTTP/2 is left to http2_connection.h.
#pragma once

#include "engine/loop.h"
#include "engine/net/http2_connection.h"
#include "engine/net/http_framing.h"
#include "engine/net/http_server.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace orrery {

/// What the connections of one server share.
struct HttpService {
    HttpService(Loop& the_loop,
                HttpServer::Handler the_handler,
                HttpLimits the_limits,
                HttpHooks the_hooks)
        : loop(the_loop),
          handler(std::move(the_handler)),
          limits(std::move(the_limits)),
          hooks(std::move(the_hooks)) {}

    Loop& loop;
    HttpServer::Handler handler;  // null when the server has ended
    HttpLimits limits;
    HttpHooks hooks;
    bool draining = false;

    /// What is kept for a client that does not read its answers: with more, it is not read from,
    /// and its next request has to wait.
    static constexpr std::size_t most_unsent = 1024 * 1024;

    /// The Date header of this instant; rendered once a second.
    const std::string& date();

private:
    std::string date_;
    std::int64_t date_second_ = 0;
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
public:
    HttpConnection(std::shared_ptr<HttpService> service, std::shared_ptr<TcpConnection> socket);
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;

    /// Calls `ended` when the connection is no more.
    void start(Callback ended);
    /// The server drains: closes now, or after the answer under way.
    void drain();

private:
    class Exchange;

    void received(std::string_view bytes);
    bool recognises(std::string_view bytes);
    void all_sent();
    void input_ended();
    void closed(const Callback& ended);
    std::size_t hand_out(std::string_view bytes);
    void hand_out_unread();
    bool may_hand_out() const;
    void hand_out_one();
    void show_body();
    void settle();
    void answer(const Exchange& exchange, const HttpResponse& response);
    void stream(Pipe<std::string>& pieces);
    void answered();
    bool answering() const { return waiting_ != nullptr || streaming_; }
    void refuse(const HttpFailure& failure);
    void throw_away(std::size_t bytes);
    void send(const HttpResponse& response);
    void close();

    std::shared_ptr<HttpService> service_;
    std::shared_ptr<TcpConnection> socket_;   // null once closed
    bool recognised_ = false;                 // which HTTP is spoken
    std::shared_ptr<Http2Connection> http2_;  // null if it is HTTP/1.1: the rest is about that
    HttpParser parser_;
    std::string unread_;
    Exchange* waiting_ = nullptr;  // the request that waits for its answer
    HttpManner manner_;            // of its answer
    bool streaming_ = false;       // its answer has begun, and has not ended
    bool handing_out_ = false;
    bool input_ended_ = false;
    bool refused_ = false;           // what still comes is thrown away
    std::size_t to_throw_away_ = 0;  // before the connection is closed
};

}  // namespace orrery
