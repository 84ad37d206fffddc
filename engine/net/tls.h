/// TLS for the engine's servers: an authority of the run's own that makes a certificate for
/// whatever host a client asks for.
#pragma once

#include "engine/net/tcp_server.h"
#include "engine/random.h"

#include <memory>
#include <string>

namespace orrery {

/// Its keys are the same everywhere, and all that it sends comes from `random`: one seed gives the
/// same bytes in every run. So nothing of it is secret, and nobody but a simulated world's handlers
/// shall trust its certificate.
class TlsAuthority {
public:
    explicit TlsAuthority(RandomStream random);
    ~TlsAuthority();
    TlsAuthority(const TlsAuthority&) = delete;
    TlsAuthority& operator=(const TlsAuthority&) = delete;

    /// The certificate that clients have to trust, in PEM.
    const std::string& certificate() const;
    /// The same connection, encrypted if its client's first byte begins a TLS handshake. Within the
    /// accept callback.
    std::shared_ptr<TcpConnection> secured(std::shared_ptr<TcpConnection> connection);

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace orrery
