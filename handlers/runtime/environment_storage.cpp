#include "handlers/runtime/environment_storage.h"

#include "engine/error.h"
#include "handlers/runtime/node_packages.h"
#include "handlers/runtime/reaper.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace orrery {

namespace fs = std::filesystem;

namespace {

void add_layer(const fs::path& layer, const fs::path& folder) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(layer)) {
        const fs::path target = folder / entry.path().lexically_relative(layer);
        if (entry.is_directory() && !entry.is_symlink()) {
            fs::create_directories(target);
        } else {
            fs::remove_all(target);
            fs::copy(entry.path(), target, fs::copy_options::copy_symlinks);
        }
    }
}

}  // namespace

EnvironmentFolder::EnvironmentFolder(fs::path path) : path_(std::move(path)) {
    fs::create_directories(path_);
}

EnvironmentFolder::~EnvironmentFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

EnvironmentStorage::EnvironmentStorage() = default;

EnvironmentStorage::~EnvironmentStorage() {
    if (!root_.empty()) {
        std::error_code ignored;
        fs::remove_all(root_, ignored);
    }
}

const fs::path& EnvironmentStorage::root() {
    if (root_.empty()) {
        std::string name = (fs::path("/tmp") / "orrery-environments-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw UsageError("cannot make a folder in /tmp for functions' own /tmp: " +
                             std::string(std::strerror(errno)));
        }
        root_ = name;
        Reaper::remove_when_we_die(root_);
    }
    return root_;
}

std::shared_ptr<EnvironmentFolder> EnvironmentStorage::tmp_of(const std::string& log_stream) {
    std::weak_ptr<EnvironmentFolder>& known = tmp_[log_stream];
    std::shared_ptr<EnvironmentFolder> folder = known.lock();
    if (folder == nullptr) {
        folder = std::make_shared<EnvironmentFolder>(root() / ("tmp-" + std::to_string(++made_)));
        std::erase_if(tmp_, [&](const auto& entry) {
            return entry.first != log_stream && entry.second.expired();
        });
        known = folder;
    }
    return folder;
}

const fs::path& EnvironmentStorage::opt_of(const std::vector<fs::path>& layers) {
    const auto [place, is_new] = opt_.try_emplace(layers);
    if (!is_new) {
        return place->second;
    }
    const fs::path folder = root() / ("opt-" + std::to_string(opt_.size()));
    try {
        fs::create_directories(folder);
        for (const fs::path& layer : layers) {
            add_layer(layer, folder);
        }
    } catch (const fs::filesystem_error& error) {
        opt_.erase(place);
        throw UsageError("cannot unpack the layer " + error.path1().string() + ": " +
                         error.code().message());
    }
    return place->second = folder;
}

const fs::path& EnvironmentStorage::node_modules_of(const std::string& runtime,
                                                    const fs::path& opt,
                                                    const fs::path& sdk) {
    const auto [place, is_new] = node_modules_.try_emplace({runtime, opt, sdk});
    if (is_new) {
        const fs::path folder = root() / ("modules-" + std::to_string(node_modules_.size()));
        fs::create_directories(folder);
        link_node_packages(runtime, opt, sdk, folder);
        if (!fs::is_empty(folder)) {
            place->second = folder;
        }
    }
    return place->second;
}

std::unique_ptr<EnvironmentFolder> EnvironmentStorage::folder(const std::string& name) {
    return std::make_unique<EnvironmentFolder>(root() / name);
}

const fs::path& EnvironmentStorage::skeleton() {
    if (skeleton_.empty()) {
        skeleton_ = root() / "root";
        fs::create_directories(skeleton_);
    }
    return skeleton_;
}

}  // namespace orrery
