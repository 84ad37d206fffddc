/// HTTP/1.1 and HTTP/2 for the engine: persistent connections over TcpServer, so that it obeys the
/// baton when the client is a handler process.
#pragma once

#include "engine/net/http.h"
#include "engine/net/tcp_server.h"

#include <functional>
#include <memory>

namespace orrery {

class Loop;
class TlsAuthority;

/// One request that waits for its answer.
class HttpExchange {
public:
    virtual ~HttpExchange() = default;
    /// Answers, once; later answers and those to a client that has gone have no effect. Pipelined
    /// requests are handed out one after the other, so answers are in order.
    virtual void respond(HttpResponse response) = 0;
    /// The client closed its connection, or reset its HTTP/2 stream, before it was answered: true
    /// from then on. A client of HTTP/1.1 that has only finished sending cannot be told from it, so
    /// an answer is sent to it all the same.
    virtual std::shared_ptr<const bool> gone() const = 0;
};

class HttpServer {
public:
    using Handler =
        std::function<void(HttpRequest&& request, std::shared_ptr<HttpExchange> exchange)>;

    /// Listens at `where` (port 0: any free one). Throws std::system_error if it cannot.
    HttpServer(Loop& loop,
               const Endpoint& where,
               Handler handler,
               HttpLimits limits = {},
               HttpHooks hooks = {});
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// From now on a client may speak TLS on the same port, with certificates by `authority`, which
    /// must outlive the server.
    void accept_tls(TlsAuthority& authority);
    const Endpoint& endpoint() const;
    /// Accepts nothing more, lets requests under way be answered, closes each connection after its
    /// answer, and calls `drained` once none is left.
    void drain(Callback drained);

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace orrery
