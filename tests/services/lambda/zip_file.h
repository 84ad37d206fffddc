/// Makes zip archives for tests, wrong ones too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::lambda::test {

struct ZipEntry {
    std::string name;
    std::string content;
    std::uint32_t mode = 0100644;
};

std::string zip(const std::vector<ZipEntry>& entries);
/// The same in base64, as parameters have it.
std::string zip_parameter(const std::vector<ZipEntry>& entries);

}  // namespace orrery::lambda::test
