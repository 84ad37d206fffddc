#include "services/rds/sql/text.h"

#include "services/rds/storage/collation.h"

#include <algorithm>

namespace orrery::rds {

namespace {

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
}

char upper(char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter;
}

}  // namespace

std::string to_lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

std::string to_upper(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), upper);
    return result;
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
        return lower(a) == lower(b);
    });
}

bool LessIgnoringCase::operator()(std::string_view left, std::string_view right) const {
    return std::lexicographical_compare(
        left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
            return static_cast<unsigned char>(lower(a)) < static_cast<unsigned char>(lower(b));
        });
}

char32_t next_code_point(std::string_view text, std::size_t& position) {
    constexpr char32_t invalid = 0xFFFD;
    const auto lead = static_cast<unsigned char>(text[position++]);
    if (lead < 0x80) {
        return lead;
    }
    const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || position + more > text.size()) {
        return invalid;
    }
    char32_t code = lead & (0x3FU >> more);
    for (std::size_t index = 0; index < more; ++index) {
        const auto byte = static_cast<unsigned char>(text[position + index]);
        if ((byte & 0xC0U) != 0x80) {
            return invalid;
        }
        code = (code << 6U) | (byte & 0x3FU);
    }
    const bool overlong = (more == 2 && code < 0x800) || (more == 3 && code < 0x10000);
    if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        return invalid;
    }
    position += more;
    return code;
}

void append_code_point(std::string& out, char32_t code) {
    const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | (code >> 6U));
        put(0x80 | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0 | (code >> 12U));
        put(0x80 | ((code >> 6U) & 0x3FU));
        put(0x80 | (code & 0x3FU));
    } else {
        put(0xF0 | (code >> 18U));
        put(0x80 | ((code >> 12U) & 0x3FU));
        put(0x80 | ((code >> 6U) & 0x3FU));
        put(0x80 | (code & 0x3FU));
    }
}

bool is_utf8(std::string_view text) {
    for (std::size_t position = 0; position < text.size();) {
        const auto begin = position;
        if (next_code_point(text, position) == 0xFFFD && text.substr(begin, 3) != "\xEF\xBF\xBD") {
            return false;
        }
    }
    return true;
}

std::size_t count_code_points(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t position = 0; position < text.size(); ++count) {
        next_code_point(text, position);
    }
    return count;
}

std::size_t byte_offset(std::string_view text, std::size_t index) {
    std::size_t position = 0;
    while (index > 0 && position < text.size()) {
        next_code_point(text, position);
        --index;
    }
    return position;
}

bool matches_like(std::string_view text, std::string_view pattern, char32_t escape) {
    // One '%' can be retried at a time: the last one, which keeps this linear for each of them.
    std::size_t at = 0;
    std::size_t in_pattern = 0;
    std::size_t retry_pattern = std::string_view::npos;
    std::size_t retry_at = 0;
    while (at < text.size() || in_pattern < pattern.size()) {
        bool matched = false;
        if (in_pattern < pattern.size()) {
            auto next_pattern = in_pattern;
            char32_t wanted = next_code_point(pattern, next_pattern);
            if (wanted == U'%' && wanted != escape) {
                retry_pattern = next_pattern;
                retry_at = at;
                in_pattern = next_pattern;
                continue;
            }
            const bool any = wanted == U'_' && wanted != escape;
            if (wanted == escape && next_pattern < pattern.size()) {
                wanted = next_code_point(pattern, next_pattern);
            }
            if (at < text.size()) {
                auto next_at = at;
                const char32_t found = next_code_point(text, next_at);
                matched = any || fold(found) == fold(wanted);
                if (matched) {
                    at = next_at;
                    in_pattern = next_pattern;
                }
            }
        }
        if (!matched) {
            if (retry_pattern == std::string_view::npos || retry_at >= text.size()) {
                return false;
            }
            next_code_point(text, retry_at);
            at = retry_at;
            in_pattern = retry_pattern;
        }
    }
    return true;
}

}  // namespace orrery::rds
