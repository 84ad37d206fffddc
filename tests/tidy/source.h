/// Source files as the tidy test reads them: the tree, and helpers that find words in code but not
/// in comments.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::tidy {

struct File {
    std::string path;  // relative to the tree, with '/'
    std::string text;
};
using Tree = std::vector<File>;

/// The floors of the house from the bottom, and the tests on top.
inline const std::vector<std::string> floors{
    "engine", "services", "handlers", "scenarios", "tools", "tests"};

/// Every text file on the floors and in docs/, sorted by path.
Tree read_tree(const std::string& root);

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings);
bool is_cpp(const File& file);
std::vector<std::string> split(std::string_view text, char separator);
/// The number of the line, from 1, that `position` lies in.
std::size_t line_at(std::string_view text, std::size_t position);
bool is_word_character(char c);

/// Where `name` stands in `text` by itself: "rand(" is found in "= rand()", not in "operand()" or
/// "x.rand()", and
/// "/bin/" in "cd /bin/", not in "usr/bin/".
std::vector<std::size_t> places_of(std::string_view name, std::string_view text);

enum class Keep : std::uint8_t { strings, code_only };

/// C++ source with its comments (and, for code_only, its literals) replaced by blanks; lines stay
/// where they are.
std::string blanked(std::string_view source, Keep keep);

}  // namespace orrery::tidy
