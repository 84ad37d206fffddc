/// Certificates for host names, signed by an authority that lives as long as this object.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <map>
#include <memory>
#include <string>

namespace orrery {

/// Random bytes are OpenSSL's: see TlsDraws.
class TlsCertificates {
public:
    TlsCertificates();

    const std::string& authority_pem() const { return authority_pem_; }
    /// For one host name, made when it is first asked for. "localhost" includes 127.0.0.1.
    X509* of(const std::string& host);
    /// The private key of all of them.
    EVP_PKEY* key() const { return key_.get(); }

private:
    struct Free {
        void operator()(X509* freed) const { X509_free(freed); }
        void operator()(EVP_PKEY* freed) const { EVP_PKEY_free(freed); }
    };
    using Certificate = std::unique_ptr<X509, Free>;
    using Key = std::unique_ptr<EVP_PKEY, Free>;

    static Certificate start(const std::string& common_name, EVP_PKEY* key);

    Key authority_key_;
    Key key_;
    Certificate authority_;
    std::string authority_pem_;
    std::map<std::string, Certificate> hosts_;
};

}  // namespace orrery
