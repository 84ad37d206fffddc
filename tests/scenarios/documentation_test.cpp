// The examples of docs/ are true: each is run, and must pass.

#include "tests/scenarios/support.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

using namespace orrery;
using namespace orrery::test;

namespace {

struct Example {
    std::string name;  // what follows "```yaml " or "```python "
    std::string text;
    int line = 0;
};

/// The fenced examples of a page that name a language.
std::vector<Example> examples(const std::string& page) {
    std::ifstream file(ORRERY_SOURCE_DIR "/docs/" + page);
    REQUIRE(file.good());
    std::vector<Example> found;
    bool inside = false;
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (!inside && line.starts_with("```") && line.size() > 3) {
            const std::size_t blank = std::min(line.find(' '), line.size() - 1);
            found.push_back({line.substr(blank + 1), "", number});
            inside = true;
        } else if (inside && line == "```") {
            inside = false;
        } else if (inside) {
            found.back().text += line + "\n";
        }
    }
    return found;
}

bool has_section(const std::string& text, const std::string& key) {
    return text.starts_with(key + ":") || text.find("\n" + key + ":") != std::string::npos;
}

/// An example with what it leaves out as the page says.
std::string completed(const Example& example, const std::string& simulate) {
    std::string text = example.text;
    if (!has_section(text, "template") && !has_section(text, "resources")) {
        text += "template: template.yaml\n";
    }
    if (!has_section(text, "simulate") && !has_section(text, "resources")) {
        text += simulate;
    }
    return text;
}

}  // namespace

TEST_CASE("documentation: every example of the scenario reference runs and passes") {
    const std::vector<Example> all = examples("scenarios.md");
    REQUIRE(all.size() > 10);
    REQUIRE(all[0].name == "template.yaml");
    REQUIRE(all[1].name == "simulate");
    const TemporaryFolder folder;
    folder.write("template.yaml", all[0].text);
    RunOptions options;
    options.resources = ORRERY_BUILD_DIR "/lib/orrery";
    for (std::size_t index = 2; index < all.size(); ++index) {
        CAPTURE(all[index].line, all[index].text);
        folder.write("s.yaml", completed(all[index], all[1].text));
        const Scenario scenario = Scenario::load(folder.path() / "s.yaml");
        const RunResult result = ScenarioRun(scenario, options).run();
        for (const Verdict& verdict : result.verdicts) {
            CAPTURE(verdict.expectation, verdict.explanation);
            CHECK(verdict.passed);
        }
        CHECK(result.verdicts.size() >= 1);
    }
}

TEST_CASE("documentation: the quick start does what it says") {
    const TemporaryFolder folder;
    for (const Example& example : examples("quick-start.md")) {
        folder.write(example.name, example.text);
    }
    const Scenario scenario = Scenario::load(folder.path() / "shop/scenario.yaml");
    RunOptions options;
    options.resources = ORRERY_BUILD_DIR "/lib/orrery";
    const RunResult result = ScenarioRun(scenario, options).run();
    CHECK(result.verdicts.size() == 3);
    for (const Verdict& verdict : result.verdicts) {
        CAPTURE(verdict.expectation, verdict.explanation);
        CHECK(verdict.passed);
    }
}
