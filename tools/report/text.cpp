#include "tools/report/text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

namespace orrery::report {

namespace {

const char* color_of(Tone tone) {
    switch (tone) {
        case Tone::normal: return "";
        case Tone::dim: return "\x1b[2m";
        case Tone::strong: return "\x1b[1m";
        case Tone::good: return "\x1b[32m";
        case Tone::bad: return "\x1b[31m";
        case Tone::queue: return "\x1b[36m";
        case Tone::function: return "\x1b[33m";
        case Tone::database: return "\x1b[35m";
    }
    return "";
}

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20U || c == '\x7f';
}

}  // namespace

std::string paint(std::string_view text, Tone tone, Palette palette) {
    if (palette == Palette::plain || tone == Tone::normal || text.empty()) {
        return std::string(text);
    }
    return color_of(tone) + std::string(text) + "\x1b[0m";
}

std::string relative_time(Duration since_start) {
    const auto total = std::chrono::floor<std::chrono::milliseconds>(since_start).count();
    const auto magnitude = static_cast<long long>(total < 0 ? -total : total);
    std::array<char, 48> text{};
    std::snprintf(text.data(),
                  text.size(),
                  "%c%02lld:%02lld:%02lld.%03lld",
                  total < 0 ? '-' : '+',
                  magnitude / 3'600'000,
                  magnitude / 60'000 % 60,
                  magnitude / 1000 % 60,
                  magnitude % 1000);
    return text.data();
}

std::string_view short_id(std::string_view id) {
    constexpr std::size_t first_group = 8;
    return id.substr(0, first_group);
}

std::string ordinal(std::uint64_t number) {
    const bool teen = number / 10 % 10 == 1;
    const auto last = number % 10;
    const char* const suffix = teen        ? "th"
                               : last == 1 ? "st"
                               : last == 2 ? "nd"
                               : last == 3 ? "rd"
                                           : "th";
    return std::to_string(number) + suffix;
}

std::string counted(std::uint64_t number, std::string_view noun) {
    std::string text = std::to_string(number) + " ";
    text.append(noun);
    return number == 1 ? text : text + "s";
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        // U+0080..U+009F, the other control characters, are C2 80..C2 9F in UTF-8.
        const bool second_set = c == '\xC2' && i + 1 < text.size() && text[i + 1] < '\xA0';
        if (c == '\t') {
            out += "  ";
        } else if (is_control(c) || second_set) {
            std::array<char, 8> escape{};
            const char code = second_set ? text[++i] : c;
            const auto number = static_cast<unsigned>(static_cast<unsigned char>(code));
            std::snprintf(escape.data(), escape.size(), "\\x%02x", number);
            out += escape.data();
        } else {
            out += c;
        }
    }
    return out;
}

std::string one_line(std::string_view text, std::size_t limit) {
    std::string out;
    std::size_t characters = 0;
    bool blank = false;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            blank = !out.empty();
            continue;
        }
        if (!continues_character(c)) {
            characters += blank ? 2 : 1;
            if (characters > limit) {
                return printable(out) + "...";
            }
        }
        if (blank) {
            out += ' ';
            blank = false;
        }
        out += c;
    }
    return printable(out);
}

std::string shell_word(const std::string& word) {
    const bool plain = std::all_of(word.begin(), word.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               std::string_view("/._-+,:@%=").find(c) != std::string_view::npos;
    });
    if (plain && !word.empty()) {
        return word;
    }
    std::string quoted = "'";
    for (const char c : word) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

std::size_t width(std::string_view text) {
    std::size_t characters = 0;
    for (const char c : text) {
        characters += continues_character(c) ? 0U : 1U;
    }
    return characters;
}

}  // namespace orrery::report
