/// Folders on disk that execution environments need: an own /tmp for each, the layers of a function
/// merged. All are gone with the object, or at latest with this process.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

/// One environment's /tmp, removed with the last holder.
class EnvironmentFolder {
public:
    explicit EnvironmentFolder(std::filesystem::path path);
    ~EnvironmentFolder();
    EnvironmentFolder(const EnvironmentFolder&) = delete;
    EnvironmentFolder& operator=(const EnvironmentFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

class EnvironmentStorage {
public:
    EnvironmentStorage();
    ~EnvironmentStorage();
    EnvironmentStorage(const EnvironmentStorage&) = delete;
    EnvironmentStorage& operator=(const EnvironmentStorage&) = delete;

    /// The /tmp of the environment that `log_stream` names: empty at first, the same one as long as
    /// somebody holds it.
    std::shared_ptr<EnvironmentFolder> tmp_of(const std::string& log_stream);
    /// /opt for these layers: unpacked in order, a later one overwrites. Throws UsageError if one
    /// cannot be read.
    const std::filesystem::path& opt_of(const std::vector<std::filesystem::path>& layers);
    /// /node_modules for a Node runtime with that /opt and that folder of AWS's SDK (empty: none):
    /// see link_node_packages(). Empty if there is nothing to link.
    const std::filesystem::path& node_modules_of(const std::string& runtime,
                                                 const std::filesystem::path& opt,
                                                 const std::filesystem::path& sdk);
    /// A new folder of that name.
    std::unique_ptr<EnvironmentFolder> folder(const std::string& name);
    /// An empty folder for a view's root.
    const std::filesystem::path& skeleton();

private:
    const std::filesystem::path& root();

    std::filesystem::path root_;  // made when it is first needed
    std::filesystem::path skeleton_;
    std::uint64_t made_ = 0;
    std::map<std::string, std::weak_ptr<EnvironmentFolder>> tmp_;  // by log stream
    std::map<std::vector<std::filesystem::path>, std::filesystem::path> opt_;
    std::map<std::vector<std::filesystem::path>, std::filesystem::path> node_modules_;
};

}  // namespace orrery
