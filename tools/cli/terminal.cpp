#include "tools/cli/terminal.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace orrery::cli {

bool output_is_terminal() {
    return isatty(STDOUT_FILENO) == 1;
}

void print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

report::Palette choose_palette(ColorChoice choice) {
    const auto variable = [](const char* name) {
        const char* const value = std::getenv(name);
        return std::string_view(value == nullptr ? "" : value);
    };
    const bool wanted =
        output_is_terminal() && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
    const bool colored =
        choice == ColorChoice::always || (choice == ColorChoice::automatic && wanted);
    return colored ? report::Palette::colored : report::Palette::plain;
}

}  // namespace orrery::cli
