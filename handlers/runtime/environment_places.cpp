#include "handlers/runtime/environment_places.h"

#include "engine/error.h"
#include "handlers/runtime/node_packages.h"

namespace orrery {

namespace {

/// Without the slash that a template may end it with.
std::string without_slash(const std::filesystem::path& directory) {
    std::string text = directory.lexically_normal().string();
    while (text.size() > 1 && text.ends_with('/')) {
        text.pop_back();
    }
    return text;
}

}  // namespace

std::string why_no_view(const std::filesystem::path& program) {
    if (!why_no_file_views().empty()) {
        return why_no_file_views();
    }
    if (!program.empty() && hidden_in_file_view(program)) {
        return program.string() + " lies where functions see files of their own";
    }
    return {};
}

EnvironmentPlaces places_of(const lambda::FunctionConfiguration& function,
                            const std::string& log_stream,
                            EnvironmentStorage& storage,
                            const std::filesystem::path& resources,
                            bool with_view) {
    EnvironmentPlaces places;
    std::error_code ignored;
    places.real_task = std::filesystem::absolute(without_slash(function.directory));
    if (!std::filesystem::is_directory(places.real_task, ignored)) {
        throw UsageError("function " + function.name + ": there is no folder " +
                         places.real_task.string() + " with its code");
    }
    places.real_opt = storage.opt_of(function.layers);
    places.tmp = storage.tmp_of(log_stream);
    const bool for_node = function.runtime.starts_with("nodejs");
    if (for_node) {
        places.node_sdk = find_node_sdk(function.runtime, places.real_task, resources);
    }
    if (with_view) {
        places.task = "/var/task";
        places.opt = "/opt";
        places.runtime = "/var/runtime";
        const std::filesystem::path node_modules =
            for_node ? storage.node_modules_of(function.runtime, places.real_opt, places.node_sdk)
                     : std::filesystem::path();
        places.view =
            std::make_shared<const FileView>(storage.skeleton(),
                                             FilePlaces{places.real_task,
                                                        std::filesystem::absolute(resources),
                                                        places.real_opt,
                                                        places.tmp->path(),
                                                        node_modules,
                                                        places.node_sdk});
    } else {
        places.task = without_slash(function.directory);
        places.opt = places.real_opt.string();
        places.runtime = resources.string();
    }
    return places;
}

}  // namespace orrery
