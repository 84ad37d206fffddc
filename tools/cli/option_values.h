/// The values that options of several commands take, read from their text. All throw UsageError.
#pragma once

#include "engine/time.h"
#include "tools/cli/terminal.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>

namespace orrery::cli {

Duration read_until(const std::string& text);
std::uint64_t read_seed(const std::string& text);
ColorChoice read_color(const std::string& text);

/// Adds an option with one value, which `read` turns into what `target` holds.
template <typename Target, typename Value>
void add_value(CLI::App& app,
               const char* name,
               const char* value_name,
               Target& target,
               Value (*read)(const std::string&),
               const char* description) {
    app.add_option_function<std::string>(
           name, [&target, read](const std::string& text) { target = read(text); }, description)
        ->type_name(value_name);
}

}  // namespace orrery::cli
