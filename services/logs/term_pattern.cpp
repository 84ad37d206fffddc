#include "services/logs/term_pattern.h"

#include "services/logs/pattern_cursor.h"

#include <algorithm>

namespace orrery::logs {

namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// A term, quoted or bare: "terms that include characters other than alphanumeric or underscore
/// must be placed inside double quotes" [docs: FilterAndPatternSyntax].
std::string read_term(PatternCursor& cursor) {
    if (cursor.peek() == '"') {
        std::string phrase = cursor.take_quoted();
        if (phrase.empty()) {
            invalid_character("\"\"");  // DefangLabs/defang 1008
        }
        return phrase;
    }
    const std::string_view term =
        cursor.take_while([](char c) { return is_letter_or_digit(c) || c == '_'; });
    if (term.empty() && (cursor.at_end() || is_space(cursor.peek()))) {
        invalid_pattern();
    }
    return std::string(term);
}

void end_term(const PatternCursor& cursor) {
    if (!cursor.at_end() && !is_space(cursor.peek()) && cursor.peek() != '"') {
        invalid_character(cursor.next_shown());
    }
}

}  // namespace

TermPattern::TermPattern(std::string_view text) {
    PatternCursor cursor(text);
    if (cursor.peek() == '%') {  // stands alone [docs]
        regex_.emplace(cursor.take_regex());
        if (!cursor.at_end()) {
            invalid_pattern();
        }
        return;
    }
    while (!cursor.at_end()) {
        std::vector<std::string>* list = &wanted_;
        if (cursor.take("-")) {
            list = &unwanted_;
            cursor.skip_spaces();  // `"ERROR" - "Exiting"` [docs: older FilterAndPatternSyntax]
        } else if (cursor.take("?")) {
            list = &optional_;
        }
        list->push_back(read_term(cursor));
        end_term(cursor);
        cursor.skip_spaces();
    }
    if (!wanted_.empty() || !unwanted_.empty()) {
        // "If you combine ? with other filter patterns, all question mark terms will be ignored"
        // [docs: FilterAndPatternSyntax].
        optional_.clear();
    }
    // " " matches everything [docs].
    std::erase_if(wanted_, [](const std::string& term) {
        return std::all_of(term.begin(), term.end(), is_space);
    });
}

bool TermPattern::matches(std::string_view message) const {
    const auto has = [&](const std::string& term) {
        return message.find(term) != std::string_view::npos;
    };
    if (regex_) {
        return regex_->found_in(message);
    }
    return std::all_of(wanted_.begin(), wanted_.end(), has) &&
           std::none_of(unwanted_.begin(), unwanted_.end(), has) &&
           (optional_.empty() || std::any_of(optional_.begin(), optional_.end(), has));
}

}  // namespace orrery::logs
