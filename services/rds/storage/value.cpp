#include "services/rds/storage/value.h"

#include "services/rds/mysql_error.h"

#include <array>
#include <charconv>
#include <cmath>

namespace orrery::rds {

std::string double_text(double number) {
    // MySQL switches to the exponent form where the plain one would have more than fifteen places.
    const double size = std::fabs(number);
    const bool plain = size == 0 || (size >= 1e-15 && size < 1e15);
    std::array<char, 64> buffer{};
    const auto result =
        std::to_chars(buffer.data(),
                      buffer.data() + buffer.size(),
                      number,
                      plain ? std::chars_format::fixed : std::chars_format::scientific);
    std::string text(buffer.data(), result.ptr);
    if (const auto plus = text.find("e+"); plus != std::string::npos) {
        text.erase(plus + 1, 1);
    }
    return text == "-0" ? "0" : text;
}

std::string to_text(const Value& value) {
    struct Writer {
        std::string operator()(std::monostate) const { return {}; }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(double number) const { return double_text(number); }
        std::string operator()(const std::string& text) const { return text; }
        std::string operator()(const Blob& blob) const { return blob.bytes; }
    };
    return std::visit(Writer{}, value);
}

Value number_of_bytes(const Blob& bytes) {
    std::uint64_t number = 0;
    for (const char letter : bytes.bytes) {
        if (number > (UINT64_MAX >> 8U)) {
            throw not_supported("hexadecimal or bit literal of more than 63 bits as a number");
        }
        number = (number << 8U) | static_cast<unsigned char>(letter);
    }
    if (number > INT64_MAX) {
        throw not_supported("hexadecimal or bit literal of more than 63 bits as a number");
    }
    return static_cast<std::int64_t>(number);
}

bool is_number(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) {
        return false;
    }
    text = text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
    if (text.front() == '+') {
        text.remove_prefix(1);
    }
    double number = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    return result.ptr == text.data() + text.size() && !text.empty() && std::isfinite(number);
}

double leading_number(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) {
        return 0;
    }
    text.remove_prefix(begin);
    if (text.front() == '+') {
        text.remove_prefix(1);
    }
    double number = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    return result.ec == std::errc() && std::isfinite(number) ? number : 0;
}

}  // namespace orrery::rds
