/// The regular expressions of filter patterns, between '%'s: a small part of the usual syntax.
#pragma once

#include <memory>
#include <string_view>

namespace re2 {
class RE2;
}

namespace orrery::logs {

class PatternRegex {
public:
    /// Throws ApiError for what CloudWatch Logs does not support: parentheses, most symbols, bytes
    /// outside ASCII.
    explicit PatternRegex(std::string_view text);

    /// Whether it matches somewhere in `text`.
    bool found_in(std::string_view text) const;

private:
    std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace orrery::logs
