/// TCP on loopback for the engine: servers whose connections obey the baton when their peer is a
/// party.
#pragma once

#include "engine/timeline.h"

#include <cstddef>
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
    /// With it, a peer that has finished sending can still be sent to, until close(); called once.
    /// Without it, and for a party, that is the end.
    virtual void on_half_close(Callback half_closed) = 0;
    virtual void send(std::string bytes) = 0;
    /// Closes after everything sent so far has gone out.
    virtual void close() = 0;
    virtual const Endpoint& peer() const = 0;
    /// Whether what goes over the wire is encrypted.
    virtual bool secure() const { return false; }

    // Back-pressure against strangers. A party's turn ends only when all that it sent has arrived,
    // so it is not held up: these do nothing for one.

    /// Whether to read on; the kernel's buffers hold up a peer that sends too much.
    virtual void set_reading(bool reading) = 0;
    /// Bytes that the peer has not made room for yet.
    virtual std::size_t unsent() const = 0;
    /// Called as an event whenever `unsent()` has come down to 0.
    virtual void on_all_sent(Callback all_sent) = 0;
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
    /// Closes the listener; the connections stay.
    void stop_accepting();

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace orrery
