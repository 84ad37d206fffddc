#include "services/rds/sql/token.h"

#include "services/rds/mysql_error.h"
#include "services/rds/sql/text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace orrery::rds {

namespace {

/// Executable comments up to this version are read as text [MySQL manual: comments].
constexpr unsigned server_version = 80043;

/// Longest first, so that "<=>" is not read as "<=" and ">".
constexpr std::array<std::string_view, 18> symbols{"->>",
                                                   "<=>",
                                                   "!=",
                                                   "&&",
                                                   "->",
                                                   ":=",
                                                   "<<",
                                                   "<=",
                                                   "<>",
                                                   ">=",
                                                   ">>",
                                                   "@@",
                                                   "||",
                                                   "(",
                                                   ")",
                                                   ",",
                                                   ";",
                                                   "."};
constexpr std::string_view single_symbols = "!%&*+-/:<=>?@^{|}~";

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

bool is_word(char letter) {
    return is_digit(letter) || (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z') || letter == '_' || letter == '$' ||
           static_cast<unsigned char>(letter) >= 0x80;
}

bool is_blank(char letter) {
    return letter == ' ' || (letter >= '\t' && letter <= '\r');
}

std::optional<unsigned> hex_value(char letter) {
    if (is_digit(letter)) {
        return static_cast<unsigned>(letter - '0');
    }
    const auto lower = static_cast<char>(letter | 0x20);
    if (lower >= 'a' && lower <= 'f') {
        return static_cast<unsigned>(lower - 'a' + 10);
    }
    return std::nullopt;
}

class Tokenizer {
public:
    Tokenizer(std::string_view sql, const LexicalMode& mode) : sql_(sql), mode_(mode) {}

    std::vector<Token> run() {
        for (skip_blanks(); at_ < sql_.size(); skip_blanks()) {
            begin_ = at_;
            read_token();
        }
        if (in_executable_comment_) {
            fail_at(sql_, sql_.size());
        }
        begin_ = at_;
        add(Token::Kind::end, "");
        return std::move(tokens_);
    }

private:
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0';
    }
    bool looking_at(std::string_view text) const { return sql_.substr(at_).starts_with(text); }
    void add(Token::Kind kind, std::string text) {
        tokens_.push_back({kind, std::move(text), begin_, at_});
    }

    void skip_line() { at_ = std::min(sql_.find('\n', at_), sql_.size()); }

    void skip_blanks() {
        while (at_ < sql_.size()) {
            if (is_blank(peek())) {
                ++at_;
            } else if (peek() == '#') {
                skip_line();
            } else if (looking_at("--") && (at_ + 2 == sql_.size() || is_blank(peek(2)))) {
                skip_line();
            } else if (in_executable_comment_ && looking_at("*/")) {
                in_executable_comment_ = false;
                at_ += 2;
            } else if (looking_at("/*")) {
                skip_comment();
            } else {
                return;
            }
        }
    }

    void skip_comment() {
        if (peek(2) == '!' && !in_executable_comment_) {
            auto digits = at_ + 3;
            unsigned version = 0;
            while (digits < sql_.size() && is_digit(sql_[digits]) && digits < at_ + 9) {
                version = version * 10 + static_cast<unsigned>(sql_[digits] - '0');
                ++digits;
            }
            if (version <= server_version) {
                in_executable_comment_ = true;
                at_ = digits;
                return;
            }
        }
        const auto close = sql_.find("*/", at_ + 2);
        if (close == std::string_view::npos) {
            fail_at(sql_, at_);
        }
        at_ = close + 2;
    }

    void read_token() {
        const char letter = peek();
        if (letter == '\'' || (letter == '"' && !mode_.ansi_quotes)) {
            return read_string();
        }
        if (letter == '`' || letter == '"') {
            return read_quoted_identifier();
        }
        if (is_digit(letter) || (letter == '.' && is_digit(peek(1)) && !follows_name())) {
            return read_number();
        }
        if (is_word(letter)) {
            return read_word();
        }
        for (const auto symbol : symbols) {
            if (looking_at(symbol)) {
                at_ += symbol.size();
                return add(Token::Kind::symbol, std::string(symbol));
            }
        }
        if (single_symbols.find(letter) == std::string_view::npos) {
            fail_at(sql_, at_);
        }
        ++at_;
        add(Token::Kind::symbol, std::string(1, letter));
    }

    /// "t.1" continues a name; "+.1" begins a number.
    bool follows_name() const {
        return !tokens_.empty() && tokens_.back().end == begin_ &&
               (tokens_.back().kind == Token::Kind::word ||
                tokens_.back().kind == Token::Kind::identifier);
    }

    void read_string() {
        const char quote = sql_[at_++];
        std::string text;
        for (;;) {
            if (at_ >= sql_.size()) {
                fail_at(sql_, begin_);
            }
            const char letter = sql_[at_++];
            if (letter == quote) {
                if (peek() != quote) {
                    break;
                }
                ++at_;
                text += quote;
            } else if (letter == '\\' && !mode_.no_backslash_escapes) {
                read_escape(text);
            } else {
                text += letter;
            }
        }
        add(Token::Kind::string, std::move(text));
    }

    void read_escape(std::string& text) {
        if (at_ >= sql_.size()) {
            fail_at(sql_, begin_);
        }
        const char letter = sql_[at_++];
        switch (letter) {
            case '0': text += '\0'; break;
            case 'b': text += '\b'; break;
            case 'n': text += '\n'; break;
            case 'r': text += '\r'; break;
            case 't': text += '\t'; break;
            case 'Z': text += '\x1a'; break;
            case '%':
            case '_':
                // Kept as two characters, for LIKE to see the escape.
                text += '\\';
                text += letter;
                break;
            default: text += letter;
        }
    }

    void read_quoted_identifier() {
        const char quote = sql_[at_++];
        std::string text;
        for (;;) {
            if (at_ >= sql_.size()) {
                fail_at(sql_, begin_);
            }
            const char letter = sql_[at_++];
            if (letter == quote) {
                if (peek() != quote) {
                    break;
                }
                ++at_;
            }
            text += letter;
        }
        if (text.empty() || text.find('\0') != std::string::npos) {
            fail_at(sql_, begin_);
        }
        add(Token::Kind::identifier, std::move(text));
    }

    void read_number() {
        if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'b') && read_prefixed_number()) {
            return;
        }
        Token::Kind kind = Token::Kind::integer;
        skip_digits();
        if (peek() == '.') {
            kind = Token::Kind::decimal;
            ++at_;
            skip_digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
            if (is_digit(peek(1 + sign))) {
                kind = Token::Kind::real;
                at_ += 1 + sign;
                skip_digits();
            }
        }
        if (kind == Token::Kind::integer && is_word(peek())) {
            return read_word();  // an identifier may begin with digits
        }
        add(kind, std::string(sql_.substr(begin_, at_ - begin_)));
    }

    void skip_digits() {
        while (is_digit(peek())) {
            ++at_;
        }
    }

    bool read_prefixed_number() {
        const bool hexadecimal = peek(1) == 'x';
        auto end = at_ + 2;
        while (end < sql_.size() && is_word(sql_[end])) {
            ++end;
        }
        const auto digits = sql_.substr(at_ + 2, end - at_ - 2);
        auto bytes = hexadecimal ? from_hex(digits) : from_bits(digits);
        if (!bytes || digits.empty()) {
            return false;
        }
        at_ = end;
        add(Token::Kind::bytes, *std::move(bytes));
        return true;
    }

    void read_word() {
        while (is_word(peek())) {
            ++at_;
        }
        const auto word = sql_.substr(begin_, at_ - begin_);
        if (peek() == '\'' && word.size() == 1 &&
            std::string_view("nNxXbB").find(word[0]) != std::string_view::npos) {
            return read_prefixed_string(static_cast<char>(word[0] | 0x20));
        }
        if (word[0] == '_' && (peek() == '\'' || peek() == '"') && !mode_.ansi_quotes) {
            const auto character_set = to_lower(word.substr(1));
            if (character_set == "utf8mb4" || character_set == "utf8" ||
                character_set == "utf8mb3") {
                return read_string();
            }
            throw not_supported("character set introducer " + std::string(word));
        }
        add(Token::Kind::word, std::string(word));
    }

    void read_prefixed_string(char prefix) {
        read_string();
        if (prefix == 'n') {
            return;
        }
        Token& token = tokens_.back();
        auto bytes = prefix == 'x' && token.text.size() % 2 != 0 ? std::nullopt
                     : prefix == 'x'                             ? from_hex(token.text)
                                                                 : from_bits(token.text);
        if (!bytes) {
            fail_at(sql_, begin_);
        }
        token.kind = Token::Kind::bytes;
        token.text = *std::move(bytes);
    }

    static std::optional<std::string> from_hex(std::string_view digits) {
        std::string bytes;
        unsigned byte = 0;
        for (std::size_t index = 0; index < digits.size(); ++index) {
            const auto digit = hex_value(digits[index]);
            if (!digit) {
                return std::nullopt;
            }
            byte = byte << 4U | *digit;
            if ((digits.size() - index) % 2 == 1) {
                bytes += static_cast<char>(byte);
                byte = 0;
            }
        }
        return bytes;
    }

    static std::optional<std::string> from_bits(std::string_view digits) {
        std::string bytes;
        unsigned byte = 0;
        for (std::size_t index = 0; index < digits.size(); ++index) {
            if (digits[index] != '0' && digits[index] != '1') {
                return std::nullopt;
            }
            byte = byte << 1U | static_cast<unsigned>(digits[index] - '0');
            if ((digits.size() - index) % 8 == 1) {
                bytes += static_cast<char>(byte);
                byte = 0;
            }
        }
        return bytes;
    }

    std::string_view sql_;
    LexicalMode mode_;
    std::size_t at_ = 0;
    std::size_t begin_ = 0;
    bool in_executable_comment_ = false;
    std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view sql, const LexicalMode& mode) {
    return Tokenizer(sql, mode).run();
}

void fail_at(std::string_view sql, std::size_t position) {
    const auto line =
        1 + std::count(sql.begin(), sql.begin() + static_cast<std::ptrdiff_t>(position), '\n');
    throw syntax_error(sql.substr(position), static_cast<std::size_t>(line));
}

}  // namespace orrery::rds
