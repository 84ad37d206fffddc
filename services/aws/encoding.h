/// Base64, SHA-256 and MD5 as AWS's APIs use them, over OpenSSL.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::aws {

/// RFC 4648, with padding.
void append_base64(std::string& out, std::string_view bytes);
std::string base64(std::string_view bytes);
/// Nothing for text that is not base64.
std::optional<std::string> decode_base64(std::string_view text);
/// Whether it is what base64() writes. What decode_base64() takes besides has bits that stand for
/// nothing.
bool is_canonical_base64(std::string_view text);

/// Lower-case hexadecimal digits.
std::string hex(std::string_view bytes);
/// The SHA-256 sum in 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

/// An MD5 sum, with which clients check what they sent and received. Not for anything secret.
class Md5 {
public:
    Md5();
    ~Md5();
    Md5(const Md5&) = delete;
    Md5& operator=(const Md5&) = delete;

    void add(std::string_view bytes);
    /// 32 lower-case hexadecimal digits; afterwards a new sum begins.
    std::string hex();

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

}  // namespace orrery::aws
