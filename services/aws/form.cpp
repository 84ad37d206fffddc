#include "services/aws/form.h"

#include "services/aws/error.h"

#include <algorithm>

namespace orrery::aws {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

/// The bytes of the sequence that begins with `first`, 0 if none does.
std::size_t sequence_length(unsigned char first) {
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xC2 || first > 0xF4) {
        return 0;
    }
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

[[noreturn]] void malformed_query(const char* problem) {
    throw ApiError("MalformedQueryString", problem);
}

std::string decoded(std::string_view text) {
    std::optional<std::string> plain = percent_decode(text, PlusSign::space);
    if (!plain) {
        malformed_query("The query string contains a percent sign without two hexadecimal digits.");
    }
    if (!is_utf8(*plain)) {
        malformed_query("The query string is not encoded in UTF-8.");
    }
    return *std::move(plain);
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, PlusSign plus) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == PlusSign::space) {
            plain += ' ';
        } else if (text[i] != '%') {
            plain += text[i];
        } else {
            const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return std::nullopt;
            }
            plain += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return plain;
}

std::string percent_encode(std::string_view text, std::string_view keep) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (unreserved(c) || keep.find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += '%';
            encoded += digits[byte >> 4];
            encoded += digits[byte & 15];
        }
    }
    return encoded;
}

std::vector<FormField> parse_form(std::string_view text) {
    std::vector<FormField> fields;
    while (!text.empty()) {
        const std::string_view field = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(field.size() + 1, text.size()));
        if (field.empty()) {
            continue;
        }
        if (fields.size() == most_form_fields) {
            malformed_query("The query string has too many parameters.");
        }
        const auto equals = std::min(field.find('='), field.size());
        fields.emplace_back(decoded(field.substr(0, equals)),
                            decoded(field.substr(std::min(equals + 1, field.size()))));
    }
    return fields;
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
        const std::size_t length = sequence_length(byte(i));
        if (length == 0 || length > text.size() - i) {
            return false;
        }
        for (std::size_t k = 1; k < length; ++k) {
            if ((byte(i + k) & 0xC0) != 0x80) {
                return false;
            }
        }
        // Longer than need be, halves of surrogate pairs, and beyond U+10FFFF.
        const unsigned second = length > 1 ? byte(i + 1) : 0;
        if ((byte(i) == 0xE0 && second < 0xA0) || (byte(i) == 0xED && second > 0x9F) ||
            (byte(i) == 0xF0 && second < 0x90) || (byte(i) == 0xF4 && second > 0x8F)) {
            return false;
        }
        i += length;
    }
    return true;
}

}  // namespace orrery::aws
