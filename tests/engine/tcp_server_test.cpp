// Real sockets on loopback; the client side is a plain blocking socket.
#include "engine/net/tcp_server.h"

#include "engine/loop.h"
#include "engine/world.h"

#include <arpa/inet.h>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <system_error>

using namespace orrery;

namespace {

class Client {
public:
    explicit Client(const Endpoint& endpoint) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(endpoint.port);
        ::inet_pton(AF_INET, endpoint.address.c_str(), &address.sin_addr);
        REQUIRE(::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    }
    ~Client() { ::close(descriptor_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void say(const std::string& text) const {
        REQUIRE(::send(descriptor_, text.data(), text.size(), 0) >= 0);
    }
    std::string hear(std::size_t bytes) const {
        std::string text(bytes, '\0');
        const ssize_t got = ::recv(descriptor_, text.data(), bytes, MSG_WAITALL);
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return text;
    }
    void hang_up() const { ::shutdown(descriptor_, SHUT_WR); }

private:
    int descriptor_;
};

/// Real bytes need real moments: lets the loop look until `done`.
template <typename Done>
bool runs_until(Loop& loop, Done done) {
    for (int tries = 0; tries < 100'000 && !done(); ++tries) {
        loop.io().restart();
        loop.io().poll();
        loop.run_until(loop.now());
    }
    return done();
}

}  // namespace

TEST_CASE("tcp server: bytes go both ways and the end is reported once") {
    Loop loop(default_start);
    std::shared_ptr<TcpConnection> kept;
    std::string heard;
    int ends = 0;
    TcpServer server(loop, {"127.0.0.1", 0}, [&](std::shared_ptr<TcpConnection> connection) {
        kept = connection;
        connection->on_receive([&](std::string_view bytes) { heard.append(bytes); });
        connection->on_close([&] { ++ends; });
    });
    CHECK(server.endpoint().port != 0);
    const Client client(server.endpoint());
    client.say("hello");
    REQUIRE(runs_until(loop, [&] { return heard == "hello"; }));
    kept->send("good day");
    CHECK(client.hear(8) == "good day");
    client.hang_up();
    REQUIRE(runs_until(loop, [&] { return ends == 1; }));
    kept->send("nobody listens");
    CHECK(runs_until(loop, [&] { return ends == 1; }));
}

TEST_CASE("tcp server: what is larger than the kernel's buffers arrives whole before the close") {
    Loop loop(default_start);
    const std::string large(20'000'000, 'x');
    TcpServer server(loop, {"127.0.0.1", 0}, [&](const std::shared_ptr<TcpConnection>& connection) {
        connection->send(large);
        connection->close();
    });
    const Client client(server.endpoint());
    std::string heard;
    // Reading needs the loop to write meanwhile.
    while (heard.size() < large.size()) {
        loop.io().restart();
        loop.io().poll();
        loop.run_until(loop.now());
        heard += client.hear(std::min<std::size_t>(10'000, large.size() - heard.size()));
    }
    CHECK(heard == large);
    loop.io().poll();
    CHECK(client.hear(1).empty());
}

TEST_CASE("tcp server: an address in use is an error that can be caught") {
    Loop loop(default_start);
    TcpServer first(loop, {"127.0.0.1", 0}, [](const std::shared_ptr<TcpConnection>&) {});
    CHECK_THROWS_AS(TcpServer(loop, first.endpoint(), [](const std::shared_ptr<TcpConnection>&) {}),
                    std::system_error);
}
