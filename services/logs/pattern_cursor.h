/// Reads the text of a filter pattern from left to right; what all three grammars share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace orrery::logs {

/// InvalidParameterException "Invalid filter pattern".
[[noreturn]] void invalid_pattern();
/// InvalidParameterException "Invalid character(s) in term ':'".
[[noreturn]] void invalid_character(std::string_view characters);

bool is_letter_or_digit(char c);

class PatternCursor {
public:
    explicit PatternCursor(std::string_view text) : left_(text) {}

    bool at_end() const { return left_.empty(); }
    /// The next character; '\0' at the end.
    char peek() const { return left_.empty() ? '\0' : left_.front(); }
    void skip_spaces();
    /// Skips `token` if it comes next.
    bool take(std::string_view token);
    /// The same for a word in capitals that no letter or digit follows.
    bool take_word(std::string_view word);
    /// Throws unless `token` comes next.
    void expect(std::string_view token);
    /// The next `size` characters.
    std::string_view take_characters(std::size_t size);
    /// The characters from here on that `belongs` accepts.
    template <typename Predicate>
    std::string_view take_while(Predicate belongs) {
        std::size_t size = 0;
        while (size < left_.size() && belongs(left_[size])) {
            ++size;
        }
        return take_characters(size);
    }
    /// A text between double quotes, which come next; \" and \\ stand for themselves.
    std::string take_quoted();
    /// What lies between two '%', which come next.
    std::string_view take_regex();
    /// The next character as a message shows it: all bytes of one that is not ASCII.
    std::string_view next_shown() const;

private:
    std::string_view left_;
};

}  // namespace orrery::logs
