// Real sockets on loopback; the client side is a plain non-blocking socket.
#include "engine/net/http_server.h"

#include "tests/engine/echo_server.h"

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

namespace http_server_test {

using namespace orrery;
using test::EchoServer;

namespace {

class Client {
public:
    explicit Client(EchoServer& fixture) : fixture_(fixture), descriptor_(fixture.connect()) {}
    ~Client() { hang_up(); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// Sends what the kernel takes; returns how much that was.
    std::size_t try_say(std::string_view text) {
        const ssize_t sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
        return sent > 0 ? static_cast<std::size_t>(sent) : 0;
    }
    void say(std::string_view text) {
        REQUIRE(fixture_.runs_until([&] {
            text.remove_prefix(try_say(text));
            return text.empty();
        }));
    }
    void finish_sending() const { ::shutdown(descriptor_, SHUT_WR); }
    void hang_up() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
        descriptor_ = -1;
    }

    /// Reads what is there.
    void listen() {
        std::array<char, 65536> buffer{};
        const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        if (got > 0) {
            heard.append(buffer.data(), static_cast<std::size_t>(got));
        }
        closed = got == 0 || (got < 0 && errno != EAGAIN);
    }
    bool hears(std::string_view text) {
        return fixture_.runs_until([&] {
            listen();
            return heard.find(text) != std::string::npos;
        });
    }
    bool sees_end() {
        return fixture_.runs_until([&] {
            listen();
            return closed;
        });
    }

    std::string heard;
    bool closed = false;

private:
    EchoServer& fixture_;
    int descriptor_;
};

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t times = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++times;
    }
    return times;
}

std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: here\r\n" + headers + "\r\n";
}

}  // namespace

TEST_CASE("http server: requests of one connection are answered in turn, with the virtual date") {
    EchoServer fixture;
    Client client(fixture);
    client.say(get("/one"));
    REQUIRE(client.hears("GET /one "));
    CHECK(client.heard ==
          "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Length: 9\r\n\r\n"
          "GET /one ");
    fixture.loop.run_until(default_start + 61s);
    client.say("POST /two HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbody");
    REQUIRE(client.hears("POST /two body"));
    CHECK(client.hears("00:01:01 GMT"));
    CHECK_FALSE(client.closed);
}

TEST_CASE("http server: pipelined requests wait for the answers before them") {
    EchoServer fixture;
    Client client(fixture);
    client.say(get("/wait/1") + get("/2") + get("/wait/3") + get("/4"));
    REQUIRE(fixture.runs_until([&] { return fixture.waiting.size() == 1; }));
    for (int i = 0; i < 10; ++i) {
        fixture.look();
    }
    CHECK(fixture.requests.size() == 1);
    fixture.waiting[0]->respond({200, {}, "first"});
    fixture.waiting[0]->respond({200, {}, "again"});
    REQUIRE(fixture.waiting.size() == 2);
    CHECK(client.hears("GET /2 "));
    fixture.waiting[1]->respond({200, {}, "third"});
    REQUIRE(client.hears("GET /4 "));
    CHECK(client.heard.find("first") < client.heard.find("GET /2 "));
    CHECK(client.heard.find("GET /2 ") < client.heard.find("third"));
    CHECK(count(client.heard, "again") == 0);
}

TEST_CASE("http server: 100-continue is sent before the body is awaited") {
    EchoServer fixture;
    Client client(fixture);
    client.say("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    REQUIRE(client.hears("HTTP/1.1 100 Continue\r\n\r\n"));
    client.say("hi");
    CHECK(client.hears("PUT / hi"));
    CHECK(count(client.heard, "100 Continue") == 1);
}

TEST_CASE("http server: a body that would be too large is refused before it is sent") {
    HttpLimits limits;
    limits.body_bytes = [](const HttpRequest&) { return 10; };
    EchoServer fixture(limits);
    Client client(fixture);
    client.say("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
    CHECK(client.sees_end());
    CHECK(client.heard.starts_with("HTTP/1.1 413 Payload Too Large\r\n"));
    CHECK(client.hears("Connection: close"));
    CHECK(fixture.requests.empty());
}

TEST_CASE("http server: a client that sends too large a body can read that") {
    HttpLimits limits;
    limits.body_bytes = [](const HttpRequest&) { return 1000; };
    EchoServer fixture(limits);
    Client client(fixture);
    const std::string body(30'000'000, 'x');
    client.say("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n");
    client.say(body);
    CHECK(client.hears("413 Payload Too Large"));
    fixture.loop.run_until(fixture.loop.now() + 3s);
    CHECK(client.sees_end());
    CHECK(fixture.requests.empty());
}

TEST_CASE("http server: malformed bytes get a 400 that says why, and the end") {
    EchoServer fixture;
    Client client(fixture);
    client.say(get("/fine") + "what is this?\r\n\r\n" + get("/lost"));
    REQUIRE(client.sees_end());
    CHECK(client.heard.find("GET /fine ") < client.heard.find("HTTP/1.1 400 Bad Request"));
    CHECK(client.heard.ends_with("the request line is not a method, a target and a version\n"));
    CHECK(fixture.requests.size() == 1);
}

TEST_CASE("http server: Connection: close and HTTP/1.0 end the connection after the answer") {
    for (const std::string& request : {get("/", "Connection: close\r\n") + get("/lost"),
                                       std::string("GET / HTTP/1.0\r\n\r\n")}) {
        EchoServer fixture;
        Client client(fixture);
        client.say(request);
        REQUIRE(client.sees_end());
        CHECK(client.hears("Connection: close\r\n"));
        CHECK(count(client.heard, "HTTP/1.1 200") == 1);
    }
}

TEST_CASE("http server: HEAD gets no body") {
    EchoServer fixture;
    Client client(fixture);
    client.say("HEAD /x HTTP/1.1\r\nHost: here\r\n\r\n" + get("/y"));
    REQUIRE(client.hears("GET /y "));
    CHECK(count(client.heard, "HEAD /x") == 0);
    CHECK(client.hears("Content-Length: 8"));
}

TEST_CASE("http server: a client that has finished sending gets its answers, then the end") {
    EchoServer fixture;
    Client client(fixture);
    client.say(get("/wait") + get("/after") + "GET /half");
    client.finish_sending();
    REQUIRE(fixture.runs_until(
        [&] { return fixture.waiting.size() == 1 && *fixture.waiting[0]->gone(); }));
    fixture.waiting[0]->respond({200, {}, "late"});
    REQUIRE(client.sees_end());
    CHECK(client.hears("late"));
    CHECK(client.hears("GET /after "));
}

TEST_CASE("http server: whoever hangs up is gone, and answering does no harm") {
    EchoServer fixture;
    {
        Client client(fixture);
        client.say(get("/wait"));
        REQUIRE(fixture.runs_until([&] { return fixture.waiting.size() == 1; }));
    }
    const auto gone = fixture.waiting[0]->gone();
    REQUIRE(fixture.runs_until([&] { return *gone; }));
    fixture.waiting[0]->respond({200, {}, "nobody"});
    fixture.waiting.clear();
    Client half(fixture);
    half.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nnot all");
    half.hang_up();
    bool drained = false;
    fixture.server.drain([&] { drained = true; });
    CHECK(fixture.runs_until([&] { return drained; }));
    CHECK(fixture.requests.size() == 1);
}

TEST_CASE("http server: a request that its handler forgets is answered") {
    EchoServer fixture;
    Client client(fixture);
    client.say(get("/forget") + get("/next"));
    CHECK(client.hears("GET /next "));
    CHECK(client.heard.starts_with("HTTP/1.1 500 "));
}

TEST_CASE("http server: an answer larger than the kernel's buffers arrives whole") {
    EchoServer fixture;
    fixture.large_answer = std::string(20'000'000, 'x') + "the end";
    Client client(fixture);
    client.say(get("/large", "Connection: close\r\n"));
    REQUIRE(client.sees_end());
    CHECK(client.heard.size() > 20'000'000);
    CHECK(client.heard.ends_with("the end"));
}

TEST_CASE("http server: who sends on and on without reading is held up") {
    EchoServer fixture;
    fixture.large_answer = std::string(100'000, 'x');
    Client client(fixture);
    std::string requests;
    for (int i = 0; i < 1000; ++i) {
        requests += get("/large");
    }
    client.say(requests);
    for (int i = 0; i < 1000; ++i) {
        fixture.look();
    }
    // What waits to be read takes at most 1 MiB here and what the kernel holds.
    const std::size_t served = fixture.requests.size();
    CHECK(served < 500);
    REQUIRE(fixture.runs_until([&] {
        client.listen();
        return fixture.requests.size() == 1000;
    }));
}

TEST_CASE("http server: of one that sends on without waiting little is kept") {
    EchoServer fixture;
    Client client(fixture);
    client.say(get("/wait"));
    REQUIRE(fixture.runs_until([&] { return fixture.waiting.size() == 1; }));
    const std::string block = get("/" + std::string(60'000, 'x'));
    std::size_t sent = 0;
    int refusals = 0;
    while (refusals < 1000 && sent < 200'000'000) {
        const std::size_t taken =
            client.try_say(std::string_view(block).substr(sent % block.size()));
        sent += taken;
        refusals = taken > 0 ? 0 : refusals + 1;
        fixture.look();
    }
    CHECK(sent < 100'000'000);
    const std::size_t whole = sent / block.size();
    fixture.waiting[0]->respond({});
    CHECK(fixture.runs_until([&] {
        client.listen();
        return fixture.requests.size() == 1 + whole;
    }));
}

TEST_CASE("http server: draining answers what is under way and takes nothing more") {
    EchoServer fixture;
    Client busy(fixture);
    Client idle(fixture);
    busy.say(get("/wait") + get("/too/late"));
    REQUIRE(fixture.runs_until([&] { return fixture.waiting.size() == 1; }));
    bool drained = false;
    fixture.server.drain([&] { drained = true; });
    CHECK(idle.sees_end());
    CHECK_FALSE(drained);
    fixture.waiting[0]->respond({200, {}, "last words"});
    REQUIRE(fixture.runs_until([&] { return drained; }));
    REQUIRE(busy.sees_end());
    CHECK(busy.hears("last words"));
    CHECK(busy.hears("Connection: close"));
    CHECK(fixture.requests.size() == 1);
}

TEST_CASE("http server: exchanges may outlive their server") {
    auto fixture = std::make_unique<EchoServer>();
    Client client(*fixture);
    client.say(get("/wait"));
    REQUIRE(fixture->runs_until([&] { return fixture->waiting.size() == 1; }));
    const auto exchange = fixture->waiting[0];
    fixture.reset();
    exchange->respond({});
    CHECK(exchange.use_count() == 1);
}

namespace {

/// Answers the first exchange that waits with a stream.
std::shared_ptr<Pipe<std::string>> begin_stream(EchoServer& fixture) {
    REQUIRE(fixture.runs_until([&] { return !fixture.waiting.empty(); }));
    const auto exchange = fixture.waiting.front();
    fixture.waiting.pop_front();
    HttpResponse response{200, {}, "begun "};
    response.stream = std::make_shared<Pipe<std::string>>();
    exchange->respond(response);
    return response.stream;
}

}  // namespace

TEST_CASE("http server: an answer's stream is sent piece by piece, and the next request waits") {
    EchoServer fixture;
    Client client(fixture);
    client.say(get("/wait") + get("/next"));
    const auto stream = begin_stream(fixture);
    REQUIRE(client.hears("6\r\nbegun \r\n"));
    stream->write("one");
    REQUIRE(client.hears("3\r\none\r\n"));
    CHECK(fixture.requests.size() == 1);
    stream->end();
    REQUIRE(client.hears("0\r\n\r\n"));
    REQUIRE(client.hears("GET /next "));
    CHECK_FALSE(client.closed);
}

TEST_CASE("http server: a stream that breaks off, or is forgotten, ends its connection unended") {
    for (const bool forgotten : {false, true}) {
        EchoServer fixture;
        Client client(fixture);
        client.say(get("/wait"));
        auto stream = begin_stream(fixture);
        if (forgotten) {
            stream.reset();
        } else {
            stream->end(PipeEnd::broken_off);
            stream->write("too late");
        }
        REQUIRE(client.sees_end());
        CHECK(client.heard.ends_with("6\r\nbegun \r\n"));
    }
}

TEST_CASE("http server: a stream ends with the connection for HTTP/1.0; HEAD gets none of it") {
    EchoServer fixture;
    Client old(fixture);
    old.say("GET /wait HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto first = begin_stream(fixture);
    first->write("one");
    first->end();
    REQUIRE(old.sees_end());
    CHECK(old.heard.ends_with("\r\n\r\nbegun one"));
    Client head(fixture);
    head.say("HEAD /wait HTTP/1.1\r\nHost: here\r\n\r\n" + get("/next"));
    const auto second = begin_stream(fixture);
    second->write("one");
    REQUIRE(head.hears("GET /next "));
    CHECK(count(head.heard, "begun") + count(head.heard, "one") == 0);
}

TEST_CASE("http server: draining waits for a stream's end") {
    EchoServer fixture;
    Client client(fixture);
    client.say(get("/wait"));
    const auto stream = begin_stream(fixture);
    bool drained = false;
    fixture.server.drain([&] { drained = true; });
    stream->write("last words");
    REQUIRE(client.hears("last words"));
    CHECK_FALSE(drained);
    stream->end();
    REQUIRE(fixture.runs_until([&] { return drained; }));
    CHECK(client.hears("0\r\n\r\n"));
}

}  // namespace http_server_test
