/// For operations with a quick way from text to text, which are held against the usual one.
#pragma once

#include <string>

namespace orrery::test {

/// The same request: a member that the model does not know is dropped, and only the usual way does
/// that.
inline std::string for_the_usual_way(std::string body) {
    const auto brace = body.find('{');
    if (brace != std::string::npos) {
        const bool empty = body.find_first_not_of(" \n", brace + 1) == body.find('}', brace);
        body.insert(brace + 1, empty ? R"("Unheard":1)" : R"("Unheard":1,)");
    }
    return body;
}

}  // namespace orrery::test
