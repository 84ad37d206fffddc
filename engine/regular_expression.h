/// Regular expressions (Perl's syntax) over text, with a bound on the work a bad one may cause.
#pragma once

#include <optional>
#include <string>

namespace orrery {

/// Whether `pattern` occurs anywhere in `text`. A pattern that is wrong, or too costly for this
/// text, finds nothing.
bool regex_finds(const std::string& pattern, const std::string& text);
/// Whether it is all of `text`.
bool regex_matches(const std::string& pattern, const std::string& text);
/// What is wrong with `pattern`, or nothing.
std::optional<std::string> regex_problem(const std::string& pattern);

}  // namespace orrery
