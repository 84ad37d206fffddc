// CloudWatch Logs' filter patterns: the first line is the pattern, the rest a message. A pattern is
// refused as AWS does, or can be held against any message.
// iterations: 150000
#include "engine/ensure.h"
#include "services/aws/error.h"
#include "services/logs/filter_pattern.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace orrery;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    constexpr std::size_t longest_pattern = 1024;  // the model refuses longer ones
    const std::string_view text = input.substr(0, input.find('\n')).substr(0, longest_pattern);
    const std::string_view message = input.substr(text.size());
    try {
        const auto pattern = logs::parse_filter_pattern(text);
        const bool matches = pattern->matches(message);
        ENSURE(pattern->matches(message) == matches);
        const auto values = pattern->extract(message);
        ENSURE(pattern->has_fields() || values.empty());
        for (const auto& [selector, value] : values) {
            ENSURE(selector.starts_with('$'));
            if (pattern->is_selector(selector)) {
                ENSURE(pattern->field(message, selector).has_value());
            }
        }
    } catch (const aws::ApiError& error) {
        ENSURE(error.code() == "InvalidParameterException");
    }
    return 0;
}
