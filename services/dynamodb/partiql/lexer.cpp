#include "services/dynamodb/partiql/lexer.h"

#include "services/dynamodb/characters.h"
#include "services/dynamodb/partiql/reader.h"

#include <algorithm>
#include <array>

namespace orrery::dynamodb::partiql {

namespace {

bool is_word(char character) {
    return is_letter(character) || is_digit(character) || character == '_' || character == '$';
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : rest_(text) {}

    Token next() {
        rest_.remove_prefix(static_cast<std::size_t>(
            std::find_if_not(rest_.begin(), rest_.end(), is_blank) - rest_.begin()));
        if (rest_.empty()) {
            return {Token::Kind::end, "end of statement"};
        }
        const char first = rest_.front();
        if (first == '\'' || first == '"') {
            return {first == '"' ? Token::Kind::quoted_name : Token::Kind::text, quoted(first)};
        }
        if (is_digit(first) || (first == '.' && rest_.size() > 1 && is_digit(rest_[1]))) {
            return {Token::Kind::number, take(number_length())};
        }
        if (is_word(first)) {
            return {Token::Kind::name,
                    take(static_cast<std::size_t>(
                        std::find_if_not(rest_.begin(), rest_.end(), is_word) - rest_.begin()))};
        }
        if (first == '?') {
            return {Token::Kind::parameter, take(1)};
        }
        return sign();
    }

private:
    std::string take(std::size_t length) {
        std::string taken(rest_.substr(0, length));
        rest_.remove_prefix(length);
        return taken;
    }

    /// A doubled quote within stands for one.
    std::string quoted(char quote) {
        std::string text;
        for (std::size_t index = 1; index < rest_.size(); ++index) {
            if (rest_[index] == quote && (index + 1 == rest_.size() || rest_[index + 1] != quote)) {
                rest_.remove_prefix(index + 1);
                return text;
            }
            text += rest_[index];
            index += rest_[index] == quote ? 1U : 0U;
        }
        malformed("a quote is not closed");
    }

    std::size_t number_length() const {
        std::size_t length = 0;
        const auto skip_digits = [&] {
            while (length < rest_.size() && is_digit(rest_[length])) {
                ++length;
            }
        };
        skip_digits();
        if (length < rest_.size() && rest_[length] == '.') {
            ++length;
            skip_digits();
        }
        if (length + 1 < rest_.size() && (rest_[length] == 'e' || rest_[length] == 'E')) {
            const bool sign = rest_[length + 1] == '-' || rest_[length + 1] == '+';
            if (length + (sign ? 2U : 1U) < rest_.size() &&
                is_digit(rest_[length + (sign ? 2U : 1U)])) {
                length += sign ? 2U : 1U;
                skip_digits();
            }
        }
        return length;
    }

    Token sign() {
        constexpr std::array<std::string_view, 21> signs = {
            "<<", ">>", "<>", "!=", "<=", ">=", "=", "<", ">", "(", ")",
            "[",  "]",  "{",  "}",  ",",  ".",  ":", "+", "-", "*"};
        for (const std::string_view sign : signs) {
            if (rest_.starts_with(sign)) {
                return {Token::Kind::sign, take(sign.size())};
            }
        }
        malformed("unexpected character");
    }

    std::string_view rest_;
};

}  // namespace

std::vector<Token> read_tokens(std::string_view statement) {
    Lexer lexer(statement);
    std::vector<Token> tokens;
    do {
        tokens.push_back(lexer.next());
    } while (tokens.back().kind != Token::Kind::end);
    return tokens;
}

}  // namespace orrery::dynamodb::partiql
