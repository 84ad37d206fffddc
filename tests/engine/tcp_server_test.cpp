// Real sockets on loopback; the client side is a plain blocking socket.
#include "engine/net/tcp_server.h"

#include "engine/world.h"
#include "tests/engine/loopback.h"

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace tcp_server_test {

using namespace orrery;
using test::runs_until;

namespace {

class Client {
public:
    explicit Client(const Endpoint& endpoint) : descriptor_(test::blocking_socket(endpoint)) {}
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

/// A party whose turn ends when the test says so.
class FakeParty : public Party {
public:
    void begin_turn() override {}
    void await_quiet(Callback quiet) override { finish = std::move(quiet); }
    void connected() override {}
    void arrived(std::size_t bytes) override { bytes_seen += bytes; }
    void disconnected() override { ++ends_seen; }
    void writing(bool) override {}
    void delivered(std::size_t) override {}

    Callback finish;
    std::size_t bytes_seen = 0;
    int ends_seen = 0;
};

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
        test::look(loop);
        heard += client.hear(std::min<std::size_t>(10'000, large.size() - heard.size()));
    }
    CHECK(heard == large);
    loop.io().poll();
    CHECK(client.hear(1).empty());
}

TEST_CASE(
    "tcp server: what a party's connections say alike in one turn counts in the order of their "
    "making") {
    Loop loop(default_start);
    FakeParty party;
    loop.baton().enrol("127.0.0.1", party);
    std::vector<std::shared_ptr<TcpConnection>> connections;
    std::string order;
    TcpServer server(loop, {"127.0.0.1", 0}, [&](std::shared_ptr<TcpConnection> connection) {
        const std::string number = std::to_string(connections.size());
        connection->on_receive([&order, number](std::string_view) { order += " says " + number; });
        connection->on_close([&order, number] { order += " ends " + number; });
        connections.push_back(std::move(connection));
    });
    loop.baton().deliver(party, [] {});
    const Client first(server.endpoint());
    const Client second(server.endpoint());
    const auto poll_until = [&](auto done) {
        while (!done()) {
            loop.io().restart();
            loop.io().poll();
        }
    };
    second.say("x");
    poll_until([&] { return party.bytes_seen == 1; });
    first.say("x");
    poll_until([&] { return party.bytes_seen == 2; });
    second.hang_up();
    poll_until([&] { return party.ends_seen == 1; });
    first.hang_up();
    poll_until([&] { return party.ends_seen == 2; });
    party.finish();
    loop.run_until(loop.now());
    CHECK(order == " says 0 says 1 ends 0 ends 1");
    loop.baton().retire(party);
}

TEST_CASE("tcp server: an address in use is an error that can be caught") {
    Loop loop(default_start);
    TcpServer first(loop, {"127.0.0.1", 0}, [](const std::shared_ptr<TcpConnection>&) {});
    CHECK_THROWS_AS(TcpServer(loop, first.endpoint(), [](const std::shared_ptr<TcpConnection>&) {}),
                    std::system_error);
}

}  // namespace tcp_server_test
