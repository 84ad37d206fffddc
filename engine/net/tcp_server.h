/// TCP on loopback for the engine: servers whose connections obey the baton when their peer is a
/// party.
#pragma once

#include "engine/timeline.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace orrery {

class Loop;

/// A numeric IPv4 address and port.
struct Endpoint {
    std::string address;
    std::uint16_t port = 0;
};

/// One accepted connection. What a party sends arrives as an event of the timeline; what is sent to
/// it is its turn.
class TcpConnection {
public:
    virtual ~TcpConnection() = default;

    /// Sets who gets the bytes, in order, in pieces of any size. Set it within the accept callback.
    virtual void on_receive(std::function<void(std::string_view)> receive) = 0;
    /// Called once when the peer has closed, failed, or close() was called; the last call of all.
    virtual void on_close(Callback closed) = 0;
    virtual void send(std::string bytes) = 0;
    /// Closes after everything sent so far has gone out.
    virtual void close() = 0;
    virtual const Endpoint& peer() const = 0;
};

class TcpServer {
public:
    using Accept = std::function<void(std::shared_ptr<TcpConnection>)>;

    /// Listens at `where` (port 0: any free one). Throws std::system_error if it cannot, e.g. the
    /// address is in use.
    TcpServer(Loop& loop, const Endpoint& where, Accept accept);
    /// Closes the listener and every connection.
    ~TcpServer();
    TcpServer(const TcpServer&) = delete;
    TcpServer& operator=(const TcpServer&) = delete;

    /// Where it listens, with the real port.
    const Endpoint& endpoint() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace orrery
