/// Zip archives as deployment packages: checked, and unpacked into a folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace orrery::lambda {

/// Unpacks `archive` into `folder`, which is there and empty: file modes and links are kept. Gives
/// the size of all files. Throws AWS's errors for what is no archive, holds nothing or too much,
/// and for entries that would leave the folder.
std::int64_t unpack_zip(std::string_view archive, const std::filesystem::path& folder);

}  // namespace orrery::lambda
