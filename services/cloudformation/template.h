/// A CloudFormation or SAM template, read and checked for form; knows nothing of any service and
/// deploys nothing.
#pragma once

#include "engine/document.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace orrery::cloudformation {

struct Parameter {
    std::string name;
    Location where;
    std::string
        type;  // "String", "Number", "CommaDelimitedList", "List<Number>", "AWS::EC2::VPC::Id", ...
    std::optional<std::string> default_value;
    std::vector<std::string> allowed_values;  // empty: any
    std::optional<std::string> allowed_pattern;
    std::optional<std::int64_t> min_length;
    std::optional<std::int64_t> max_length;
    std::optional<double> min_value;
    std::optional<double> max_value;
    bool no_echo = false;

    bool is_list() const { return type == "CommaDelimitedList" || type.starts_with("List<"); }
    bool is_number() const { return type == "Number" || type == "List<Number>"; }
};

/// A logical id (of a resource or a condition) with the place that names it; empty text if there is
/// none.
struct Mention {
    std::string name;
    Location where;
};

struct Resource {
    std::string logical_id;
    Location where;
    std::string type;
    Location type_where;
    DocumentNode properties;  // a mapping
    std::vector<Mention> depends_on;
    Mention condition;
};

struct Output {
    std::string name;
    DocumentNode value;
    Mention condition;
};

struct Template {
    /// Reads a file; code paths in it are relative to its folder. Throws UsageError with place,
    /// like the others.
    static Template load(const std::filesystem::path& path);
    /// `directory` is what code paths are relative to.
    static Template from(const DocumentNode& document, const std::filesystem::path& directory);
    /// From the value of a `Resources` section alone; SAM types are understood.
    static Template from_resources(const DocumentNode& resources,
                                   const std::filesystem::path& directory);

    std::filesystem::path directory;
    std::vector<Parameter> parameters;
    DocumentNode mappings;            // of mappings of mappings
    DocumentNode conditions;          // of expressions
    std::vector<Resource> resources;  // in the template's order, SAM types expanded
    std::vector<Output> outputs;
};

}  // namespace orrery::cloudformation
