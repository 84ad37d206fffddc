#include "services/cloudformation/substitution.h"

namespace orrery::cloudformation {

std::vector<SubstitutionPart> parse_substitution(std::string_view text, const Location& where) {
    std::vector<SubstitutionPart> parts;
    while (!text.empty()) {
        const auto begin = text.find("${");
        if (begin == std::string_view::npos) {
            parts.push_back({false, std::string(text)});
            break;
        }
        const auto end = text.find('}', begin);
        if (end == std::string_view::npos) {
            throw UsageError(where, "Fn::Sub: ${ without its }; a literal ${ is written ${!...}");
        }
        if (begin > 0) {
            parts.push_back({false, std::string(text.substr(0, begin))});
        }
        std::string_view name = text.substr(begin + 2, end - begin - 2);
        if (name.starts_with('!')) {
            parts.push_back({false, "${" + std::string(name.substr(1)) + "}"});
        } else {
            while (name.starts_with(' ')) {
                name.remove_prefix(1);
            }
            while (name.ends_with(' ')) {
                name.remove_suffix(1);
            }
            if (name.empty()) {
                throw UsageError(where, "Fn::Sub: ${} names nothing");
            }
            parts.push_back({true, std::string(name)});
        }
        text.remove_prefix(end + 1);
    }
    return parts;
}

}  // namespace orrery::cloudformation
