#include "scenarios/language/java_trust_store.h"

#include "engine/ensure.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace orrery {

namespace {

/// Each certificate in DER, in the order of the text.
std::vector<std::string> certificates_of(std::string_view pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> source(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    std::vector<std::string> all;
    using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
    while (const Certificate certificate{PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr),
                                         X509_free}) {
        unsigned char* bytes = nullptr;
        const int size = i2d_X509(certificate.get(), &bytes);
        ENSURE(size > 0);
        all.emplace_back(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
        OPENSSL_free(bytes);
    }
    return all;
}

void append_big_endian(std::string& bytes, std::uint64_t number, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
        bytes += static_cast<char>(number >> shift & 0xFF);
    }
}

void append_text(std::string& bytes, std::string_view text) {
    append_big_endian(bytes, text.size(), 2);
    bytes += text;
}

/// Over the password in UTF-16, a text that is always the same, and the store. [OpenJDK:
/// sun.security.provider.JavaKeyStore]
std::string digest_of_store(std::string_view store) {
    std::string bytes;
    for (const char letter : std::string_view("changeit")) {
        append_big_endian(bytes, static_cast<unsigned char>(letter), 2);
    }
    bytes.append("Mighty Aphrodite").append(store);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    ENSURE(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha1(), nullptr) == 1);
    return {reinterpret_cast<const char*>(digest.data()), size};
}

}  // namespace

std::string java_trust_store(std::string_view pem) {
    constexpr std::uint32_t magic = 0xFEEDFEED;
    constexpr std::uint32_t version = 2;
    constexpr std::uint32_t trusted_certificate = 2;
    constexpr std::uint64_t made_at = 0;  // the same in every run
    const std::vector<std::string> certificates = certificates_of(pem);
    std::string store;
    append_big_endian(store, magic, 4);
    append_big_endian(store, version, 4);
    append_big_endian(store, certificates.size(), 4);
    for (std::size_t index = 0; index < certificates.size(); ++index) {
        append_big_endian(store, trusted_certificate, 4);
        append_text(store, "trusted-" + std::to_string(index));
        append_big_endian(store, made_at, 8);
        append_text(store, "X.509");
        append_big_endian(store, certificates[index].size(), 4);
        store += certificates[index];
    }
    return store + digest_of_store(store);
}

}  // namespace orrery
