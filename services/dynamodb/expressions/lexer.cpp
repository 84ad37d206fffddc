#include "services/dynamodb/expressions/lexer.h"

#include "services/dynamodb/characters.h"

#include <algorithm>

namespace orrery::dynamodb {

namespace {

bool is_word(char character) {
    return is_letter(character) || is_digit(character) || character == '_';
}

bool continues_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// The token that `rest`, which begins with no blank, begins with.
std::pair<Token::Kind, std::size_t> token_at(std::string_view rest) {
    const auto length_of = [&](auto belongs) {
        const auto end = std::find_if_not(rest.begin() + 1, rest.end(), belongs);
        return static_cast<std::size_t>(end - rest.begin());
    };
    const char first = rest.front();
    if (is_letter(first)) {
        return {Token::Kind::name, length_of(is_word)};
    }
    if (is_digit(first)) {
        return {Token::Kind::number, length_of(is_digit)};
    }
    if ((first == '#' || first == ':') && rest.size() > 1 && is_word(rest[1])) {
        return {first == '#' ? Token::Kind::name_placeholder : Token::Kind::value,
                length_of(is_word)};
    }
    for (const std::string_view sign : {"<>", "<=", ">="}) {
        if (rest.starts_with(sign)) {
            return {Token::Kind::sign, 2};
        }
    }
    if (std::string_view("()[],.=<>+-").find(first) != std::string_view::npos) {
        return {Token::Kind::sign, 1};
    }
    return {Token::Kind::unknown, length_of(continues_character)};
}

}  // namespace

Tokens::Tokens(std::string_view text) : text_(text) {
    for (std::size_t begin = 0; begin < text.size();) {
        if (is_blank(text[begin])) {
            ++begin;
            continue;
        }
        const auto [kind, length] = token_at(text.substr(begin));
        tokens_.push_back({kind, text.substr(begin, length), begin, begin + length});
        begin += length;
    }
    const std::size_t end = tokens_.empty() ? 0 : tokens_.back().end;
    tokens_.push_back({Token::Kind::end, "<EOF>", end, end});
}

bool Tokens::at_sign(std::string_view sign) const {
    return peek().kind == Token::Kind::sign && peek().text == sign;
}

bool Tokens::sign_follows(std::string_view sign) const {
    const Token& token = tokens_[std::min(position_ + 1, tokens_.size() - 1)];
    return token.kind == Token::Kind::sign && token.text == sign;
}

bool Tokens::at_keyword(std::string_view keyword) const {
    return peek().kind == Token::Kind::name && is_keyword(peek().text, keyword);
}

bool Tokens::take_sign(std::string_view sign) {
    const bool here = at_sign(sign);
    position_ += here ? 1U : 0U;
    return here;
}

bool Tokens::take_keyword(std::string_view keyword) {
    const bool here = at_keyword(keyword);
    position_ += here ? 1U : 0U;
    return here;
}

std::string Tokens::syntax_error() const {
    // From the token before it to the one after it, as they are written. [dyl; public reports]
    const std::size_t from = position_ > 0 ? tokens_[position_ - 1].begin : 0;
    const Token& last = at_end() ? peek() : tokens_[position_ + 1];
    return "Syntax error; token: \"" + std::string(peek().text) + "\", near: \"" +
           std::string(text_.substr(from, last.end - from)) + "\"";
}

bool is_keyword(std::string_view text, std::string_view keyword) {
    return std::equal(
        text.begin(), text.end(), keyword.begin(), keyword.end(), [](char left, char right) {
            return (left >= 'a' && left <= 'z' ? left - 'a' + 'A' : left) == right;
        });
}

}  // namespace orrery::dynamodb
