/// One connection of an HttpServer whose client speaks HTTP/2 [RFC 9113], by nghttp2: hands out
/// requests of many streams, and sends their answers as the client makes room for them.
#pragma once

#include "engine/net/http2_message.h"
#include "engine/net/http2_session.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace orrery {

struct HttpService;
class TcpConnection;

/// What its client sends first [RFC 9113, 3.4].
inline constexpr std::string_view http2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

class Http2Connection final : public std::enable_shared_from_this<Http2Connection>,
                              private Http2Listener {
public:
    Http2Connection(std::shared_ptr<HttpService> service, std::shared_ptr<TcpConnection> socket);
    ~Http2Connection() override;
    Http2Connection(const Http2Connection&) = delete;
    Http2Connection& operator=(const Http2Connection&) = delete;

    /// All bytes from the client, from the preface on.
    void received(std::string_view bytes);
    /// The socket has room again.
    void all_sent();
    void closed();
    /// The server drains: tells the client so, and closes after the answers under way.
    void drain();

private:
    class Exchange;
    struct Stream;

    void begin_stream(std::int32_t id) override;
    void take_header(std::int32_t id, std::string_view name, std::string_view value) override;
    void take_trailer(std::int32_t id, std::string_view name, std::string_view value) override;
    void end_head(std::int32_t id, bool has_body) override;
    void take_body(std::int32_t id, std::string_view bytes) override;
    void end_request(std::int32_t id) override;
    void room_made(std::int32_t id) override;
    std::int64_t take_answer(std::int32_t id, char* to, std::size_t most, bool& ended) override;
    void end_answer(std::int32_t id) override;
    void end_stream(std::int32_t id) override;

    Stream* find(std::int32_t id);
    void hand_out();
    void hand_out_one(std::int32_t id);
    void answer(Exchange& exchange, HttpResponse&& response);
    void submit(std::int32_t id, HttpResponse&& response);
    void follow(std::int32_t id, Pipe<std::string>& pieces);
    void refuse(std::int32_t id);
    void lose(Stream& stream);
    std::int64_t room(std::int32_t id, const Stream& stream) const;
    void resume();
    void await_room();
    void flush();
    std::string take_frames();

    std::shared_ptr<HttpService> service_;
    std::shared_ptr<TcpConnection> socket_;  // null once closed
    Http2Session session_;
    std::map<std::int32_t, Stream> streams_;
    std::set<std::int32_t> whole_;  // these requests are, and wait to be handed out
    bool busy_ = false;             // what is to be sent goes out at the end of it, as one
    bool failed_ = false;           // no frame can be read or made any more
    std::size_t abandoned_ = 0;     // requests that wait for answers that nobody wants
    // Half of a window is kept back, until it is known that the client makes no more room now.
    std::int32_t largest_window_;
    bool whole_window_ = false;
    bool held_back_ = false;
    std::uint64_t waits_ = 0;  // for that; only the last one counts
};

}  // namespace orrery
