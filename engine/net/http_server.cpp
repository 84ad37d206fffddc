#include "engine/net/http_server.h"

#include "engine/net/http_connection.h"
#include "engine/net/tls.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace orrery {

class HttpServer::Impl : public std::enable_shared_from_this<HttpServer::Impl> {
public:
    Impl(Loop& loop, const Endpoint& where, Handler handler, HttpLimits limits, HttpHooks hooks)
        : service_(std::make_shared<HttpService>(
              loop, std::move(handler), std::move(limits), std::move(hooks))),
          server_(loop, where, [this](std::shared_ptr<TcpConnection> socket) {
              accept(std::move(socket));
          }) {}

    const Endpoint& endpoint() const { return server_.endpoint(); }

    void accept_tls(TlsAuthority& authority) { tls_ = &authority; }

    void end() {
        service_->handler = nullptr;
        drained_ = nullptr;
        connections_.clear();
    }

    void drain(Callback drained) {
        server_.stop_accepting();
        service_->draining = true;
        drained_ = std::move(drained);
        for (const auto& [number, connection] : connections_) {
            connection->drain();
        }
        // Never within this call, so that the caller need not be ready for it.
        service_->loop.post([weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->report_drained();
            }
        });
    }

private:
    void accept(std::shared_ptr<TcpConnection> socket) {
        const std::uint64_t number = ++accepted_;
        if (tls_ != nullptr) {
            socket = tls_->secured(std::move(socket));
        }
        const auto connection = std::make_shared<HttpConnection>(service_, std::move(socket));
        connections_.emplace(number, connection);
        connection->start([weak = weak_from_this(), number] {
            if (const auto self = weak.lock()) {
                self->connections_.erase(number);
                self->report_drained();
            }
        });
        if (service_->draining) {
            connection->drain();
        }
    }

    void report_drained() {
        if (service_->draining && connections_.empty()) {
            if (const Callback drained = std::exchange(drained_, nullptr)) {
                drained();
            }
        }
    }

    std::shared_ptr<HttpService> service_;
    std::map<std::uint64_t, std::shared_ptr<HttpConnection>> connections_;  // as they came
    std::uint64_t accepted_ = 0;
    Callback drained_;
    TlsAuthority* tls_ = nullptr;
    TcpServer server_;  // last: ends first, and calls nobody then
};

HttpServer::HttpServer(
    Loop& loop, const Endpoint& where, Handler handler, HttpLimits limits, HttpHooks hooks)
    : impl_(std::make_shared<Impl>(
          loop, where, std::move(handler), std::move(limits), std::move(hooks))) {}

HttpServer::~HttpServer() {
    impl_->end();
}

void HttpServer::accept_tls(TlsAuthority& authority) {
    impl_->accept_tls(authority);
}

const Endpoint& HttpServer::endpoint() const {
    return impl_->endpoint();
}

void HttpServer::drain(Callback drained) {
    impl_->drain(std::move(drained));
}

}  // namespace orrery
