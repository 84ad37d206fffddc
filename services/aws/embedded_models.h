/// The text of every services/NAME/NAME.model.json, put into the binary by the build.
#pragma once

#include <span>
#include <string_view>

namespace orrery::aws {

struct EmbeddedModel {
    std::string_view service;
    std::string_view text;
};

/// In alphabetical order. Defined in a file that CMake writes.
std::span<const EmbeddedModel> embedded_models();

}  // namespace orrery::aws
