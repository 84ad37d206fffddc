#include "engine/net/tls_certificates.h"

#include "engine/ensure.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>

namespace orrery {

namespace {

constexpr int version_3 = 2;

void add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
    ENSURE(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

void add_name(GENERAL_NAMES* names, int type, const void* bytes, std::size_t length) {
    GENERAL_NAME* name = GENERAL_NAME_new();
    ASN1_STRING* text =
        ASN1_STRING_type_new(type == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
    ENSURE(ASN1_STRING_set(text, bytes, static_cast<int>(length)) == 1);
    GENERAL_NAME_set0_value(name, type, text);
    sk_GENERAL_NAME_push(names, name);
}

/// Not by OpenSSL's text form: a host name could say anything there.
void add_host(X509* certificate, const std::string& host) {
    GENERAL_NAMES* names = sk_GENERAL_NAME_new_null();
    add_name(names, GEN_DNS, host.data(), host.size());
    if (host == "localhost") {
        constexpr std::array<unsigned char, 4> loopback{127, 0, 0, 1};
        add_name(names, GEN_IPADD, loopback.data(), loopback.size());
    }
    const int added = X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, 0);
    ENSURE(added == 1);
    GENERAL_NAMES_free(names);
}

std::string pem_of(X509* certificate) {
    BIO* memory = BIO_new(BIO_s_mem());
    ENSURE(PEM_write_bio_X509(memory, certificate) == 1);
    std::string text(BIO_ctrl_pending(memory), '\0');
    BIO_read(memory, text.data(), static_cast<int>(text.size()));
    BIO_free(memory);
    return text;
}

void sign(X509* certificate, EVP_PKEY* key) {
    ENSURE(X509_sign(certificate, key, EVP_sha256()) > 0);
}

}  // namespace

/// Valid at any time a world may be at; whose name it is, its serial number and its key.
TlsCertificates::Certificate TlsCertificates::start(const std::string& common_name, EVP_PKEY* key) {
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), version_3);
    std::array<unsigned char, 16> serial{};
    ENSURE(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1);
    serial.front() &= 0x7f;  // positive
    BIGNUM* number = BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate.get()));
    BN_free(number);
    ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate.get()), "19700101000000Z");
    ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate.get()), "22611231235959Z");
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()),
                               "CN",
                               MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name.data()),
                               static_cast<int>(common_name.size()),
                               -1,
                               0);
    X509_set_pubkey(certificate.get(), key);
    return certificate;
}

TlsCertificates::TlsCertificates()
    : authority_key_(EVP_EC_gen("P-256")),
      key_(EVP_EC_gen("P-256")),
      authority_(start("Orrery: for handlers of one run only", authority_key_.get())) {
    X509* own = authority_.get();
    X509_set_issuer_name(own, X509_get_subject_name(own));
    add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(own, own, NID_subject_key_identifier, "hash");
    sign(own, authority_key_.get());
    authority_pem_ = pem_of(own);
}

X509* TlsCertificates::of(const std::string& host) {
    Certificate& certificate = hosts_[host];
    if (certificate == nullptr) {
        certificate = start("Orrery", key_.get());
        X509* made = certificate.get();
        X509_set_issuer_name(made, X509_get_subject_name(authority_.get()));
        add_extension(made, authority_.get(), NID_basic_constraints, "critical,CA:FALSE");
        add_extension(made, authority_.get(), NID_key_usage, "critical,digitalSignature");
        add_extension(made, authority_.get(), NID_ext_key_usage, "serverAuth");
        add_extension(made, authority_.get(), NID_subject_key_identifier, "hash");
        add_extension(made, authority_.get(), NID_authority_key_identifier, "keyid");
        add_host(made, host);
        sign(made, authority_key_.get());
    }
    return certificate.get();
}

}  // namespace orrery
