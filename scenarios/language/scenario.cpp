#include "scenarios/language/scenario.h"

#include "scenarios/language/content.h"

namespace orrery {

Scenario::Scenario(std::unique_ptr<Content> content) : content_(std::move(content)) {}
Scenario::~Scenario() = default;
Scenario::Scenario(Scenario&&) noexcept = default;

Scenario Scenario::load(const std::filesystem::path& path) {
    return Scenario(std::make_unique<Content>(Content{parse_scenario(read_document(path), path)}));
}

const std::string& Scenario::title() const {
    return content_->file.title;
}
const std::filesystem::path& Scenario::path() const {
    return content_->file.path;
}

}  // namespace orrery
