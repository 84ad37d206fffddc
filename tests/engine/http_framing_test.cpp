#include "engine/net/http_framing.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace orrery;

namespace {

struct Read {
    std::vector<HttpRequest> requests;
    std::vector<HttpManner> manners;
    int failure = 0;  // the status, or 0
    std::string why;
    bool begun = false;  // bytes are left, or a request is under way
};

/// Gives `bytes` to a parser, `piece` at a time, as a connection does.
Read read_in(std::size_t piece, const std::string& bytes, const HttpLimits& limits = {}) {
    Read read;
    HttpParser parser(limits);
    std::string unread;
    for (std::size_t at = 0; at < bytes.size() && parser.failure() == nullptr; at += piece) {
        unread += bytes.substr(at, piece);
        for (bool more = true; more;) {
            unread.erase(0, parser.take(unread));
            more = parser.complete();
            if (more) {
                read.manners.push_back(parser.manner());
                read.requests.push_back(parser.release());
            }
        }
    }
    if (const HttpFailure* failure = parser.failure()) {
        read.failure = failure->status;
        read.why = failure->text;
    }
    read.begun = !unread.empty() || parser.body_bytes_missing() > 0;
    return read;
}

/// The same however the bytes come.
Read read_all(const std::string& bytes, const HttpLimits& limits = {}) {
    Read whole = read_in(bytes.size(), bytes, limits);
    for (const std::size_t piece : {1U, 2U, 7U}) {
        const Read pieces = read_in(piece, bytes, limits);
        CHECK(pieces.failure == whole.failure);
        CHECK(pieces.why == whole.why);
        REQUIRE(pieces.requests.size() == whole.requests.size());
        for (std::size_t i = 0; i < whole.requests.size(); ++i) {
            CHECK(pieces.requests[i].target == whole.requests[i].target);
            CHECK(pieces.requests[i].body == whole.requests[i].body);
            CHECK(pieces.requests[i].headers.size() == whole.requests[i].headers.size());
        }
    }
    return whole;
}

std::string get(const std::string& headers) {
    return "GET / HTTP/1.1\r\n" + headers + "\r\n";
}
std::string post(const std::string& headers, const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: here\r\n" + headers + "\r\n" + body;
}
std::string chunked(const std::string& body) {
    return post("Transfer-Encoding: chunked\r\n", body);
}

int failure_of(const std::string& bytes, const HttpLimits& limits = {}) {
    const Read read = read_all(bytes, limits);
    CHECK((read.failure == 0 || !read.why.empty()));
    return read.failure;
}

}  // namespace

TEST_CASE("http framing: a request's parts") {
    const Read read = read_all(
        "POST /a%20b?c=d HTTP/1.1\r\nHost: here:80\r\nX-One:  two words\t\r\nEmpty:\r\n"
        "content-length: 5\r\n\r\nhello");
    REQUIRE(read.requests.size() == 1);
    const HttpRequest& request = read.requests[0];
    CHECK(request.method == "POST");
    CHECK(request.target == "/a%20b?c=d");
    CHECK(request.path() == "/a%20b");
    CHECK(request.query() == "c=d");
    CHECK(*request.header("x-ONE") == "two words");
    CHECK(request.header("Empty")->empty());
    CHECK(request.header("Absent") == nullptr);
    CHECK(request.body == "hello");
    CHECK(read.manners[0].keep_alive);
    CHECK_FALSE(read.begun);
}

TEST_CASE("http framing: pipelined requests come one after the other") {
    const Read read = read_all(post("Content-Length: 1\r\n", "a") + "\r\n" +
                               chunked("1\r\nb\r\n0\r\n\r\n") + get("Host: here\r\n") + "GET /");
    REQUIRE(read.requests.size() == 3);
    CHECK(read.requests[0].body == "a");
    CHECK(read.requests[1].body == "b");
    CHECK(read.requests[2].body.empty());
    CHECK(read.begun);
    CHECK(read.failure == 0);
}

TEST_CASE("http framing: chunks are joined, and extensions and trailers dropped") {
    const Read read = read_all(chunked("5\r\nhello\r\n00A ;a=\"b\"\r\n, you there\r\n"));
    CHECK(read.failure == 400);  // ten bytes were announced, eleven came
    const Read good = read_all(
        chunked("5\r\nhello\r\n00a ;a=\"b\"\r\n, you over\r\n0\r\nX-Check: 1\r\nHost: no\r\n\r\n"));
    REQUIRE(good.requests.size() == 1);
    CHECK(good.requests[0].body == "hello, you over");
    CHECK(good.requests[0].header("X-Check") == nullptr);
    CHECK(*good.requests[0].header("Host") == "here");
}

TEST_CASE("http framing: bytes that two servers could read differently are refused") {
    CHECK(failure_of(post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "")) == 400);
    CHECK(failure_of(post("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", "")) == 400);
    CHECK(failure_of(post("Content-Length: 1\r\nContent-Length: 2\r\n", "a")) == 400);
    CHECK(failure_of(post("Content-Length: 1\r\nContent-Length: 1\r\n", "a")) == 0);
    for (const char* length : {"", "-1", "+1", "1, 1", "0x1", "1 1", "99999999999999999999"}) {
        INFO(length);
        CHECK(failure_of(post("Content-Length: " + std::string(length) + "\r\n", "a")) == 400);
    }
    for (const char* coding : {"", "gzip", "chunked, chunked", "gzip, chunked", "xchunked"}) {
        INFO(coding);
        CHECK(failure_of(post("Transfer-Encoding: " + std::string(coding) + "\r\n", "")) == 400);
    }
    CHECK(failure_of(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "")) ==
          400);
    CHECK(failure_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
    CHECK(failure_of(get("Host: here\r\nA: b\r\n folded\r\n")) == 400);
    CHECK(failure_of(get(" Host: here\r\n")) == 400);
    CHECK(failure_of(get("Host : here\r\n")) == 400);
    CHECK(failure_of(get("Host: here\r\nA: b" + std::string(1, '\0') + "c\r\n")) == 400);
    CHECK(failure_of(get("Host: here\r\nA: b\rc\r\n")) == 400);
    CHECK(failure_of(get("Host: here\r\nA: b\nC: d\r\n")) == 400);
    CHECK(failure_of(get("Host: here\r\nno colon\r\n")) == 400);
    CHECK(failure_of(get("Host: here\r\n: no name\r\n")) == 400);
}

TEST_CASE("http framing: chunk sizes that are none are refused") {
    for (const char* size : {"",
                             "g",
                             "0x5",
                             "-5",
                             "+5",
                             " 5",
                             "5 ",
                             "5\t",
                             "fffffffffffffffff",
                             "5;a\x01",
                             "ffffffffffffffff0"}) {
        INFO(size);
        CHECK(failure_of(chunked(std::string(size) + "\r\nhello\r\n")) == 400);
    }
    CHECK(failure_of(chunked("5\nhello\r\n")) == 400);
    CHECK(failure_of(chunked("5\r\nhelloXX")) == 400);
    CHECK(failure_of(chunked("5\r\nhello\n0\r\n\r\n")) == 400);
    CHECK(failure_of(chunked("5;" + std::string(5000, 'a'))) == 400);
    CHECK(failure_of(chunked("ffffffffffffffff\r\n")) == 413);
    CHECK(failure_of(chunked("0\r\nbad trailer\r\n\r\n")) == 400);
}

TEST_CASE("http framing: request lines that are none are refused") {
    for (const char* line : {"GET",
                             "GET /",
                             "GET / ",
                             "GET  HTTP/1.1",
                             " GET / HTTP/1.1",
                             "GET / x HTTP/1.1",
                             "G(T / HTTP/1.1",
                             "GET / http/1.1",
                             "GET /\x01 HTTP/1.1",
                             "GET here HTTP/1.1",
                             "GET * HTTP/1.1",
                             "CONNECT here:1 HTTP/1.1",
                             "GET http:// HTTP/1.1",
                             "GET http://a@b/ HTTP/1.1",
                             "\x16\x03\x01"}) {
        INFO(line);
        CHECK(failure_of(std::string(line) + "\r\nHost: here\r\n\r\n") == 400);
    }
    CHECK(failure_of("GET / HTTP/2.0\r\n") == 505);
    CHECK(failure_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 505);
    CHECK(failure_of("OPTIONS * HTTP/1.1\r\nHost: here\r\n\r\n") == 0);
}

TEST_CASE("http framing: HTTP/1.1 needs one Host, HTTP/1.0 none") {
    CHECK(failure_of(get("")) == 400);
    CHECK(failure_of(get("Host: a\r\nHost: a\r\n")) == 400);
    CHECK(failure_of(get("Host: a b\r\n")) == 400);
    CHECK(failure_of(get("Host: a/b\r\n")) == 400);
    CHECK(failure_of(get("Host: [::1]:80\r\n")) == 0);
    CHECK(failure_of("GET / HTTP/1.0\r\n\r\n") == 0);
}

TEST_CASE("http framing: a target in absolute form becomes a path and the Host") {
    const auto request = [](const std::string& target) {
        return read_all("GET " + target + " HTTP/1.1\r\nHost: other\r\nhost-like: x\r\n\r\n")
            .requests.at(0);
    };
    CHECK(request("http://here:80/a?b").target == "/a?b");
    CHECK(*request("http://here:80/a?b").header("Host") == "here:80");
    CHECK(request("HTTPS://here").target == "/");
    CHECK(request("http://here?a=b").target == "/?a=b");
}

TEST_CASE("http framing: which connections stay") {
    const auto stays = [](const std::string& bytes) {
        return read_all(bytes).manners.at(0).keep_alive;
    };
    CHECK(stays(get("Host: a\r\n")));
    CHECK_FALSE(stays(get("Host: a\r\nConnection: Close\r\n")));
    CHECK_FALSE(stays(get("Host: a\r\nConnection: x, close ,keep-alive\r\n")));
    CHECK_FALSE(stays(get("Host: a\r\nConnection: close\r\nConnection: keep-alive\r\n")));
    CHECK_FALSE(stays("GET / HTTP/1.0\r\n\r\n"));
    CHECK(stays("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST_CASE("http framing: limits of headers and bodies") {
    HttpLimits limits;
    limits.header_bytes = 100;
    limits.body_bytes = [](const HttpRequest& head) {
        return head.header("Large") != nullptr ? 20U : 10U;
    };
    CHECK(failure_of(get("Host: a\r\nA: " + std::string(100, 'a') + "\r\n"), limits) == 431);
    CHECK(failure_of("GET /" + std::string(100, 'a'), limits) == 431);
    CHECK(failure_of(std::string(200, '\n'), limits) == 400);
    CHECK(failure_of(post("Content-Length: 10\r\n", "0123456789"), limits) == 0);
    CHECK(failure_of(post("Content-Length: 11\r\n", ""), limits) == 413);
    CHECK(failure_of(post("Content-Length: 11\r\nLarge: yes\r\n", ""), limits) == 0);
    CHECK(failure_of(chunked("8\r\n01234567\r\n3\r\n"), limits) == 413);
    std::string blanks;
    for (int i = 0; i < 60; ++i) {
        blanks += "\r\n";
    }
    CHECK(failure_of(blanks, limits) == 431);
    CHECK(failure_of(chunked("0\r\nA: " + std::string(100, 'a') + "\r\n"), limits) == 431);
}

TEST_CASE("http framing: 100-continue is told once, and not after the body has begun") {
    const HttpLimits limits;
    const std::string head = post("Expect: 100-Continue\r\nContent-Length: 2\r\n", "");
    HttpParser parser(limits);
    CHECK(parser.take(head) == head.size());
    CHECK(parser.take_expectation());
    CHECK_FALSE(parser.take_expectation());
    HttpParser eager(limits);
    eager.take(head + "a");
    CHECK_FALSE(eager.take_expectation());
    CHECK(failure_of(post("Expect: wonders\r\n", "")) == 417);
}

TEST_CASE("http framing: a body that was announced does not take memory before it comes") {
    HttpLimits limits;
    limits.body_bytes = [](const HttpRequest&) { return std::size_t{1} << 60; };
    CHECK(read_all(post("Content-Length: 1000000000000000\r\n", "a"), limits).begun);
}

TEST_CASE("http framing: how answers look") {
    const HttpResponse answer{201, {{"X-A", "b"}}, "body"};
    CHECK(render_response(answer, {}, "now") ==
          "HTTP/1.1 201 Created\r\nDate: now\r\nX-A: b\r\nContent-Length: 4\r\n\r\nbody");
    HttpManner head;
    head.head_only = true;
    CHECK(render_response(answer, head, "now") ==
          "HTTP/1.1 201 Created\r\nDate: now\r\nX-A: b\r\nContent-Length: 4\r\n\r\n");
    CHECK(render_response({200, {{"content-length", "9"}}, ""}, head, "now") ==
          "HTTP/1.1 200 OK\r\nDate: now\r\ncontent-length: 9\r\n\r\n");
    HttpManner last;
    last.keep_alive = false;
    CHECK(render_response({204, {}, "dropped"}, last, "now") ==
          "HTTP/1.1 204 No Content\r\nDate: now\r\nConnection: close\r\n\r\n");
    HttpManner old;
    old.old = true;
    CHECK(render_response({299, {}, ""}, old, "now") ==
          "HTTP/1.1 299 Unknown\r\nDate: now\r\nContent-Length: 0\r\nConnection: "
          "keep-alive\r\n\r\n");
}

TEST_CASE("http framing: an answer with a stream is chunked, but to HTTP/1.0") {
    const HttpResponse answer{200, {}, "0123456789", std::make_shared<Pipe<std::string>>()};
    CHECK(render_response(answer, {}, "now") ==
          "HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n"
          "a\r\n0123456789\r\n");
    CHECK(render_piece("more", {}) == "4\r\nmore\r\n");
    CHECK(render_piece("", {}) == "0\r\n\r\n");
    HttpManner old;
    old.old = true;
    old.keep_alive = false;
    CHECK(render_response(answer, old, "now") ==
          "HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\n\r\n0123456789");
    CHECK(render_piece("more", old) == "more");
}

TEST_CASE("http framing: a header's value cannot become another header") {
    CHECK(render_response({200, {{"A", "b\r\nSet-Cookie: c"}}, ""}, {}, "now").find("\r\nSet") ==
          std::string::npos);
}

TEST_CASE("http framing: the Date header's form") {
    CHECK(http_date(Instant{Duration{0}}) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(http_date(Instant{Duration{784111777'900'000'000}}) == "Sun, 06 Nov 1994 08:49:37 GMT");
}
