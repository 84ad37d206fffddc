#include "tools/cli/test_files.h"

#include "engine/document.h"

#include <algorithm>
#include <set>
#include <system_error>

namespace orrery::cli {

namespace {

namespace fs = std::filesystem;

class Search {
public:
    void take(const fs::path& path) {
        std::error_code error;
        const fs::file_status status = fs::status(path, error);
        if (!fs::exists(status)) {
            problem(path,
                    status.type() == fs::file_type::none ? error.message()
                                                         : "there is no such file or folder");
        } else if (!fs::is_directory(status)) {
            add(path);
        } else if (!search(path)) {
            problem(path, "there is no *.scenario.yaml and no scenario.yaml below it");
        }
    }

    TestFiles found() && {
        std::sort(files_.scenarios.begin(), files_.scenarios.end());
        return std::move(files_);
    }

private:
    /// Whether there was any.
    bool search(const fs::path& folder) {
        std::error_code error;
        fs::recursive_directory_iterator entries(folder, error);
        bool any = false;
        while (!error && entries != fs::recursive_directory_iterator()) {
            const fs::path& path = entries->path();
            const std::string name = path.filename().string();
            std::error_code ignored;  // what cannot be asked is no folder
            if (entries->is_directory(ignored)) {
                if (name.starts_with('.')) {
                    entries.disable_recursion_pending();
                }
            } else if (is_scenario_name(name)) {
                add(path);
                any = true;
            }
            entries.increment(error);
        }
        if (error) {
            problem(folder, "it cannot be searched: " + error.message());
        }
        return any || error;
    }

    void add(const fs::path& path) {
        std::error_code error;
        const fs::path canonical = fs::canonical(path, error);
        if (seen_.insert(error ? path : canonical).second) {
            files_.scenarios.push_back(path.lexically_normal());
        }
    }

    void problem(const fs::path& path, const std::string& what) { files_.problems[path] = what; }

    TestFiles files_;
    std::set<fs::path> seen_;
};

}  // namespace

bool is_scenario_name(const std::string& name) {
    return name == "scenario.yaml" || name.ends_with(".scenario.yaml");
}

TestFiles find_tests(const std::vector<fs::path>& paths) {
    Search search;
    for (const fs::path& path : paths) {
        search.take(path);
    }
    return std::move(search).found();
}

std::string scenario_title(const fs::path& file) {
    try {
        const DocumentNode document = read_document(file);
        const DocumentNode* title = document.find("scenario");
        return title == nullptr ? "" : title->text;
    } catch (const UsageError&) {
        return {};  // it will be told when the file is played
    }
}

void keep_matching(std::vector<fs::path>& scenarios, const std::string& text) {
    std::erase_if(scenarios, [&](const fs::path& path) {
        return path.string().find(text) == std::string::npos &&
               scenario_title(path).find(text) == std::string::npos;
    });
}

}  // namespace orrery::cli
