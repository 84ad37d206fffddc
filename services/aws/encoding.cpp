#include "services/aws/encoding.h"

#include "engine/ensure.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace orrery::aws {

namespace {

const unsigned char* binary(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string hex_digits(const unsigned char* bytes, std::size_t count) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(2 * count, '0');
    for (std::size_t index = 0; index < count; ++index) {
        text[2 * index] = digits[bytes[index] >> 4];
        text[2 * index + 1] = digits[bytes[index] & 15];
    }
    return text;
}

/// By letter: its value, or -1.
constexpr std::array<signed char, 256> base64_values = [] {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<signed char, 256> values{};
    values.fill(-1);
    for (std::size_t value = 0; value < letters.size(); ++value) {
        values[static_cast<unsigned char>(letters[value])] = static_cast<signed char>(value);
    }
    return values;
}();

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
    const std::size_t before = out.size();
    const std::size_t length = (bytes.size() + 2) / 3 * 4;
    out.resize(before + length + 1);  // OpenSSL ends it with a NUL
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data() + before),
                    binary(bytes),
                    static_cast<int>(bytes.size()));
    out.pop_back();
}

std::string base64(std::string_view bytes) {
    std::string text;
    append_base64(text, bytes);
    return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    // OpenSSL lets blanks around the text and padding inside it pass.
    if (text.size() % 4 != 0 || text.find_first_of("= \t\r\n") < text.size() - padding) {
        return std::nullopt;
    }
    std::string bytes(text.size() / 4 * 3, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                       binary(text),
                                       static_cast<int>(text.size()));
    if (length != static_cast<int>(bytes.size())) {
        return std::nullopt;
    }
    bytes.resize(bytes.size() - padding);
    return bytes;
}

bool is_canonical_base64(std::string_view text) {
    if (text.size() % 4 != 0) {
        return false;
    }
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    const std::string_view letters = text.substr(0, text.size() - padding);
    signed char all = 0;
    for (const char letter : letters) {
        all = static_cast<signed char>(all | base64_values[static_cast<unsigned char>(letter)]);
    }
    if (all < 0) {
        return false;
    }
    // The bits that stand for no byte must be zero.
    const int unused = padding == 2 ? 0xF : padding == 1 ? 0x3 : 0;
    return unused == 0 || (base64_values[static_cast<unsigned char>(letters.back())] & unused) == 0;
}

std::string hex(std::string_view bytes) {
    return hex_digits(binary(bytes), bytes.size());
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
    std::string sum(32, '\0');
    ENSURE(HMAC(EVP_sha256(),
                key.data(),
                static_cast<int>(key.size()),
                binary(bytes),
                bytes.size(),
                reinterpret_cast<unsigned char*>(sum.data()),
                nullptr) != nullptr);
    return sum;
}

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    unsigned length = 0;
    ENSURE(EVP_Digest(bytes.data(), bytes.size(), sum.data(), &length, EVP_sha256(), nullptr) == 1);
    return hex_digits(sum.data(), length);
}

struct Md5::Context {
    Context() : state(EVP_MD_CTX_new()), algorithm(EVP_MD_fetch(nullptr, "MD5", nullptr)) {
        ENSURE(state != nullptr && algorithm != nullptr);
        ENSURE(EVP_DigestInit_ex2(state, algorithm, nullptr) == 1);
    }
    ~Context() {
        EVP_MD_CTX_free(state);
        EVP_MD_free(algorithm);
    }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    EVP_MD_CTX* state;
    EVP_MD* algorithm;
};

Md5::Md5() : context_(std::make_unique<Context>()) {}
Md5::~Md5() = default;

void Md5::add(std::string_view bytes) {
    ENSURE(EVP_DigestUpdate(context_->state, bytes.data(), bytes.size()) == 1);
}

std::string Md5::hex() {
    std::array<unsigned char, 16> sum{};
    unsigned length = 0;
    ENSURE(EVP_DigestFinal_ex(context_->state, sum.data(), &length) == 1);
    ENSURE(EVP_DigestInit_ex2(context_->state, nullptr, nullptr) == 1);
    return hex_digits(sum.data(), sum.size());
}

}  // namespace orrery::aws
