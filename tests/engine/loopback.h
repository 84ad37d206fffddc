/// Real sockets on loopback between a test and a server in its loop.
#pragma once

#include "engine/loop.h"
#include "engine/net/tcp_server.h"

#include <arpa/inet.h>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/socket.h>

namespace orrery::test {

/// Lets the loop look at real bytes, and do what is due for them.
inline void look(Loop& loop) {
    loop.io().restart();
    loop.io().poll();
    loop.run_until(loop.now());
}

/// Real bytes need real moments: lets the loop look until `done`.
template <typename Done>
bool runs_until(Loop& loop, Done done) {
    for (int tries = 0; tries < 100'000 && !done(); ++tries) {
        look(loop);
    }
    return done();
}

/// A client's socket, connected to `server`.
inline int blocking_socket(const Endpoint& server) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port);
    ::inet_pton(AF_INET, server.address.c_str(), &address.sin_addr);
    REQUIRE(::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    return descriptor;
}
/// The same for a client in turn with the loop.
inline int connected_socket(const Endpoint& server) {
    const int descriptor = blocking_socket(server);
    REQUIRE(::fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0);
    return descriptor;
}

}  // namespace orrery::test
