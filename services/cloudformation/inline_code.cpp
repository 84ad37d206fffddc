#include "services/cloudformation/inline_code.h"

#include "services/aws/encoding.h"

#include <cstdint>

namespace orrery::cloudformation {

namespace {

// The parts of an archive, by PKWARE's APPNOTE.TXT: 4.3.7, 4.3.12, 4.3.16.
constexpr std::uint32_t local_header = 0x04034b50;
constexpr std::uint32_t directory_header = 0x02014b50;
constexpr std::uint32_t directory_end = 0x06054b50;
constexpr std::uint32_t version = 20;
constexpr std::uint32_t made_by_unix = (3U << 8U) | version;
constexpr std::uint32_t date = (1U << 5U) | 1U;  // 1980-01-01: the same archive in every run
constexpr std::uint32_t readable_file = 0100644U << 16U;

void append(std::string& out, std::uint32_t value, int bytes) {
    for (int index = 0; index < bytes; ++index) {
        out.push_back(static_cast<char>((value >> (8 * index)) & 0xffU));
    }
}

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t sum = 0xffffffffU;
    for (const char byte : bytes) {
        sum ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) {
            sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? 0xedb88320U : 0U);
        }
    }
    return ~sum;
}

/// What both headers of a file have in common: it is stored as it is.
void append_entry(std::string& out, std::string_view name, std::string_view content) {
    const auto size = static_cast<std::uint32_t>(content.size());
    append(out, version, 2);
    append(out, 0, 2);  // flags
    append(out, 0, 2);  // stored
    append(out, 0, 2);  // time
    append(out, date, 2);
    append(out, crc32(content), 4);
    append(out, size, 4);
    append(out, size, 4);
    append(out, static_cast<std::uint32_t>(name.size()), 2);
    append(out, 0, 2);  // extra fields
}

}  // namespace

std::string inline_archive(std::string_view runtime, std::string_view source) {
    const bool python = runtime.starts_with("python");
    if (!python && !runtime.starts_with("nodejs")) {
        return "";
    }
    const std::string_view name = python ? "index.py" : "index.js";
    std::string archive;
    append(archive, local_header, 4);
    append_entry(archive, name, source);
    archive.append(name).append(source);
    const auto directory = static_cast<std::uint32_t>(archive.size());
    append(archive, directory_header, 4);
    append(archive, made_by_unix, 2);
    append_entry(archive, name, source);
    append(archive, 0, 2);  // comment
    append(archive, 0, 2);  // disk
    append(archive, 0, 2);  // internal attributes
    append(archive, readable_file, 4);
    append(archive, 0, 4);  // where the file begins
    archive.append(name);
    const auto length = static_cast<std::uint32_t>(archive.size()) - directory;
    append(archive, directory_end, 4);
    append(archive, 0, 4);  // disks
    append(archive, 1, 2);
    append(archive, 1, 2);
    append(archive, length, 4);
    append(archive, directory, 4);
    append(archive, 0, 2);  // comment
    return aws::base64(archive);
}

}  // namespace orrery::cloudformation
