/// CodeStore: deployment packages and layers as uploaded, unpacked into folders by their content.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace orrery {
struct World;
}

namespace orrery::lambda {

/// Code that a function or layer runs.
struct CodePackage {
    std::filesystem::path directory;  // unpacked
    std::string sha256;               // of the archive, in base64; empty: a folder of the user's
    std::int64_t size = 0;            // of the archive
    std::int64_t unpacked_size = 0;
};

class CodeStore {
public:
    /// Beside the world's store, where it has one, or in a folder of its own that goes with this.
    CodeStore(World& world, const std::string& scope);
    ~CodeStore();
    CodeStore(const CodeStore&) = delete;
    CodeStore& operator=(const CodeStore&) = delete;

    /// Throws AWS's errors for what cannot be a package.
    CodePackage add(std::string_view archive);
    /// Where the code that was unpacked into `folder` lies now: a state directory may have moved.
    std::filesystem::path present(const std::filesystem::path& folder);
    /// The archive's bytes; nothing if there is none with this sum (hexadecimal digits).
    std::optional<std::string> archive(const std::string& sha256_hex);
    /// Removes all but what was unpacked into folders of these names.
    void keep_only(const std::set<std::string>& names);

private:
    const std::filesystem::path& root();

    World& world_;
    std::string scope_;
    std::filesystem::path root_;  // empty until it is needed
    bool own_ = false;            // it ends with this
};

/// The sum in hexadecimal digits, as URLs and folders have it.
std::string hex_sum(const std::string& sha256_base64);

}  // namespace orrery::lambda
