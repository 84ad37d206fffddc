/// The kinds of runtimes that run as processes, by the names of Lambda's runtimes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace orrery {

enum class RuntimeKind : std::uint8_t { python, node, provided, java };

inline std::optional<RuntimeKind> kind_of_runtime(std::string_view runtime) {
    if (runtime.starts_with("python3.")) {
        return RuntimeKind::python;
    }
    if (runtime.starts_with("nodejs")) {
        return RuntimeKind::node;
    }
    if (runtime == "provided.al2" || runtime == "provided.al2023") {
        return RuntimeKind::provided;
    }
    if (runtime.starts_with("java")) {
        return RuntimeKind::java;
    }
    return std::nullopt;
}

}  // namespace orrery
