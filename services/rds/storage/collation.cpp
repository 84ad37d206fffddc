#include "services/rds/storage/collation.h"

#include "services/rds/sql/text.h"

namespace orrery::rds {

namespace {

/// The base letters of U+00C0 to U+017F; '.' where the character stands for itself.
constexpr std::string_view latin_bases =
    "aaaaaa.ceeeeiiii.nooooo.ouuuuy..aaaaaa.ceeeeiiii.nooooo.ouuuuy.y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkk.llllll."
    ".llnnnnnn...oooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// Blanks and punctuation come before digits, digits before letters, as in the Unicode collation
/// algorithm.
char32_t weight(char32_t code) {
    const char32_t base = fold(code);
    char32_t group = 2;
    if (base >= U'0' && base <= U'9') {
        group = 1;
    } else if (base < 0x80 && !(base >= U'a' && base <= U'z')) {
        group = 0;
    }
    return (group << 24U) | base;
}

std::string_view without_trailing_blanks(std::string_view text) {
    const auto last = text.find_last_not_of(' ');
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

char32_t fold(char32_t code) {
    if (code >= U'A' && code <= U'Z') {
        return code + 32;
    }
    if (code >= 0xC0 && code <= 0x17F) {
        const char base = latin_bases[code - 0xC0];
        if (base != '.') {
            return static_cast<char32_t>(base);
        }
        const bool has_lower_case = code == 0xC6 || code == 0xD0 || code == 0xDE;
        if (has_lower_case) {
            return code + 32;
        }
        const bool is_upper_of_next =
            code == 0x132 || code == 0x14A || code == 0x152 || code == 0x13F;
        return is_upper_of_next ? code + 1 : code;
    }
    if ((code >= 0x391 && code <= 0x3A9) || (code >= 0x410 && code <= 0x42F)) {
        return code + 32;
    }
    if (code >= 0x400 && code <= 0x40F) {
        return code + 80;
    }
    return code;
}

int compare_ignoring_case(std::string_view left, std::string_view right) {
    std::size_t in_left = 0;
    std::size_t in_right = 0;
    while (in_left < left.size() && in_right < right.size()) {
        const char32_t a = weight(next_code_point(left, in_left));
        const char32_t b = weight(next_code_point(right, in_right));
        if (a != b) {
            return a < b ? -1 : 1;
        }
    }
    if (in_left < left.size()) {
        return 1;
    }
    return in_right < right.size() ? -1 : 0;
}

int compare_ignoring_case_padded(std::string_view left, std::string_view right) {
    return compare_ignoring_case(without_trailing_blanks(left), without_trailing_blanks(right));
}

}  // namespace orrery::rds
