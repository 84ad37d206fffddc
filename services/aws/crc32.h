/// The checksum of gzip and of DynamoDB's answers [RFC 1952, 8].
#pragma once

#include <cstdint>
#include <string_view>

namespace orrery::aws {

std::uint32_t crc32(std::string_view bytes);

}  // namespace orrery::aws
