#include "services/dynamodb/expressions/expression_reader.h"
#include "services/dynamodb/expressions/path.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::dynamodb {

ProjectedPaths::ProjectedPaths(std::vector<Path> paths) : paths_(std::move(paths)) {
    auto tree = std::make_shared<PathTree>();
    for (std::size_t place = 0; place < paths_.size(); ++place) {
        tree->add(paths_[place], place);
    }
    tree_ = std::move(tree);
}

ProjectedPaths ProjectedPaths::parse(std::string_view text, ExpressionInput& input) {
    ExpressionReader reader(text, input, "ProjectionExpression");
    std::vector<Path> paths;
    do {
        paths.push_back(reader.read_path());
    } while (reader.tokens().take_sign(","));
    check_distinct_paths(paths, reader.problems());
    reader.finish({Problems::Kind::reserved_word,
                   Problems::Kind::path,
                   Problems::Kind::undefined_name,
                   Problems::Kind::overlap,
                   Problems::Kind::conflict});
    return ProjectedPaths(std::move(paths));
}

ProjectedPaths ProjectedPaths::from_attributes_to_get(const Json& names) {
    std::vector<Path> paths;
    for (const Json& name : names) {
        Path path{name.get<std::string>(), {}};
        if (std::find(paths.begin(), paths.end(), path) != paths.end()) {
            throw validation_error(
                "One or more parameter values were invalid: Duplicate value in "
                "attribute name: " +
                path.attribute);
        }
        paths.push_back(std::move(path));
    }
    return ProjectedPaths(std::move(paths));
}

Item ProjectedPaths::of(const Item& item) const {
    return tree_->project(item);
}

}  // namespace orrery::dynamodb
