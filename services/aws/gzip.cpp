#include "services/aws/gzip.h"

#include "services/aws/crc32.h"
#include "services/aws/error.h"

#include <boost/beast/zlib/inflate_stream.hpp>

#include <cstdint>

namespace orrery::aws {

namespace {

[[noreturn]] void malformed_gzip(const char* problem) {
    throw ApiError("SerializationException",
                   std::string("The request body cannot be decompressed: ") + problem);
}

/// Where the compressed data begin: after the ten bytes of the header and what its flags announce.
std::size_t header_size(std::string_view bytes) {
    constexpr std::size_t fixed = 10;
    if (bytes.size() < fixed || !bytes.starts_with("\x1f\x8b\x08")) {
        malformed_gzip("it is no gzip.");
    }
    const auto flags = static_cast<std::uint8_t>(bytes[3]);
    std::size_t at = fixed;
    if ((flags & 4) != 0) {  // extra fields
        if (bytes.size() < at + 2) {
            malformed_gzip("it ends too early.");
        }
        at += 2U + static_cast<std::uint8_t>(bytes[at]) +
              256U * static_cast<std::uint8_t>(bytes[at + 1]);
    }
    for (const int text : {8, 16}) {  // a name, a comment
        if ((flags & text) != 0) {
            at = at < bytes.size() ? bytes.find('\0', at) : std::string_view::npos;
            if (at == std::string_view::npos) {
                malformed_gzip("it ends too early.");
            }
            ++at;
        }
    }
    at += (flags & 2) != 0 ? 2U : 0U;  // a checksum of the header
    if (at > bytes.size()) {
        malformed_gzip("it ends too early.");
    }
    return at;
}

std::uint32_t little_endian(std::string_view bytes) {
    std::uint32_t number = 0;
    for (std::size_t i = 4; i > 0; --i) {
        number = number << 8 | static_cast<std::uint8_t>(bytes[i - 1]);
    }
    return number;
}

}  // namespace

bool is_gzipped(const HttpRequest& request) {
    const std::string* coding = request.header("Content-Encoding");
    return coding != nullptr && *coding == "gzip";
}

std::string decode_gzip(std::string_view bytes, std::size_t limit) {
    const std::size_t begin = header_size(bytes);
    std::string text;
    boost::beast::zlib::inflate_stream stream;
    boost::beast::zlib::z_params params;
    params.next_in = bytes.data() + begin;
    params.avail_in = bytes.size() - begin;
    boost::beast::error_code error;
    char buffer[16 * 1024];
    while (error != boost::beast::zlib::error::end_of_stream) {
        params.next_out = buffer;
        params.avail_out = sizeof(buffer);
        stream.write(params, boost::beast::zlib::Flush::sync, error);
        text.append(buffer, sizeof(buffer) - params.avail_out);
        if (text.size() > limit) {
            malformed_gzip("it is too large.");
        }
        const bool ended = error == boost::beast::zlib::error::end_of_stream;
        if ((error && !ended) || (!ended && params.avail_out == sizeof(buffer))) {
            malformed_gzip("it is damaged, or ends too early.");
        }
    }
    const std::string_view trailer = bytes.substr(bytes.size() - params.avail_in);
    if (trailer.size() < 8 || little_endian(trailer) != crc32(text) ||
        little_endian(trailer.substr(4)) != static_cast<std::uint32_t>(text.size())) {
        malformed_gzip("its checksum is wrong.");
    }
    return text;
}

}  // namespace orrery::aws
