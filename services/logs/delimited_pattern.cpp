#include "services/logs/delimited_pattern.h"

#include <algorithm>

namespace orrery::logs {

namespace {

constexpr std::string_view blanks = " \t\r\n";

/// A field of a message: where it begins and what it is without quotes or brackets.
struct Piece {
    std::size_t begin;
    std::string_view text;
};

/// "Characters between brackets and double quotation marks are considered single fields" [docs:
/// FilterAndPatternSyntax].
std::vector<Piece> pieces_of(std::string_view message) {
    std::vector<Piece> pieces;
    std::size_t at = message.find_first_not_of(blanks);
    while (at != std::string_view::npos) {
        const char close = message[at] == '"' ? '"' : message[at] == '[' ? ']' : '\0';
        const std::size_t closed =
            close == '\0' ? std::string_view::npos : message.find(close, at + 1);
        std::size_t end = 0;
        if (closed != std::string_view::npos) {
            pieces.push_back({at, message.substr(at + 1, closed - at - 1)});
            end = closed + 1;
        } else {
            end = std::min(message.find_first_of(blanks, at), message.size());
            pieces.push_back({at, message.substr(at, end - at)});
        }
        at = message.find_first_not_of(blanks, end);
    }
    return pieces;
}

bool is_name(char c) {
    return is_letter_or_digit(c) || c == '_' || c == '-';
}

}  // namespace

DelimitedPattern::Leaf DelimitedPattern::read_leaf(PatternCursor& cursor) {
    cursor.skip_spaces();
    Leaf leaf{std::string(cursor.take_while(is_name)), {}};
    if (leaf.name.empty()) {
        if (cursor.at_end()) {
            invalid_pattern();
        }
        invalid_character(cursor.next_shown());
    }
    cursor.skip_spaces();
    const char next = cursor.peek();
    if (next == '=' || next == '!' || next == '<' || next == '>') {
        leaf.condition = PatternCondition::read(cursor);
    }
    return leaf;
}

void DelimitedPattern::read_field(PatternCursor& cursor) {
    cursor.skip_spaces();
    if (cursor.take("...")) {
        if (ellipsis_) {
            invalid_pattern();
        }
        ellipsis_ = fields_.size();
        cursor.skip_spaces();
        return;
    }
    Field field;
    if (!cursor.at_end() && cursor.peek() != ',') {
        field.conditions = PatternExpression<Leaf>::read(cursor, read_leaf);
        field.conditions->each_leaf([&](const Leaf& leaf) {
            if (!field.name.empty() && leaf.name != field.name) {
                invalid_pattern();  // conditions joined with && or || are of one field
            }
            field.name = leaf.name;
            regexes_ += leaf.condition && leaf.condition->has_regex() ? 1 : 0;
        });
    }
    fields_.push_back(std::move(field));
}

DelimitedPattern::DelimitedPattern(std::string_view text) {
    PatternCursor cursor(text);
    cursor.skip_spaces();
    if (cursor.at_end()) {
        invalid_pattern();
    }
    do {
        read_field(cursor);
    } while (cursor.take(","));
    if (!cursor.at_end()) {
        invalid_character(cursor.next_shown());
    }
}

std::optional<std::vector<DelimitedPattern::Word>> DelimitedPattern::assign(
    std::string_view message) const {
    const std::vector<Piece> pieces = pieces_of(message);
    if (pieces.size() < fields_.size()) {
        return std::nullopt;
    }
    std::vector<Word> words;
    words.reserve(pieces.size());
    for (const Piece& piece : pieces) {
        words.push_back({piece.text});
    }
    const std::size_t leading = ellipsis_.value_or(fields_.size());
    for (std::size_t index = 0; index < leading; ++index) {
        words[index].field = &fields_[index];
    }
    for (std::size_t left = fields_.size() - leading; left > 0; --left) {
        words[words.size() - left].field = &fields_[fields_.size() - left];
    }
    if (!ellipsis_ && words.size() > fields_.size()) {
        // The last field is all the rest: [w1=ERROR, w2] matches lines of seven words [docs:
        // FilterAndPatternSyntax].
        const std::size_t begin = pieces[fields_.size() - 1].begin;
        words.resize(fields_.size());
        words.back().text = message.substr(begin, message.find_last_not_of(blanks) + 1 - begin);
    }
    return words;
}

bool DelimitedPattern::matches(std::string_view message) const {
    const auto words = assign(message);
    return words && std::all_of(words->begin(), words->end(), [](const Word& word) {
               if (word.field == nullptr || !word.field->conditions) {
                   return true;
               }
               const FieldValue value{std::string(word.text), parse_number(word.text)};
               return word.field->conditions->holds([&](const Leaf& leaf) {
                   return !leaf.condition || leaf.condition->holds(value);
               });
           });
}

ExtractedValues DelimitedPattern::extract(std::string_view message) const {
    ExtractedValues values;
    if (const auto words = assign(message)) {
        for (std::size_t index = 0; index < words->size(); ++index) {
            const Word& word = (*words)[index];
            const bool named = word.field != nullptr && !word.field->name.empty();
            values.emplace("$" + (named ? word.field->name : std::to_string(index + 1)), word.text);
        }
    }
    return values;
}

bool DelimitedPattern::is_selector(std::string_view selector) const {
    return selector.starts_with('$') &&
           std::any_of(fields_.begin(), fields_.end(), [&](const Field& field) {
               return !field.name.empty() && field.name == selector.substr(1);
           });
}

std::optional<std::string> DelimitedPattern::field(std::string_view message,
                                                   std::string_view selector) const {
    ExtractedValues values = extract(message);
    const auto found = values.find(std::string(selector));
    return found == values.end() ? std::nullopt : std::optional(std::move(found->second));
}

}  // namespace orrery::logs
