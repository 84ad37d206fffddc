#include "services/rds/protocol/authentication.h"

#include "engine/ensure.h"

#include <openssl/evp.h>

namespace orrery::rds {

namespace {

std::string digest(const EVP_MD* algorithm, std::string_view text) {
    std::string bytes(static_cast<std::size_t>(EVP_MD_get_size(algorithm)), '\0');
    unsigned size = 0;
    auto* const out = reinterpret_cast<unsigned char*>(bytes.data());
    ENSURE(EVP_Digest(text.data(), text.size(), out, &size, algorithm, nullptr) == 1);
    return bytes;
}

std::string exclusive_or(std::string left, const std::string& right) {
    for (std::size_t index = 0; index < left.size(); ++index) {
        left[index] = static_cast<char>(left[index] ^ right[index]);
    }
    return left;
}

}  // namespace

std::string password_proof(std::string_view plugin,
                           std::string_view password,
                           std::string_view salt) {
    if (password.empty()) {
        return {};
    }
    if (plugin == native_plugin) {
        // SHA1(p) xor SHA1(salt + SHA1(SHA1(p)))
        const std::string once = digest(EVP_sha1(), password);
        const std::string twice = digest(EVP_sha1(), once);
        return exclusive_or(once, digest(EVP_sha1(), std::string(salt) + twice));
    }
    // SHA256(p) xor SHA256(SHA256(SHA256(p)) + salt)
    const std::string once = digest(EVP_sha256(), password);
    const std::string twice = digest(EVP_sha256(), once);
    return exclusive_or(once, digest(EVP_sha256(), twice + std::string(salt)));
}

}  // namespace orrery::rds
