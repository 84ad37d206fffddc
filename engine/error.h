/// Errors that a user caused and can mend: what is wrong, where, and what to do.
#pragma once

#include <stdexcept>
#include <string>

namespace orrery {

/// A place in a file a user wrote. `line` and `column` count from 1; 0 means unknown.
struct Location {
    std::string file;
    int line = 0;
    int column = 0;

    /// "scenario.yaml:12:3"
    std::string text() const;
};

/// Input that was not understood: the process ends with exit status 2.
class UsageError : public std::runtime_error {
public:
    explicit UsageError(const std::string& message) : std::runtime_error(message) {}
    UsageError(const Location& where, const std::string& message)
        : std::runtime_error(where.text() + ": " + message) {}
};

}  // namespace orrery
