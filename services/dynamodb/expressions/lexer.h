/// Words and signs of an expression, with their places, for the parsers and for "Syntax error;
/// token:
/// ..., near: ...".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::dynamodb {

struct Token {
    enum class Kind : std::uint8_t {
        name,              // a, SET, contains
        name_placeholder,  // #a
        value,             // :a
        number,            // 12
        sign,              // ( ) [ ] , . = <> < <= > >= + -
        unknown,           // any other character
        end
    };
    Kind kind;
    std::string_view text;  // "<EOF>" at the end
    std::size_t begin;
    std::size_t end;
};

/// Reads on through an expression's tokens; `text` must outlive it.
class Tokens {
public:
    explicit Tokens(std::string_view text);

    const Token& peek() const { return tokens_[position_]; }
    bool at_end() const { return peek().kind == Token::Kind::end; }
    bool at_sign(std::string_view sign) const;
    /// `keyword` in capitals; an expression has it in any.
    bool at_keyword(std::string_view keyword) const;
    /// Whether it is the token after the next one.
    bool sign_follows(std::string_view sign) const;
    Token take() { return tokens_[at_end() ? position_ : position_++]; }
    /// Takes it if it is next.
    bool take_sign(std::string_view sign);
    bool take_keyword(std::string_view keyword);

    /// What is wrong with the next token: "Syntax error; token: "x", near: "a x b"".
    std::string syntax_error() const;

private:
    std::string_view text_;
    std::vector<Token> tokens_;  // the last is the end
    std::size_t position_ = 0;
};

/// `keyword` in capitals.
bool is_keyword(std::string_view text, std::string_view keyword);

}  // namespace orrery::dynamodb
