/// MySQL's lexical rules: a statement's text as tokens. It knows no grammar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::rds {

/// What of a session's sql_mode changes how text is read.
struct LexicalMode {
    bool ansi_quotes = false;           // "x" is an identifier
    bool no_backslash_escapes = false;  // '\' in a string is itself
    bool pipes_as_concat = false;       // || joins text
};

struct Token {
    enum class Kind : std::uint8_t {
        end,
        word,        // a keyword or bare identifier, as written
        identifier,  // in backticks (or ANSI quotes), without them
        string,      // decoded
        bytes,       // X'4D', 0x4D, b'01': the bytes
        integer,
        decimal,
        real,
        symbol,  // an operator or punctuation mark: "<=", "(", "@@"
    };

    Kind kind = Kind::end;
    std::string text;
    std::size_t begin = 0;  // where it stands in the statement's text
    std::size_t end = 0;
};

/// All tokens, the last of kind `end`. Throws MysqlError 1064 where the text cannot be read.
std::vector<Token> tokenize(std::string_view sql, const LexicalMode& mode);

/// Error 1064 at `position` of `sql`.
[[noreturn]] void fail_at(std::string_view sql, std::size_t position);

}  // namespace orrery::rds
