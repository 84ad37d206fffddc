#include "engine/net/tls.h"

#include "engine/net/tls_certificates.h"
#include "engine/net/tls_random.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace orrery {

struct TlsAuthority::Impl {
    explicit Impl(RandomStream its_random) : random(std::move(its_random)) {
        // One for all worlds: the file by which clients trust it need not change.
        RandomStream of_all = Random(0).stream("tls/authority");
        {
            const TlsDraws draws(of_all);
            certificates.emplace();
        }
        const TlsDraws draws(random);
        context.reset(SSL_CTX_new(TLS_server_method()));
        SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
        // Every connection is its own: what one left behind changes no other.
        SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
        SSL_CTX_set_num_tickets(context.get(), 0);
        SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
        SSL_CTX_set_cert_cb(context.get(), show_certificate, this);
        SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
    }

    static int show_certificate(SSL* ssl, void* impl) {
        const char* host = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
        TlsCertificates& certificates = *static_cast<Impl*>(impl)->certificates;
        return SSL_use_certificate(ssl, certificates.of(host == nullptr ? "localhost" : host)) ==
                           1 &&
                       SSL_use_PrivateKey(ssl, certificates.key()) == 1
                   ? 1
                   : 0;
    }

    /// What the client would rather speak, of what we do.
    static int choose_protocol(SSL* /*ssl*/,
                               const unsigned char** chosen,
                               unsigned char* chosen_length,
                               const unsigned char* offered,
                               unsigned offered_length,
                               void* /*unused*/) {
        for (unsigned place = 0; place < offered_length; place += offered[place] + 1U) {
            const std::string_view name(
                reinterpret_cast<const char*>(offered) + place + 1,
                std::min(unsigned{offered[place]}, offered_length - place - 1));
            if (name == "h2" || name == "http/1.1") {
                *chosen = offered + place + 1;
                *chosen_length = offered[place];
                return SSL_TLSEXT_ERR_OK;
            }
        }
        return SSL_TLSEXT_ERR_NOACK;
    }

    struct Free {
        void operator()(SSL_CTX* freed) const { SSL_CTX_free(freed); }
    };

    RandomStream random;
    std::optional<TlsCertificates> certificates;
    std::unique_ptr<SSL_CTX, Free> context;
};

namespace {

/// Stands between a connection's bytes and its owner. Until the first byte has come nobody knows
/// whether they are encrypted.
class TlsConnection final : public TcpConnection,
                            public std::enable_shared_from_this<TlsConnection> {
public:
    using Make = std::function<SSL*()>;
    using Receive = std::function<void(std::string_view)>;

    TlsConnection(std::shared_ptr<TcpConnection> wire, RandomStream& random, Make make)
        : wire_(std::move(wire)), random_(random), make_(std::move(make)) {}

    /// The wire alone holds the callback: when it lets go of its owner, nothing goes round in a
    /// circle.
    void on_receive(Receive receive) override {
        wire_->on_receive(
            [self = shared_from_this(), receive = std::move(receive)](std::string_view bytes) {
                // What is called may end the connection, and this callback with it.
                const auto alive = self;
                const auto pass_on = receive;
                alive->received(bytes, pass_on);
            });
    }
    void on_close(Callback closed) override { wire_->on_close(std::move(closed)); }
    void on_half_close(Callback half_closed) override {
        wire_->on_half_close(std::move(half_closed));
    }
    void on_all_sent(Callback all_sent) override { wire_->on_all_sent(std::move(all_sent)); }
    const Endpoint& peer() const override { return wire_->peer(); }
    bool secure() const override { return ssl_ != nullptr; }
    void set_reading(bool reading) override { wire_->set_reading(reading); }
    std::size_t unsent() const override { return wire_->unsent(); }

    void send(std::string bytes) override {
        if (ssl_ == nullptr) {
            wire_->send(std::move(bytes));
            return;
        }
        const TlsDraws draws(random_);
        if (!failed_ && !bytes.empty()) {
            ERR_clear_error();
            SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
        }
        send_encrypted();
    }

    void close() override {
        if (ssl_ != nullptr && !failed_) {
            const TlsDraws draws(random_);
            ERR_clear_error();
            SSL_shutdown(ssl_.get());
            send_encrypted();
        }
        wire_->close();
    }

private:
    struct Free {
        void operator()(SSL* freed) const { SSL_free(freed); }
    };

    void received(std::string_view bytes, const Receive& pass_on) {
        constexpr char handshake_record = 0x16;
        if (make_ && !bytes.empty()) {
            const Make make = std::exchange(make_, nullptr);
            if (bytes.front() == handshake_record) {
                ssl_.reset(make());
            }
        }
        if (ssl_ == nullptr) {
            pass_on(bytes);
            return;
        }
        if (!failed_) {
            BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
            decrypt(pass_on);
        }
    }

    void decrypt(const Receive& pass_on) {
        std::string clear;
        bool ended = false;
        {
            const TlsDraws draws(random_);
            ERR_clear_error();
            std::array<char, 16 * 1024> buffer{};
            int length = 0;
            // The handshake is made by the first of these.
            while ((length = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()))) >
                   0) {
                clear.append(buffer.data(), static_cast<std::size_t>(length));
            }
            const int reason = SSL_get_error(ssl_.get(), length);
            ended = reason != SSL_ERROR_WANT_READ;
            failed_ = ended && reason != SSL_ERROR_ZERO_RETURN;
            send_encrypted();
        }
        if (!clear.empty()) {
            pass_on(clear);
        }
        if (ended) {
            wire_->close();
        }
    }

    void send_encrypted() {
        std::string out(BIO_ctrl_pending(SSL_get_wbio(ssl_.get())), '\0');
        if (!out.empty()) {
            BIO_read(SSL_get_wbio(ssl_.get()), out.data(), static_cast<int>(out.size()));
            wire_->send(std::move(out));
        }
    }

    std::shared_ptr<TcpConnection> wire_;
    RandomStream& random_;
    Make make_;  // null once it is known who speaks
    std::unique_ptr<SSL, Free> ssl_;
    bool failed_ = false;
};

}  // namespace

TlsAuthority::TlsAuthority(RandomStream random)
    : impl_(std::make_shared<Impl>(std::move(random))) {}

TlsAuthority::~TlsAuthority() = default;

const std::string& TlsAuthority::certificate() const {
    return impl_->certificates->authority_pem();
}

std::shared_ptr<TcpConnection> TlsAuthority::secured(std::shared_ptr<TcpConnection> connection) {
    return std::make_shared<TlsConnection>(
        std::move(connection), impl_->random, [impl = impl_]() -> SSL* {
            const TlsDraws draws(impl->random);
            SSL* ssl = SSL_new(impl->context.get());
            SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
            SSL_set_accept_state(ssl);
            return ssl;
        });
}

}  // namespace orrery
