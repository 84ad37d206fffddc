// nghttp2's client against an HttpServer, over real sockets on loopback.
#include "tests/engine/echo_server.h"
#include "tests/engine/http2_client.h"

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

using namespace orrery;
using test::EchoServer;

namespace {

class Client : public Http2Client {
public:
    explicit Client(EchoServer& fixture, bool takes_all = true)
        : Http2Client(takes_all), fixture_(fixture), descriptor_(fixture.connect()) {}
    ~Client() { hang_up(); }

    void hang_up() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
        descriptor_ = -1;
    }
    void say_raw(const std::string& bytes) { unsaid_ += bytes; }

    /// Carries bytes to and fro once.
    void carry() {
        unsaid_ += said();
        const ssize_t sent = ::send(descriptor_, unsaid_.data(), unsaid_.size(), MSG_NOSIGNAL);
        unsaid_.erase(0, sent > 0 ? static_cast<std::size_t>(sent) : 0);
        fixture_.look();
        std::array<char, 65536> buffer{};
        const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        if (got > 0) {
            const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
            raw.append(bytes);
            hear(bytes);
        }
        closed = got == 0 || (got < 0 && errno != EAGAIN);
    }
    template <typename Done>
    bool runs_until(Done done) {
        for (int tries = 0; tries < 20'000 && !done(); ++tries) {
            carry();
        }
        return done();
    }
    bool gets(std::int32_t stream) {
        return runs_until([&] { return answers[stream].ended; });
    }

    bool closed = false;
    std::string raw;

private:
    EchoServer& fixture_;
    int descriptor_;
    std::string unsaid_;
};

}  // namespace

TEST_CASE("http2: a request is what it would be by HTTP/1.1, and so is its answer") {
    EchoServer fixture;
    fixture.answer_headers = {{"X-Name", " blank\r\n"}, {"Connection", "x"}};
    Client client(fixture);
    const auto stream =
        client.ask("POST", "/a?b=c", {{"x-one", "1"}, {"cookie", "a=b"}, {"cookie", "c=d"}}, true);
    client.send_body(stream, "body", true);
    REQUIRE(client.gets(stream));
    const auto& answer = client.answers[stream];
    CHECK(answer.headers.at(":status") == "200");
    CHECK(answer.headers.at("date") == "Thu, 01 Jan 2026 00:00:00 GMT");
    CHECK(answer.headers.at("content-length") == "16");
    CHECK(answer.headers.at("x-name") == "blank");
    CHECK(answer.headers.count("connection") == 0);
    CHECK(answer.body == "POST /a?b=c body");
    REQUIRE(fixture.requests.size() == 1);
    const HttpRequest& request = fixture.requests[0];
    CHECK(*request.header("Host") == "here");
    CHECK(*request.header("X-One") == "1");
    CHECK(*request.header("Cookie") == "a=b; c=d");
    CHECK(request.path() == "/a");
    CHECK_FALSE(request.secure);
}

TEST_CASE("http2: the preface may come in pieces, and HTTP/1.1 may begin like it") {
    EchoServer fixture;
    Client client(fixture);
    const std::string hello = client.said();
    for (const char letter : hello) {
        client.say_raw(std::string(1, letter));
        client.carry();
    }
    CHECK(client.gets(client.ask("GET", "/")));

    Client old(fixture);
    for (const std::string& piece :
         {std::string("P"), std::string("R"), std::string("OP / HTTP/1.1\r\nHost: x\r\n\r\n")}) {
        old.said();
        old.say_raw(piece);
        old.carry();
    }
    CHECK(old.runs_until([&] { return old.raw.find("PROP / ") != std::string::npos; }));
    CHECK(old.raw.starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("http2: requests of one connection are answered in any order") {
    EchoServer fixture;
    Client client(fixture);
    const auto first = client.ask("GET", "/wait/1");
    const auto second = client.ask("GET", "/wait/2");
    const auto third = client.ask("GET", "/3");
    REQUIRE(client.gets(third));
    REQUIRE(fixture.waiting.size() == 2);
    fixture.waiting[1]->respond({200, {}, "second"});
    REQUIRE(client.gets(second));
    CHECK_FALSE(client.answers[first].ended);
    fixture.waiting[0]->respond({200, {}, "first"});
    fixture.waiting[0]->respond({200, {}, "again"});
    REQUIRE(client.gets(first));
    CHECK(client.answers[first].body == "first");
    CHECK(client.answers[second].body == "second");
}

TEST_CASE("http2: requests that come together are handed out in the order of their streams") {
    EchoServer fixture;
    Client client(fixture);
    const auto first = client.ask("PUT", "/first", {}, true);
    client.say_raw(client.said());  // its body comes after the second request
    const auto second = client.ask("GET", "/second");
    client.say_raw(client.said());
    client.send_body(first, "late", true);
    REQUIRE(client.gets(first));
    REQUIRE(client.gets(second));
    REQUIRE(fixture.requests.size() == 2);
    CHECK(fixture.requests[0].target == "/first");
    CHECK(fixture.requests[1].target == "/second");
}

TEST_CASE("http2: a large answer and a large body pass through the windows") {
    EchoServer fixture;
    fixture.large_answer.assign(5'000'000, 'a');
    Client client(fixture);
    const auto large = client.ask("GET", "/large");
    REQUIRE(client.gets(large));
    CHECK(client.answers[large].body == fixture.large_answer);
    const std::string body(5'000'000, 'b');
    const auto post = client.post("/p", body);
    REQUIRE(client.gets(post));
    CHECK(client.answers[post].body == "POST /p " + body);
}

TEST_CASE("http2: a client that makes no room gets as much as it had, and holds up no other") {
    constexpr std::size_t window = 65535;
    EchoServer fixture;
    fixture.large_answer.assign(200'000, 'a');
    Client client(fixture, false);
    const auto large = client.ask("GET", "/large");
    REQUIRE(client.runs_until([&] { return client.answers[large].body.size() >= window; }));
    for (int i = 0; i < 20; ++i) {
        client.carry();
    }
    CHECK(client.answers[large].body.size() == window);
    nghttp2_session_consume_connection(client.session, window);
    const auto small = client.ask("GET", "/small");
    REQUIRE(client.gets(small));
    CHECK(client.answers[large].body.size() == window);
    CHECK_FALSE(client.answers[large].ended);
}

TEST_CASE("http2: a streamed answer goes piece by piece; one that breaks off resets its stream") {
    EchoServer fixture;
    Client client(fixture);
    for (const PipeEnd how : {PipeEnd::whole, PipeEnd::broken_off}) {
        const auto stream = client.ask("GET", "/wait");
        REQUIRE(client.runs_until([&] { return !fixture.waiting.empty(); }));
        const auto pieces = std::make_shared<Pipe<std::string>>();
        pieces->write("one ");
        fixture.waiting[0]->respond({200, {}, "zero ", pieces});
        fixture.waiting.clear();
        const auto& answer = client.answers[stream];
        REQUIRE(client.runs_until([&] { return answer.body == "zero one "; }));
        CHECK(answer.headers.count("content-length") == 0);
        pieces->write("two");
        REQUIRE(client.runs_until([&] { return answer.body == "zero one two"; }));
        CHECK_FALSE(answer.ended);
        pieces->end(how);
        REQUIRE(client.gets(stream));
        CHECK(answer.reason == (how == PipeEnd::whole ? NGHTTP2_NO_ERROR : NGHTTP2_INTERNAL_ERROR));
    }
    CHECK_FALSE(client.told_to_go);
}

TEST_CASE("http2: HEAD gets the length and no body; a forgotten request gets 500") {
    EchoServer fixture;
    Client client(fixture);
    const auto head = client.ask("HEAD", "/x");
    const auto forgotten = client.ask("GET", "/forget");
    REQUIRE(client.gets(head));
    CHECK(client.answers[head].headers.at("content-length") == "8");
    CHECK(client.answers[head].body.empty());
    REQUIRE(client.gets(forgotten));
    CHECK(client.answers[forgotten].headers.at(":status") == "500");
}

TEST_CASE("http2: too large a body is answered 413, told or not, and the connection goes on") {
    HttpLimits limits;
    limits.body_bytes = [](const HttpRequest&) { return 1000; };
    EchoServer fixture(limits);
    Client client(fixture);
    const auto told = client.ask("PUT", "/", {{"content-length", "1001"}}, true);
    const auto untold = client.ask("PUT", "/", {}, true);
    client.send_body(untold, std::string(30'000, 'x'), false);
    for (const auto stream : {told, untold}) {
        REQUIRE(client.gets(stream));
        CHECK(client.answers[stream].headers.at(":status") == "413");
        CHECK(client.answers[stream].body == "the body is larger than 1000 bytes\n");
        CHECK(client.answers[stream].reason == NGHTTP2_NO_ERROR);
    }
    CHECK(fixture.requests.empty());
    CHECK(client.gets(client.post("/", std::string(1000, 'x'))));
    CHECK(fixture.requests.size() == 1);
}

TEST_CASE("http2: too large headers and trailers are answered 431, what has no target is refused") {
    HttpLimits limits;
    limits.header_bytes = 1000;
    EchoServer fixture(limits);
    Client client(fixture);
    const auto large = client.ask("GET", "/", {{"x-large", std::string(1000, 'x')}});
    REQUIRE(client.gets(large));
    CHECK(client.answers[large].headers.at(":status") == "431");
    const auto trailed = client.ask("POST", "/", {}, true);
    client.send_body(trailed, "body", false);
    client.carry();
    std::string name = "x-large";
    std::string value(1000, 'x');
    const nghttp2_nv trailer{reinterpret_cast<std::uint8_t*>(name.data()),
                             reinterpret_cast<std::uint8_t*>(value.data()),
                             name.size(),
                             value.size(),
                             NGHTTP2_NV_FLAG_NONE};
    nghttp2_submit_trailer(client.session, trailed, &trailer, 1);
    REQUIRE(client.gets(trailed));
    CHECK(client.answers[trailed].headers.at(":status") == "431");
    const auto star = client.ask("GET", "*");
    REQUIRE(client.gets(star));
    CHECK(client.answers[star].reason == NGHTTP2_PROTOCOL_ERROR);
    const auto tunnel = client.ask("CONNECT", "");
    REQUIRE(client.gets(tunnel));
    CHECK(client.answers[tunnel].headers.at(":status") == "400");
    CHECK(fixture.requests.empty());
}

TEST_CASE("http2: a client that expects 100-continue gets it before the body") {
    EchoServer fixture;
    Client client(fixture);
    const auto stream = client.ask("PUT", "/", {{"expect", "100-continue"}}, true);
    REQUIRE(client.runs_until([&] { return client.answers[stream].interim == "100"; }));
    client.send_body(stream, "hi", true);
    REQUIRE(client.gets(stream));
    CHECK(client.answers[stream].body == "PUT / hi");
}

TEST_CASE("http2: a request is gone when its stream is reset, or its connection ends") {
    EchoServer fixture;
    Client client(fixture);
    const auto stream = client.ask("GET", "/wait/1");
    client.ask("GET", "/wait/2");
    REQUIRE(client.runs_until([&] { return fixture.waiting.size() == 2; }));
    const auto first = fixture.waiting[0]->gone();
    const auto second = fixture.waiting[1]->gone();
    client.reset(stream);
    REQUIRE(client.runs_until([&] { return *first; }));
    CHECK_FALSE(*second);
    fixture.waiting[0]->respond({200, {}, "to nobody"});
    client.hang_up();
    REQUIRE(client.runs_until([&] { return *second; }));
    fixture.waiting[1]->respond({200, {}, "to nobody"});
}

TEST_CASE("http2: who streams an answer sees that its client went") {
    EchoServer fixture;
    Client client(fixture);
    const auto stream = client.ask("GET", "/wait");
    REQUIRE(client.runs_until([&] { return fixture.waiting.size() == 1; }));
    const auto gone = fixture.waiting[0]->gone();
    const auto pieces = std::make_shared<Pipe<std::string>>();
    fixture.waiting[0]->respond({200, {}, "", pieces});
    REQUIRE(client.runs_until([&] { return !client.answers[stream].headers.empty(); }));
    CHECK_FALSE(*gone);
    client.reset(stream);
    REQUIRE(client.runs_until([&] { return *gone; }));
    pieces->write("to nobody");
}

TEST_CASE("http2: hooks see the body as it comes, and that the rest does not") {
    std::string seen;
    std::size_t lost = 0;
    HttpHooks hooks;
    hooks.body = [&](const HttpRequest& head) {
        seen += head.body;
        return true;
    };
    hooks.broken_off = [&](const HttpRequest& head) { lost = head.body_taken; };
    hooks.refusal = [](int status, const std::string& text) {
        return HttpResponse{status, {}, "no: " + text};
    };
    HttpLimits limits;
    limits.body_bytes = [](const HttpRequest&) { return 10; };
    EchoServer fixture(limits, hooks);
    Client client(fixture);
    const auto whole = client.post("/", "all");
    REQUIRE(client.gets(whole));
    CHECK(seen == "all");
    CHECK(fixture.requests[0].body.empty());
    CHECK(fixture.requests[0].body_taken == 3);
    CHECK(lost == 0);
    const auto half = client.ask("POST", "/", {}, true);
    client.send_body(half, "half", false);
    REQUIRE(client.runs_until([&] { return seen == "allhalf"; }));
    client.reset(half);
    REQUIRE(client.runs_until([&] { return lost == 4; }));
    const auto large = client.post("/", "12345678901");
    REQUIRE(client.gets(large));
    CHECK(client.answers[large].body == "no: the body is larger than 10 bytes");
}

TEST_CASE("http2: a draining server says so, answers what is under way, and closes") {
    EchoServer fixture;
    Client client(fixture);
    Client idle(fixture);
    idle.runs_until([&] { return !idle.raw.empty(); });
    const auto stream = client.ask("GET", "/wait");
    REQUIRE(client.runs_until([&] { return fixture.waiting.size() == 1; }));
    bool drained = false;
    fixture.server.drain([&] { drained = true; });
    CHECK(idle.runs_until([&] { return idle.closed; }));
    CHECK(idle.told_to_go);
    REQUIRE(client.runs_until([&] { return client.told_to_go; }));
    CHECK(client.told_why == NGHTTP2_NO_ERROR);
    CHECK_FALSE(drained);
    fixture.waiting[0]->respond({200, {}, "last"});
    REQUIRE(client.gets(stream));
    CHECK(client.answers[stream].body == "last");
    CHECK(client.runs_until([&] { return client.closed && drained; }));
}

TEST_CASE("http2: a hundred requests may wait at once, and no more") {
    EchoServer fixture;
    Client client(fixture);
    std::int32_t last = 0;
    for (int i = 0; i < 101; ++i) {
        last = client.ask("GET", "/wait");
    }
    REQUIRE(client.gets(last));
    CHECK(client.answers[last].reason == NGHTTP2_REFUSED_STREAM);
    CHECK(fixture.waiting.size() == 100);
}

TEST_CASE("http2: a client that takes back request after request is told to go") {
    EchoServer fixture;
    Client client(fixture);
    for (int round = 0; round < 30 && !client.told_to_go; ++round) {
        for (int i = 0; i < 50; ++i) {
            client.ask("GET", "/wait");
        }
        const std::size_t before = fixture.waiting.size();
        client.runs_until([&] { return client.closed || fixture.waiting.size() == before + 50; });
        for (std::int32_t stream = 1 + 100 * round; stream < 1 + 100 * (round + 1); stream += 2) {
            client.reset(stream);
        }
        client.carry();
    }
    REQUIRE(client.runs_until([&] { return client.closed; }));
    CHECK(client.told_why == NGHTTP2_ENHANCE_YOUR_CALM);
    CHECK(fixture.waiting.size() == 1050);
}

TEST_CASE("http2: what is no HTTP/2 after the preface ends the connection, and no other") {
    EchoServer fixture;
    Client client(fixture);
    client.said();
    client.say_raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nwhat is this? And what is all that?");
    REQUIRE(client.runs_until([&] { return client.closed; }));
    CHECK(client.told_to_go);
    CHECK(client.told_why != NGHTTP2_NO_ERROR);
    Client other(fixture);
    CHECK(other.gets(other.ask("GET", "/")));
}

TEST_CASE("http2: the server may end while a request is handed out") {
    Loop loop{default_start};
    std::unique_ptr<HttpServer> server;
    bool asked = false;
    server = std::make_unique<HttpServer>(
        loop,
        Endpoint{"127.0.0.1", 0},
        [&](HttpRequest&&, const std::shared_ptr<HttpExchange>& exchange) {
            asked = true;
            server.reset();
            exchange->respond({200, {}, "nobody hears it"});
        });
    Http2Client client;
    client.ask("GET", "/");
    client.ask("GET", "/");
    const int descriptor = test::blocking_socket(server->endpoint());
    const std::string bytes = client.said();
    REQUIRE(::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
    for (int tries = 0; tries < 10'000 && !asked; ++tries) {
        test::look(loop);
    }
    CHECK(asked);
    ::close(descriptor);
}
