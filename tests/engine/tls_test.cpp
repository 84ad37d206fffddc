// A real client of OpenSSL's on a non-blocking socket, in turn with the server's loop.
#include "engine/net/tls.h"

#include "engine/loop.h"
#include "engine/net/http_server.h"
#include "engine/world.h"
#include "tests/engine/http2_client.h"
#include "tests/engine/loopback.h"
#include "tests/engine/recorded_socket.h"

#include <catch2/catch.hpp>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

namespace tls_test {

using namespace orrery;

namespace {

class Fixture {
public:
    explicit Fixture(std::uint64_t seed = 1)
        : authority(Random(seed).stream("tls")),
          server(loop,
                 {"127.0.0.1", 0},
                 [](HttpRequest&& request, const std::shared_ptr<HttpExchange>& exchange) {
                     exchange->respond({200,
                                        {},
                                        (request.secure ? "secure " : "open ") + request.target +
                                            std::string(request.body.size(), '.')});
                 }) {
        server.accept_tls(authority);
    }

    void look() { test::look(loop); }
    int connected() const { return test::connected_socket(server.endpoint()); }

    Loop loop{default_start};
    TlsAuthority authority;
    HttpServer server;
};

/// Trusts the authority only, and checks that the certificate is for the host it asked for.
class TlsClient {
public:
    TlsClient(Fixture& fixture, const std::string& host, int version = 0)
        : fixture_(fixture), descriptor_(fixture.connected()) {
        context_ = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_max_proto_version(context_, version);
        SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
        const std::string& pem = fixture.authority.certificate();
        BIO* memory = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
        X509* trusted = PEM_read_bio_X509(memory, nullptr, nullptr, nullptr);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), trusted);
        X509_STORE_set_flags(SSL_CTX_get_cert_store(context_), X509_V_FLAG_X509_STRICT);
        X509_free(trusted);
        BIO_free(memory);
        ssl_ = SSL_new(context_);
        SSL_set_fd(ssl_, descriptor_);
        SSL_set_tlsext_host_name(ssl_, host.c_str());
        SSL_set1_host(ssl_, host.c_str());
    }
    ~TlsClient() {
        SSL_free(ssl_);
        SSL_CTX_free(context_);
        ::close(descriptor_);
    }
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    template <typename Call>
    int do_it(Call call) {
        for (int tries = 0; tries < 100'000; ++tries) {
            const int result = call();
            const int reason = SSL_get_error(ssl_, result);
            if (result > 0 || (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE)) {
                return result;
            }
            fixture_.look();
        }
        return -1;
    }

    bool handshake() {
        return do_it([&] { return SSL_connect(ssl_); }) == 1;
    }
    void say(const std::string& text) {
        REQUIRE(do_it([&] { return SSL_write(ssl_, text.data(), static_cast<int>(text.size())); }) >
                0);
    }
    std::string hear_until(const std::string& end) {
        std::string heard;
        std::array<char, 4096> buffer{};
        while (!heard.ends_with(end)) {
            const int length = do_it(
                [&] { return SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size())); });
            if (length <= 0) {
                break;
            }
            heard.append(buffer.data(), static_cast<std::size_t>(length));
        }
        return heard;
    }
    std::string hear_some() {
        std::array<char, 4096> buffer{};
        const int length =
            do_it([&] { return SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size())); });
        return {buffer.data(), static_cast<std::size_t>(std::max(length, 0))};
    }
    SSL* ssl() { return ssl_; }

private:
    Fixture& fixture_;
    int descriptor_;
    SSL_CTX* context_ = nullptr;
    SSL* ssl_ = nullptr;
};

}  // namespace

TEST_CASE("tls: a client that trusts the authority reaches whatever host it asks for") {
    Fixture fixture;
    for (const char* host : {"sqs.eu-west-1.amazonaws.com", "bucket.s3.amazonaws.com"}) {
        TlsClient client(fixture, host);
        REQUIRE(client.handshake());
        client.say("GET /one HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(client.hear_until("/one").find("200 OK") != std::string::npos);
        client.say("POST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        CHECK(client.hear_until("...").ends_with("secure /two..."));
    }
}

TEST_CASE("tls: version 1.2 is spoken as well") {
    Fixture fixture;
    TlsClient client(fixture, "sts.amazonaws.com", TLS1_2_VERSION);
    REQUIRE(client.handshake());
    CHECK(std::string(SSL_get_version(client.ssl())) == "TLSv1.2");
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(client.hear_until("/").ends_with("secure /"));
}

TEST_CASE("tls: bodies larger than any buffer come through") {
    Fixture fixture;
    TlsClient client(fixture, "sqs.eu-west-1.amazonaws.com");
    REQUIRE(client.handshake());
    const std::string body(300'000, 'x');
    client.say("POST /large HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n");
    for (std::size_t sent = 0; sent < body.size(); sent += 10'000) {
        client.say(body.substr(sent, 10'000));
    }
    CHECK(client.hear_until("/large" + std::string(300'000, '.')).size() > 300'000);
}

TEST_CASE("tls: the same port takes plain HTTP") {
    Fixture fixture;
    const int descriptor = fixture.connected();
    const std::string request = "GET /plain HTTP/1.1\r\nHost: x\r\n\r\n";
    REQUIRE(::send(descriptor, request.data(), request.size(), 0) > 0);
    std::string heard;
    std::array<char, 4096> buffer{};
    for (int tries = 0; tries < 100'000 && !heard.ends_with("open /plain"); ++tries) {
        fixture.look();
        const ssize_t got = ::recv(descriptor, buffer.data(), buffer.size(), 0);
        heard.append(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    }
    CHECK(heard.ends_with("open /plain"));
    ::close(descriptor);
}

TEST_CASE("tls: bytes that are no handshake end the connection, and nothing else") {
    Fixture fixture;
    const int descriptor = fixture.connected();
    const std::string nonsense = "\x16\x03\x01\xff\xff nonsense: no record is that long";
    REQUIRE(::send(descriptor, nonsense.data(), nonsense.size(), 0) > 0);
    ssize_t got = -1;
    std::array<char, 4096> buffer{};
    for (int tries = 0; tries < 100'000 && got != 0; ++tries) {
        fixture.look();
        got = ::recv(descriptor, buffer.data(), buffer.size(), 0);
    }
    CHECK(got == 0);
    ::close(descriptor);
    TlsClient client(fixture, "localhost");
    CHECK(client.handshake());
}

TEST_CASE("tls: the authority is the same in every world") {
    CHECK(Fixture(1).authority.certificate() == Fixture(2).authority.certificate());
}

TEST_CASE("tls: a client gets the protocol that it would rather speak, of those it offers") {
    struct Offer {
        std::string_view names;
        std::string_view chosen;
    };
    for (const Offer& offer : {Offer{"\x02h2\x08http/1.1", "h2"},
                               Offer{"\x08http/1.1\x02h2", "http/1.1"},
                               Offer{"\x08http/1.1", "http/1.1"},
                               Offer{"\x06spdy/3\x02h2", "h2"},
                               Offer{"\x06spdy/3", ""},
                               Offer{"", ""}}) {
        CAPTURE(offer.names);
        Fixture fixture;
        TlsClient client(fixture, "kinesis.us-east-1.amazonaws.com");
        SSL_set_alpn_protos(client.ssl(),
                            reinterpret_cast<const unsigned char*>(offer.names.data()),
                            static_cast<unsigned>(offer.names.size()));
        REQUIRE(client.handshake());
        const unsigned char* name = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(client.ssl(), &name, &size);
        CHECK(std::string_view(reinterpret_cast<const char*>(name), size) == offer.chosen);
    }
}

TEST_CASE("tls: HTTP/2 within it is HTTP/2 that is secure") {
    Fixture fixture;
    TlsClient client(fixture, "kinesis.us-east-1.amazonaws.com");
    REQUIRE(client.handshake());
    Http2Client http2;
    const auto stream = http2.post("/one", "abc");
    client.say(http2.said());
    for (int tries = 0; tries < 10 && !http2.answers[stream].ended; ++tries) {
        http2.hear(client.hear_some());
    }
    CHECK(http2.answers[stream].body == "secure /one...");
}

TEST_CASE("tls: a connection that its server has let go of is gone, and so is its owner") {
    TlsAuthority authority(Random(1).stream("tls"));
    const auto wire = std::make_shared<RecordedSocket>();
    std::weak_ptr<TcpConnection> living;
    {
        // As HttpConnection, which holds its socket, does.
        const auto secured = authority.secured(wire);
        secured->on_receive([secured](std::string_view) {});
        secured->on_close([secured] {});
        living = secured;
    }
    CHECK_FALSE(living.expired());
    wire->receive = nullptr;
    wire->on_close(nullptr);
    CHECK(living.expired());
}

}  // namespace tls_test
