#include "services/logs/pattern_regex.h"

#include "services/logs/pattern_cursor.h"

#include <re2/re2.h>

#include <string>

namespace orrery::logs {

namespace {

// [docs: FilterAndPatternSyntax, supported regular expressions]; the space is in an example there.
constexpr std::string_view symbols = ":_#=@/;,- ";
constexpr std::string_view operators = "^$?[]{}|\\*+.";
constexpr std::string_view classes = "dDsSwWtn";

bool is_one_of(char c, std::string_view set) {
    return set.find(c) != std::string_view::npos;
}

bool is_hex_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Copies what follows a backslash.
void copy_escape(PatternCursor& cursor, std::string& syntax) {
    const char kind = cursor.peek();
    if (cursor.at_end() || !(is_one_of(kind, operators) || is_one_of(kind, symbols) ||
                             is_one_of(kind, classes) || kind == 'x')) {
        invalid_pattern();
    }
    syntax.append("\\").append(cursor.take_characters(1));
    if (kind == 'x') {
        const std::string_view digits = cursor.take_characters(2);
        if (digits.size() != 2 || !is_hex_digit(digits[0]) || !is_hex_digit(digits[1])) {
            invalid_pattern();
        }
        syntax.append(digits);
    }
}

/// The same expression for RE2.
std::string re2_syntax(std::string_view text) {
    PatternCursor cursor(text);
    std::string syntax;
    while (!cursor.at_end()) {
        if (cursor.take("\\")) {
            copy_escape(cursor, syntax);
        } else if (cursor.take("{,")) {
            syntax += "{0,";  // RE2 knows no bound without a lower end
        } else if (is_letter_or_digit(cursor.peek()) || is_one_of(cursor.peek(), symbols) ||
                   is_one_of(cursor.peek(), operators)) {
            syntax += cursor.take_characters(1);
        } else {
            invalid_character(cursor.next_shown());
        }
    }
    return syntax;
}

}  // namespace

PatternRegex::PatternRegex(std::string_view text) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    compiled_ = std::make_shared<const re2::RE2>(re2_syntax(text), options);
    if (text.empty() || !compiled_->ok()) {
        invalid_pattern();
    }
}

bool PatternRegex::found_in(std::string_view text) const {
    // What functions print ends in a newline, and '$' means the end of the line [choice].
    if (text.ends_with('\n')) {
        text.remove_suffix(1);
    }
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

}  // namespace orrery::logs
