/// A cursor over a statement's tokens, with the questions that a recursive-descent parser asks.
#pragma once

#include "services/rds/sql/token.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::rds {

class TokenStream {
public:
    TokenStream(std::string_view sql, const LexicalMode& mode)
        : sql_(sql), mode_(mode), tokens_(tokenize(sql, mode)) {}

    const LexicalMode& mode() const { return mode_; }
    std::string_view sql() const { return sql_; }

    const Token& peek(std::size_t ahead = 0) const;
    Token take();
    bool at_end() const { return peek().kind == Token::Kind::end; }

    bool is_word(std::string_view word, std::size_t ahead = 0) const;
    bool is_symbol(std::string_view symbol, std::size_t ahead = 0) const;
    /// Takes the token if it is this one.
    bool accept_word(std::string_view word);
    bool accept_symbol(std::string_view symbol);
    /// Takes all of these words, or none.
    bool accept_words(std::initializer_list<std::string_view> words);
    /// Takes the token, or fails with a syntax error there.
    void expect_word(std::string_view word);
    void expect_symbol(std::string_view symbol);
    /// Takes the name of something; reserved words must be in backticks.
    std::string expect_name();
    bool at_name() const;
    /// Takes adjacent string literals as one.
    std::string expect_string();
    std::uint64_t expect_integer();

    /// Error 1064 at the next token.
    [[noreturn]] void fail() const;

    /// Counts how deep expressions and queries nest, so that no statement can exhaust the stack.
    class Nesting {
    public:
        explicit Nesting(TokenStream& tokens);
        ~Nesting() { --tokens_.depth_; }
        Nesting(const Nesting&) = delete;
        Nesting& operator=(const Nesting&) = delete;

    private:
        TokenStream& tokens_;
    };

private:
    std::string_view sql_;
    LexicalMode mode_;
    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    int depth_ = 0;
};

}  // namespace orrery::rds
