/// JSON text that is read from its beginning on, blanks passed over.
#pragma once

#include <string_view>

namespace orrery::aws {

/// `rest` is what has not been read.
struct JsonCursor {
    void skip_blanks() {
        const auto is_blank = [](char letter) {
            return letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t';
        };
        while (!rest.empty() && is_blank(rest.front())) {
            rest.remove_prefix(1);
        }
    }
    /// Whether `sign` comes now; then it has been read.
    bool take(char sign) {
        skip_blanks();
        const bool there = rest.starts_with(sign);
        rest.remove_prefix(there ? 1 : 0);
        return there;
    }
    /// Whether there is no more.
    bool at_end() {
        skip_blanks();
        return rest.empty();
    }

    std::string_view rest;
};

}  // namespace orrery::aws
