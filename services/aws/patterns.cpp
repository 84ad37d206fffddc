#include "services/aws/patterns.h"

#include <re2/re2.h>

#include <map>
#include <memory>

namespace orrery::aws {

bool matches_pattern(const std::string& pattern, std::string_view text) {
    // There are as many as the models have, so nothing need ever be dropped.
    static std::map<std::string, std::unique_ptr<const re2::RE2>, std::less<>> compiled;
    auto found = compiled.find(pattern);
    if (found == compiled.end()) {
        re2::RE2::Options options;
        options.set_log_errors(false);
        found = compiled.emplace(pattern, std::make_unique<const re2::RE2>(pattern, options)).first;
    }
    return !found->second->ok() ||
           re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *found->second);
}

}  // namespace orrery::aws
