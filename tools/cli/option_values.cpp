#include "tools/cli/option_values.h"

#include "engine/error.h"

#include <charconv>

namespace orrery::cli {

Duration read_until(const std::string& text) {
    const auto duration = parse_duration(text);
    if (!duration) {
        throw UsageError("--until: '" + text + "' is not a duration such as 90s, 1m30s or 2h");
    }
    return *duration;
}

std::uint64_t read_seed(const std::string& text) {
    std::uint64_t seed = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, seed);
    if (error != std::errc() || stop != end) {
        throw UsageError("--seed: '" + text +
                         "' is not a whole number from 0 to 18446744073709551615");
    }
    return seed;
}

ColorChoice read_color(const std::string& text) {
    if (text == "auto") {
        return ColorChoice::automatic;
    }
    if (text != "always" && text != "never") {
        throw UsageError("--color: '" + text + "' is not auto, always or never");
    }
    return text == "always" ? ColorChoice::always : ColorChoice::never;
}

}  // namespace orrery::cli
