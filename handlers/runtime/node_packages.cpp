#include "handlers/runtime/node_packages.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace orrery {

namespace {

namespace fs = std::filesystem;

// Version 3 came with Node 18, which has version 2 no more. [docs: lambda-nodejs]
constexpr int first_with_version_3 = 18;
constexpr std::string_view version_3 = "@aws-sdk";
constexpr std::string_view version_2 = "aws-sdk";

int major_version(const std::string& runtime) {
    constexpr std::string_view prefix = "nodejs";
    return std::atoi(runtime.c_str() + std::min(runtime.size(), prefix.size()));
}

std::vector<std::string_view> sdk_packages(const std::string& runtime) {
    if (major_version(runtime) >= first_with_version_3) {
        return {version_3, "@smithy"};
    }
    return {version_2};
}

std::vector<fs::path> sorted_entries(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        entries.push_back(entry.path().filename());
    }
    std::sort(entries.begin(), entries.end());
    return entries;
}

/// What is there already comes from a folder that is looked at before.
void link(const fs::path& target, const fs::path& place) {
    std::error_code there_already;
    fs::create_directory_symlink(target, place, there_already);
}

/// A package, or the packages of a scope ("@aws-sdk"), which may come from several folders.
void link_package(const fs::path& real, const fs::path& seen, const fs::path& folder) {
    const fs::path name = seen.filename();
    if (!name.string().starts_with('@')) {
        link(seen, folder / name);
        return;
    }
    fs::create_directories(folder / name);
    for (const fs::path& package : sorted_entries(real)) {
        link(seen / package, folder / name / package);
    }
}

}  // namespace

fs::path find_node_sdk(const std::string& runtime,
                       const fs::path& code,
                       const fs::path& resources) {
    std::error_code ignored;
    const auto has_sdk = [&](const fs::path& modules) {
        return fs::is_directory(modules / sdk_packages(runtime).front(), ignored);
    };
    for (fs::path folder = fs::weakly_canonical(code, ignored); folder.has_relative_path();) {
        folder = folder.parent_path();
        if (has_sdk(folder / "node_modules")) {
            return folder / "node_modules";
        }
    }
    const fs::path installed = fs::absolute(resources) / "node_modules";
    return has_sdk(installed) ? installed : fs::path();
}

void link_node_packages(const std::string& runtime,
                        const fs::path& opt,
                        const fs::path& sdk,
                        const fs::path& folder) {
    // The order of Lambda's NODE_PATH. [docs: nodejs-layers]
    const std::string of_version = "node" + std::to_string(major_version(runtime));
    const std::array<fs::path, 2> layers{fs::path("nodejs") / of_version / "node_modules",
                                         fs::path("nodejs") / "node_modules"};
    for (const fs::path& layer : layers) {
        for (const fs::path& package : sorted_entries(opt / layer)) {
            link_package(opt / layer / package, "/opt" / layer / package, folder);
        }
    }
    if (!sdk.empty()) {
        for (const std::string_view package : sdk_packages(runtime)) {
            link_package(sdk / package, fs::path(node_sdk_place) / package, folder);
        }
    }
}

std::string node_sdk_hint(const std::string& error, const fs::path& resources) {
    constexpr std::array<std::string_view, 4> signs{"Cannot find package '@aws-sdk/",
                                                    "Cannot find module '@aws-sdk/",
                                                    "Cannot find package 'aws-sdk'",
                                                    "Cannot find module 'aws-sdk'"};
    for (const std::string_view sign : signs) {
        const std::size_t found = error.find(sign);
        if (found == std::string::npos) {
            continue;
        }
        const std::size_t name = error.find('\'', found) + 1;
        const std::string package = error.substr(name, error.find('\'', name) - name);
        return "Lambda's Node runtimes bring AWS's SDK (version 3 since nodejs18.x, version 2 "
               "until "
               "nodejs16.x); here it is taken from a node_modules folder in or above the "
               "function's "
               "code, or from " +
               (resources / "node_modules").string() + ". To put it there: npm install --prefix '" +
               resources.string() + "' " + package;
    }
    return {};
}

}  // namespace orrery
