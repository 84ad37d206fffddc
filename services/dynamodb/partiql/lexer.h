/// Words and signs of a PartiQL statement.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::dynamodb::partiql {

struct Token {
    enum class Kind : std::uint8_t {
        name,         // a, SELECT
        quoted_name,  // "a"
        text,         // 'a'
        number,       // 1.5e3
        parameter,    // ?
        sign,
        end
    };
    Kind kind = Kind::end;
    std::string text;  // without quotes
};

/// The last is the end. Throws ApiError for characters that no statement has.
std::vector<Token> read_tokens(std::string_view statement);

}  // namespace orrery::dynamodb::partiql
