/// The scenario files that `orrery test` is to play.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace orrery::cli {

struct TestFiles {
    std::vector<std::filesystem::path> scenarios;           // in order, each once
    std::map<std::filesystem::path, std::string> problems;  // paths with nothing to play, and why
};

/// Whether `orrery test` takes a file of this name from a folder: "x.scenario.yaml",
/// "scenario.yaml".
bool is_scenario_name(const std::string& name);

/// The files below `paths`, or these themselves. Hidden folders and links to folders are not
/// searched.
TestFiles find_tests(const std::vector<std::filesystem::path>& paths);

/// The title in a file; empty if it has none, or is no YAML.
std::string scenario_title(const std::filesystem::path& file);

/// Keeps the scenarios whose path or title contains `text`. Of a file that is no YAML only the path
/// counts.
void keep_matching(std::vector<std::filesystem::path>& scenarios, const std::string& text);

}  // namespace orrery::cli
