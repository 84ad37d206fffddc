#include "tools/report/event_field.h"

#include "tools/report/text.h"

#include <nlohmann/json.hpp>

namespace orrery::report {

std::string raw_field(const Json& data, const char* name) {
    const auto found = data.find(name);
    if (found == data.end()) {
        return {};
    }
    return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string field(const Json& data, const char* name) {
    constexpr std::size_t longest = 160;
    return one_line(raw_field(data, name), longest);
}

std::string where_given(const char* before, const Json& data, const char* name, const char* after) {
    const std::string text = field(data, name);
    return text.empty() ? text : before + text + after;
}

}  // namespace orrery::report
