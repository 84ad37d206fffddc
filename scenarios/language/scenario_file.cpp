#include "scenarios/language/scenario_file.h"

#include "scenarios/language/node_reader.h"
#include "scenarios/language/scenario.h"

#include <algorithm>
#include <array>

namespace orrery {

namespace {

const std::vector<std::string_view> scenario_keys{"scenario",
                                                  "template",
                                                  "resources",
                                                  "parameters",
                                                  "start",
                                                  "seed",
                                                  "region",
                                                  "account",
                                                  "simulate",
                                                  "steps",
                                                  "expect"};
constexpr std::array<std::string_view, 2> later_keys{"cases", "matrix"};

void refuse_later_keys(const DocumentNode& document) {
    for (const auto& [key, value] : document.members) {
        if (std::find(later_keys.begin(), later_keys.end(), key.text) != later_keys.end()) {
            throw UsageError(key.where, "'" + key.text + "' is not supported yet");
        }
    }
}

std::string read_region(const DocumentNode& node) {
    const std::string& region = read_text(node, "'region'");
    const bool proper =
        !region.empty() && std::all_of(region.begin(), region.end(), [](char letter) {
            return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                   letter == '-';
        });
    if (!proper) {
        throw UsageError(
            node.where,
            "'region' must be a Region's name such as us-east-1, not " + describe(node));
    }
    return region;
}

std::string read_account(const DocumentNode& node) {
    const std::string& account = read_text(node, "'account'");
    constexpr std::size_t digits = 12;
    if (account.size() != digits || account.find_first_not_of("0123456789") != std::string::npos) {
        throw UsageError(node.where, "'account' must be twelve digits, not " + describe(node));
    }
    return account;
}

Instant read_start(const DocumentNode& node) {
    const auto instant = parse_instant(read_text(node, "'start'"));
    if (!instant) {
        throw UsageError(
            node.where,
            "'start' must be an instant such as 2026-01-01T00:00:00Z, not " + describe(node));
    }
    return *instant;
}

void read_what_exists(const DocumentNode& document, ScenarioFile& file) {
    const DocumentNode* path = document.find("template");
    const DocumentNode* resources = document.find("resources");
    if (path != nullptr && resources != nullptr) {
        throw UsageError(key_of(document, "resources").where,
                         "a scenario has 'template' or 'resources', not both");
    }
    if (path != nullptr) {
        file.template_file = file.path.parent_path() / read_text(*path, "'template'");
        file.template_where = path->where;
    }
    if (resources != nullptr) {
        require_mapping(*resources, "'resources'");
        file.resources = *resources;
    }
    if (const DocumentNode* parameters = document.find("parameters")) {
        require_mapping(*parameters, "'parameters'");
        if (path == nullptr) {
            throw UsageError(key_of(document, "parameters").where,
                             "'parameters' are those of a 'template', which this scenario lacks");
        }
        file.parameters = *parameters;
    }
}

void refuse_templates(const DocumentNode& document) {
    for (const std::string_view key : {"AWSTemplateFormatVersion", "Transform", "Resources"}) {
        if (document.find(key) != nullptr) {
            throw UsageError(
                document.where,
                "this is a template, and no scenario: a scenario names it ('template: FILE') with "
                "what "
                "is to happen; 'orrery invoke --template FILE' invokes a function of it, "
                "and 'orrery serve --template FILE' deploys it for SDKs and the CLI");
        }
    }
}

}  // namespace

ScenarioFile parse_scenario(const DocumentNode& document, const std::filesystem::path& path) {
    require_mapping(document, "a scenario");
    refuse_templates(document);
    refuse_later_keys(document);
    expect_keys(document, scenario_keys, "a scenario");
    ScenarioFile file;
    file.path = path;
    const DocumentNode* title = document.find("scenario");
    file.title = title != nullptr ? read_text(*title, "'scenario'") : path.filename().string();
    read_what_exists(document, file);
    if (const DocumentNode* start = document.find("start")) {
        file.start = read_start(*start);
    }
    if (const DocumentNode* seed = document.find("seed")) {
        file.seed = read_count(*seed, "'seed'", 0, std::numeric_limits<std::uint64_t>::max());
    }
    if (const DocumentNode* region = document.find("region")) {
        file.identity.region = read_region(*region);
    }
    if (const DocumentNode* account = document.find("account")) {
        file.identity.account = read_account(*account);
    }
    if (const DocumentNode* simulate = document.find("simulate")) {
        file.simulation = parse_simulation(*simulate);
    }
    if (const DocumentNode* steps = document.find("steps")) {
        file.steps = parse_steps(*steps);
    }
    if (const DocumentNode* expect = document.find("expect")) {
        file.expectations = parse_expectations(*expect);
    }
    return file;
}

}  // namespace orrery
