// HTTP/2 with a handler process: each send is a turn of it, so how many there are, and what is in
// them, must not depend on anything but what the process says.
#include "engine/net/http_connection.h"
#include "engine/world.h"
#include "tests/engine/http2_client.h"
#include "tests/engine/recorded_socket.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace http2_turns_test {

using namespace orrery;

namespace {

/// A server that answers with as many bytes as the target says.
class Fixture {
public:
    Fixture()
        : service(std::make_shared<HttpService>(
              loop,
              [](const HttpRequest& request, const std::shared_ptr<HttpExchange>& exchange) {
                  exchange->respond(
                      {200, {}, std::string(std::stoul(request.target.substr(1)), 'a')});
              },
              HttpLimits{},
              HttpHooks{})),
          socket(std::make_shared<RecordedSocket>()) {
        std::make_shared<HttpConnection>(service, socket)->start([] {});
    }
    ~Fixture() { socket->end(); }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    /// Plays turns until nobody says anything more; the process reads in pieces of `piece` bytes.
    /// Returns how many bytes each turn brought it.
    std::vector<std::size_t> play(Http2Client& client, std::size_t piece) {
        std::vector<std::size_t> turns;
        socket->receive(client.said());
        do {
            // As with the baton: no event before the turn is over, and then what came of it last.
            while (turns.size() < socket->sent.size()) {
                const std::string said = read(client, socket->sent[turns.size()], piece);
                turns.push_back(socket->sent[turns.size()].size());
                loop.post([this, said] { socket->receive(said); });
            }
        } while (loop.step());
        return turns;
    }

    static std::string read(Http2Client& client, const std::string& bytes, std::size_t piece) {
        std::string said;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            client.hear(std::string_view(bytes).substr(at, piece));
            said += client.said();
        }
        return said;
    }

    Loop loop{default_start};
    std::shared_ptr<HttpService> service;
    std::shared_ptr<RecordedSocket> socket;
};

}  // namespace

TEST_CASE("http2 turns: what comes together is answered together") {
    Fixture fixture;
    Http2Client client;
    for (int i = 0; i < 50; ++i) {
        client.ask("GET", "/100");
    }
    // The second turn is its word on our settings, to which there is no answer.
    CHECK(fixture.play(client, 100'000).size() == 1);
    CHECK(std::all_of(client.answers.begin(), client.answers.end(), [](const auto& answer) {
        return answer.second.body.size() == 100;
    }));
    CHECK(client.answers.size() == 50);
}

TEST_CASE("http2 turns: the same, in whatever pieces a process reads its answers") {
    std::vector<std::size_t> expected;
    for (const std::size_t piece : std::initializer_list<std::size_t>{
             1'000'000, 100'000, 65'536, 40'000, 32'768, 16'384, 5'000, 77, 1}) {
        CAPTURE(piece);
        Fixture fixture;
        Http2Client client;
        client.ask("GET", "/1000");
        const auto stream = client.ask("GET", "/150000");
        const auto turns = fixture.play(client, piece);
        CHECK(client.answers[stream].body.size() == 150'000);
        if (expected.empty()) {
            expected = turns;
        }
        CHECK(turns == expected);
    }
}

TEST_CASE("http2 turns: a process that makes no room gets what it had room for") {
    Fixture fixture;
    Http2Client client(false);
    const auto stream = client.ask("GET", "/150000");
    fixture.play(client, 1000);
    CHECK(client.answers[stream].body.size() == 65'535);
}

}  // namespace http2_turns_test
