#include "services/logs/pattern_cursor.h"

#include "services/aws/error.h"

namespace orrery::logs {

void invalid_pattern() {
    throw aws::ApiError("InvalidParameterException", "Invalid filter pattern");
}

// The wording is quoted, with single characters, in dougmoscrop/serverless-plugin-log-subscription
// 47 and DefangLabs/defang 1008.
void invalid_character(std::string_view characters) {
    throw aws::ApiError("InvalidParameterException",
                        "Invalid character(s) in term '" + std::string(characters) + "'");
}

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void PatternCursor::skip_spaces() {
    take_while([](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
}

bool PatternCursor::take(std::string_view token) {
    if (!left_.starts_with(token)) {
        return false;
    }
    left_.remove_prefix(token.size());
    return true;
}

bool PatternCursor::take_word(std::string_view word) {
    if (!left_.starts_with(word) ||
        (left_.size() > word.size() && is_letter_or_digit(left_[word.size()]))) {
        return false;
    }
    left_.remove_prefix(word.size());
    return true;
}

void PatternCursor::expect(std::string_view token) {
    if (!take(token)) {
        invalid_pattern();
    }
}

std::string_view PatternCursor::take_characters(std::size_t size) {
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(taken.size());
    return taken;
}

std::string PatternCursor::take_quoted() {
    expect("\"");
    std::string text;
    while (!take("\"")) {
        if (left_.size() >= 2 && left_[0] == '\\' && (left_[1] == '"' || left_[1] == '\\')) {
            left_.remove_prefix(1);
        }
        if (at_end()) {
            invalid_pattern();
        }
        text += take_characters(1);
    }
    return text;
}

std::string_view PatternCursor::take_regex() {
    expect("%");
    const std::string_view text = take_while([](char c) { return c != '%'; });
    expect("%");
    return text;
}

std::string_view PatternCursor::next_shown() const {
    std::size_t size = 1;
    while (size < left_.size() && (static_cast<unsigned char>(left_[size]) & 0xC0) == 0x80) {
        ++size;
    }
    return left_.substr(0, size);
}

}  // namespace orrery::logs
