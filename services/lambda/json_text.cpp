#include "services/lambda/json_text.h"

#include <charconv>
#include <cstdint>

namespace orrery::lambda {

namespace {

/// Reads over JSON as RFC 8259 has it.
class Scanner {
public:
    Scanner(const char* at, const char* end) : at_(at), end_(end) {}

    const char* at() const { return at_; }
    bool done() const { return at_ == end_; }

    void blanks() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) {
            ++at_;
        }
    }
    bool take(char letter) {
        if (at_ == end_ || *at_ != letter) {
            return false;
        }
        ++at_;
        return true;
    }

    /// Over a value and all that is in it, however deep.
    bool value() {
        std::string open;  // what has to be closed
        while (true) {
            blanks();
            if (take('{')) {
                blanks();
                if (!take('}')) {
                    open.push_back('}');
                    if (!key()) {
                        return false;
                    }
                    continue;
                }
            } else if (take('[')) {
                blanks();
                if (!take(']')) {
                    open.push_back(']');
                    continue;
                }
            } else if (!scalar()) {
                return false;
            }
            blanks();
            while (!open.empty() && take(open.back())) {
                open.pop_back();
                blanks();
            }
            if (open.empty()) {
                return true;
            }
            if (!take(',') || (open.back() == '}' && !key())) {
                return false;
            }
        }
    }

    bool string() {
        if (!take('"')) {
            return false;
        }
        while (at_ != end_ && *at_ != '"') {
            if (static_cast<unsigned char>(*at_) < 0x20 || (*at_ == '\\' && !escape())) {
                return false;
            }
            ++at_;
        }
        return take('"');
    }

private:
    bool key() {
        blanks();
        if (!string()) {
            return false;
        }
        blanks();
        return take(':');
    }

    bool scalar() {
        if (at_ == end_) {
            return false;
        }
        switch (*at_) {
            case '"': return string();
            case 't': return word("true");
            case 'f': return word("false");
            case 'n': return word("null");
            default: return number();
        }
    }

    bool word(std::string_view text) {
        if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(text)) {
            return false;
        }
        at_ += text.size();
        return true;
    }

    /// Leaves off at the escape's last letter.
    bool escape() {
        if (++at_ == end_) {
            return false;
        }
        if (*at_ != 'u') {
            return std::string_view("\"\\/bfnrt").find(*at_) != std::string_view::npos;
        }
        for (int digit = 0; digit < 4; ++digit) {
            if (++at_ == end_ ||
                std::string_view("0123456789abcdefABCDEF").find(*at_) == std::string_view::npos) {
                return false;
            }
        }
        return true;
    }

    bool digits() {
        const char* first = at_;
        while (at_ != end_ && *at_ >= '0' && *at_ <= '9') {
            ++at_;
        }
        return at_ != first;
    }

    bool number() {
        take('-');
        if (!take('0') && !digits()) {
            return false;
        }
        if (take('.') && !digits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return digits();
        }
        return true;
    }

    const char* at_;
    const char* end_;
};

std::string_view without_blanks_behind(const char* first, const char* end) {
    const std::string_view text(first, static_cast<std::size_t>(end - first));
    return text.substr(0, text.find_last_not_of(" \n\r\t") + 1);
}

std::uint32_t hexadecimal(std::string_view digits) {
    std::uint32_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    return number;
}

void append_utf8(std::string& out, std::uint32_t point) {
    const auto add = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (point < 0x80) {
        add(point);
    } else if (point < 0x800) {
        add(0xC0 | (point >> 6));
        add(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        add(0xE0 | (point >> 12));
        add(0x80 | ((point >> 6) & 0x3F));
        add(0x80 | (point & 0x3F));
    } else {
        add(0xF0 | (point >> 18));
        add(0x80 | ((point >> 12) & 0x3F));
        add(0x80 | ((point >> 6) & 0x3F));
        add(0x80 | (point & 0x3F));
    }
}

/// `rest` begins after "\u"; the result is how much of it the escape takes.
std::size_t append_code_unit(std::string& out, std::string_view rest) {
    const std::uint32_t high = hexadecimal(rest.substr(0, 4));
    if (high >= 0xD800 && high < 0xDC00 && rest.substr(4).starts_with("\\u")) {
        const std::uint32_t low = hexadecimal(rest.substr(6, 4));
        if (low >= 0xDC00 && low < 0xE000) {
            append_utf8(out, 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
            return 10;
        }
    }
    append_utf8(out, high);
    return 4;
}

}  // namespace

std::optional<std::string_view> json_value(std::string_view text) {
    Scanner scanner(text.data(), text.data() + text.size());
    scanner.blanks();
    const char* first = scanner.at();
    if (!scanner.value() || !scanner.done()) {
        return std::nullopt;
    }
    return without_blanks_behind(first, scanner.at());
}

std::string_view string_text(std::string_view value, std::string& scratch) {
    const std::string_view text = value.substr(1, value.size() - 2);
    std::size_t escape = text.find('\\');
    if (escape == std::string_view::npos) {
        return text;
    }
    scratch.clear();
    std::size_t at = 0;
    for (; escape != std::string_view::npos; escape = text.find('\\', at)) {
        scratch.append(text, at, escape - at);
        at = escape + 2;
        switch (text[escape + 1]) {
            case 'b': scratch.push_back('\b'); break;
            case 'f': scratch.push_back('\f'); break;
            case 'n': scratch.push_back('\n'); break;
            case 'r': scratch.push_back('\r'); break;
            case 't': scratch.push_back('\t'); break;
            case 'u': at += append_code_unit(scratch, text.substr(at)); break;
            default: scratch.push_back(text[escape + 1]); break;
        }
    }
    return scratch.append(text, at);
}

bool JsonParts::next() {
    Scanner scanner(at_, end_);
    scanner.blanks();
    if (scanner.take('}') || scanner.take(']')) {
        return false;
    }
    scanner.take(',');
    scanner.blanks();
    if (object_) {
        const char* first = scanner.at();
        scanner.string();
        key_ = {first, static_cast<std::size_t>(scanner.at() - first)};
        scanner.blanks();
        scanner.take(':');
        scanner.blanks();
    }
    const char* first = scanner.at();
    scanner.value();
    at_ = scanner.at();
    value_ = without_blanks_behind(first, at_);
    return true;
}

bool JsonLeaves::next() {
    while (at_ != end_ && std::string_view("[], \n\r\t").find(*at_) != std::string_view::npos) {
        ++at_;
    }
    if (at_ == end_) {
        return false;
    }
    Scanner scanner(at_, end_);
    scanner.value();
    value_ = without_blanks_behind(at_, scanner.at());
    at_ = scanner.at();
    return true;
}

}  // namespace orrery::lambda
