/// What standard output is, and whether it wants colours: the one place that reads the environment.
#pragma once

#include "tools/report/text.h"

#include <cstdint>
#include <string_view>

namespace orrery::cli {

enum class ColorChoice : std::uint8_t { automatic, always, never };

bool output_is_terminal();
/// To standard output, as it is.
void print(std::string_view text);
/// automatic: colours on a terminal, unless NO_COLOR is set or the terminal is a dumb one.
report::Palette choose_palette(ColorChoice choice);

}  // namespace orrery::cli
