#include "handlers/runtime/python_parents.h"

#include "handlers/runtime/environment_variables.h"
#include "handlers/runtime/interpreters.h"
#include "handlers/shim/prepared.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>

namespace orrery {

namespace {

namespace fs = std::filesystem;

// A function with more code than this is taken to use boto3, rather than being read.
constexpr int most_files_read = 200;
constexpr std::size_t most_bytes_read = 256 * 1024;

/// "botocore" is in boto3's own name for it, too.
bool names_boto3(const fs::path& file) {
    constexpr std::array<std::string_view, 2> names{"boto3", "botocore"};
    std::string text(most_bytes_read, '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return text.size() == most_bytes_read ||
           std::any_of(names.begin(), names.end(), [&](std::string_view name) {
               return text.find(name) != std::string::npos;
           });
}

/// Whether code below `folder` may use boto3. `files` counts those that were read.
bool may_use_boto3(const fs::path& folder, int& files) {
    std::error_code error;
    for (fs::recursive_directory_iterator entry(
             folder, fs::directory_options::skip_permission_denied, error);
         !error && entry != fs::recursive_directory_iterator();
         entry.increment(error)) {
        if (entry->path().extension() == ".py" &&
            (++files > most_files_read || names_boto3(entry->path()))) {
            return true;
        }
    }
    return false;
}

Preloaded preloaded_for(const EnvironmentPlaces& places) {
    int files = 0;
    const bool boto3 =
        may_use_boto3(places.real_task, files) || may_use_boto3(places.real_opt / "python", files);
    return boto3 ? Preloaded::boto3 : Preloaded::nothing;
}

}  // namespace

PythonParents::PythonParents(EnvironmentStorage& storage, fs::path resources, Instant now)
    : storage_(storage), resources_(std::move(resources)), now_(now) {}

std::shared_ptr<PreparedParent> PythonParents::parent_of(const EnvironmentPlaces& places,
                                                         const fs::path& interpreter) {
    const Preloaded preloaded = preloaded_for(places);
    std::shared_ptr<PreparedParent>& parent = parents_[{interpreter, preloaded}];
    if (parent == nullptr) {
        parent = make(interpreter, preloaded);
    }
    return parent;
}

std::shared_ptr<PreparedParent> PythonParents::make(const fs::path& interpreter,
                                                    Preloaded preloaded) {
    // Its code, layers and /tmp are empty folders, in place of which each fork gets its own.
    EnvironmentPlaces places;
    places.task = "/var/task";
    places.opt = "/opt";
    places.runtime = "/var/runtime";
    places.view = std::make_shared<const FileView>(
        storage_.skeleton(), FilePlaces{{}, fs::absolute(resources_), {}, {}, {}, {}});
    HandlerProcessOptions options;
    options.arguments = python_command(interpreter, fs::path(places.runtime) / "bootstraps");
    options.environment = prepared_python_variables(places);
    options.environment.push_back(std::string(shim::preload_variable) + "=" +
                                  (preloaded == Preloaded::boto3 ? "boto3" : ""));
    options.directory = "/";
    options.view = places.view;
    options.shim = resources_ / "liborrery_shim.so";
    options.shim_settings.source_address = "127.0.0.1";  // it connects to nothing
    options.shim_settings.boot = now_;
    return std::make_shared<PreparedParent>(std::move(options));
}

}  // namespace orrery
