#include "engine/regular_expression.h"

#include <boost/regex.hpp>

#include <stdexcept>

namespace orrery {

// Not std::regex: its matcher recurses once for each character, so that long text ends the process.

bool regex_finds(const std::string& pattern, const std::string& text) {
    try {
        return boost::regex_search(text, boost::regex(pattern));
    } catch (const std::runtime_error&) {
        return false;
    }
}

bool regex_matches(const std::string& pattern, const std::string& text) {
    try {
        return boost::regex_match(text, boost::regex(pattern));
    } catch (const std::runtime_error&) {
        return false;
    }
}

std::optional<std::string> regex_problem(const std::string& pattern) {
    try {
        const boost::regex compiled(pattern);
        return std::nullopt;
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

}  // namespace orrery
