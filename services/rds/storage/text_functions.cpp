#include "engine/ensure.h"
#include "services/rds/sql/text.h"
#include "services/rds/storage/collation.h"
#include "services/rds/storage/function_table.h"
#include "services/rds/storage/letter_case.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace orrery::rds {

namespace {

Value concat(FunctionContext&, const Arguments& arguments) {
    std::string text;
    for (const Value& value : arguments) {
        text += to_text(value);
    }
    return text;
}

Value concat_ws(FunctionContext&, const Arguments& arguments) {
    if (is_null(arguments[0])) {
        return {};
    }
    std::string text;
    bool first = true;
    for (std::size_t index = 1; index < arguments.size(); ++index) {
        if (!is_null(arguments[index])) {
            text += (first ? "" : to_text(arguments[0])) + to_text(arguments[index]);
            first = false;
        }
    }
    return text;
}

Value length_in_bytes(FunctionContext&, const Arguments& arguments) {
    return static_cast<std::int64_t>(to_text(arguments[0]).size());
}

Value length_in_characters(FunctionContext&, const Arguments& arguments) {
    return static_cast<std::int64_t>(count_code_points(to_text(arguments[0])));
}

/// Bytes have no case; text has that of the letters that letter_case.h knows.
Value with_case(const Value& value, char32_t (*change)(char32_t)) {
    if (std::holds_alternative<Blob>(value)) {
        return value;
    }
    const std::string text = to_text(value);
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        append_code_point(result, change(next_code_point(text, at)));
    }
    return result;
}

Value upper(FunctionContext&, const Arguments& arguments) {
    return with_case(arguments[0], upper_letter);
}

Value lower(FunctionContext&, const Arguments& arguments) {
    return with_case(arguments[0], lower_letter);
}

std::string slice(const std::string& text, std::size_t begin, std::size_t count) {
    const auto from = byte_offset(text, begin);
    return text.substr(from, byte_offset(std::string_view(text).substr(from), count));
}

std::size_t count_argument(const Value& value) {
    return static_cast<std::size_t>(std::max<std::int64_t>(integer_of(value), 0));
}

Value substring(FunctionContext&, const Arguments& arguments) {
    const std::string text = to_text(arguments[0]);
    const auto length = static_cast<std::int64_t>(count_code_points(text));
    std::int64_t begin = integer_of(arguments[1]);
    begin = begin < 0 ? length + begin : begin - 1;
    const auto count = arguments.size() > 2 ? count_argument(arguments[2]) : text.size();
    return begin < 0 || begin >= length
               ? Value(std::string())
               : Value(slice(text, static_cast<std::size_t>(begin), count));
}

Value left(FunctionContext&, const Arguments& arguments) {
    return slice(to_text(arguments[0]), 0, count_argument(arguments[1]));
}

Value right(FunctionContext&, const Arguments& arguments) {
    const std::string text = to_text(arguments[0]);
    const auto length = count_code_points(text);
    const auto count = std::min(count_argument(arguments[1]), length);
    return slice(text, length - count, count);
}

Value trim_text(const Value& value, bool at_begin, bool at_end) {
    std::string text = to_text(value);
    if (at_end) {
        text.erase(text.find_last_not_of(' ') + 1);
    }
    if (at_begin) {
        text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
    }
    return text;
}

Value trim(FunctionContext&, const Arguments& arguments) {
    return trim_text(arguments[0], true, true);
}
Value ltrim(FunctionContext&, const Arguments& arguments) {
    return trim_text(arguments[0], true, false);
}
Value rtrim(FunctionContext&, const Arguments& arguments) {
    return trim_text(arguments[0], false, true);
}

constexpr std::size_t longest_text =
    64U * 1024 * 1024;  // max_allowed_packet, which bounds results in MySQL too

Value replace(FunctionContext&, const Arguments& arguments) {
    const std::string text = to_text(arguments[0]);
    const std::string from = to_text(arguments[1]);
    const std::string to = to_text(arguments[2]);
    if (from.empty()) {
        return text;
    }
    std::string result;
    std::size_t at = 0;
    for (auto found = text.find(from); found != std::string::npos; found = text.find(from, at)) {
        result.append(text, at, found - at).append(to);
        at = found + from.size();
        if (result.size() > longest_text) {
            return {};
        }
    }
    return result.append(text, at);
}

Value repeat(FunctionContext&, const Arguments& arguments) {
    const std::string text = to_text(arguments[0]);
    const auto count = count_argument(arguments[1]);
    if (!text.empty() && count > longest_text / text.size()) {
        return {};
    }
    std::string result;
    for (std::size_t index = 0; index < count; ++index) {
        result += text;
    }
    return result;
}

Value reverse(FunctionContext&, const Arguments& arguments) {
    const std::string text = to_text(arguments[0]);
    std::string result;
    for (std::size_t end = text.size(); end > 0;) {
        std::size_t begin = end - 1;
        while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80) {
            --begin;
        }
        result.append(text, begin, end - begin);
        end = begin;
    }
    return result;
}

Value locate(FunctionContext&, const Arguments& arguments) {
    const std::string wanted = to_text(arguments[0]);
    const std::string text = to_text(arguments[1]);
    const auto first = arguments.size() > 2 ? integer_of(arguments[2]) : 1;
    if (first < 1) {
        return std::int64_t{0};
    }
    const auto width = count_code_points(wanted);
    const auto length = count_code_points(text);
    for (auto at = static_cast<std::size_t>(first - 1); at + width <= length; ++at) {
        if (compare_ignoring_case(slice(text, at, width), wanted) == 0) {
            return static_cast<std::int64_t>(at + 1);
        }
    }
    return std::int64_t{0};
}

Value instr(FunctionContext& context, const Arguments& arguments) {
    return locate(context, {arguments[1], arguments[0]});
}

std::string hex_text(std::string_view bytes, std::string_view digits) {
    std::string text;
    for (const char letter : bytes) {
        const auto byte = static_cast<unsigned char>(letter);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

Value hex(FunctionContext&, const Arguments& arguments) {
    if (const auto* const number = std::get_if<std::int64_t>(&arguments[0])) {
        std::array<char, 24> buffer{};
        std::snprintf(
            buffer.data(), buffer.size(), "%llX", static_cast<unsigned long long>(*number));
        return std::string(buffer.data());
    }
    return hex_text(to_text(arguments[0]), "0123456789ABCDEF");
}

Value digest(const Value& value, const EVP_MD* algorithm) {
    const std::string text = to_text(value);
    std::array<unsigned char, EVP_MAX_MD_SIZE> buffer{};
    unsigned size = 0;
    ENSURE(EVP_Digest(text.data(), text.size(), buffer.data(), &size, algorithm, nullptr) == 1);
    return hex_text({reinterpret_cast<const char*>(buffer.data()), size}, "0123456789abcdef");
}

Value md5(FunctionContext&, const Arguments& arguments) {
    return digest(arguments[0], EVP_md5());
}

Value sha1(FunctionContext&, const Arguments& arguments) {
    return digest(arguments[0], EVP_sha1());
}

Value sha2(FunctionContext&, const Arguments& arguments) {
    switch (integer_of(arguments[1])) {
        case 0:
        case 256: return digest(arguments[0], EVP_sha256());
        case 224: return digest(arguments[0], EVP_sha224());
        case 384: return digest(arguments[0], EVP_sha384());
        case 512: return digest(arguments[0], EVP_sha512());
        default: return {};
    }
}

Value like(FunctionContext&, const Arguments& arguments) {
    const std::string escape = arguments.size() > 2 ? to_text(arguments[2]) : "\\";
    std::size_t position = 0;
    const char32_t code = escape.empty() ? 0x110000 : next_code_point(escape, position);
    return std::int64_t{matches_like(to_text(arguments[0]), to_text(arguments[1]), code)};
}

Value as_text(FunctionContext&, const Arguments& arguments) {
    std::string text = to_text(arguments[0]);
    return arguments.size() > 1 ? slice(text, 0, count_argument(arguments[1])) : text;
}

Value as_binary(FunctionContext&, const Arguments& arguments) {
    return Blob{to_text(arguments[0])};
}

constexpr std::array text_rows = std::to_array<FunctionRow>({
    {"mysql_concat", -1, concat},
    {"mysql_concat_ws", -1, concat_ws, Nulls::are_passed},
    {"mysql_length", 1, length_in_bytes},
    {"mysql_char_length", 1, length_in_characters},
    {"mysql_upper", 1, upper},
    {"mysql_lower", 1, lower},
    {"mysql_substring", -1, substring},
    {"mysql_left", 2, left},
    {"mysql_right", 2, right},
    {"mysql_trim", 1, trim},
    {"mysql_ltrim", 1, ltrim},
    {"mysql_rtrim", 1, rtrim},
    {"mysql_replace", 3, replace},
    {"mysql_repeat", 2, repeat},
    {"mysql_reverse", 1, reverse},
    {"mysql_locate", -1, locate},
    {"mysql_instr", 2, instr},
    {"mysql_hex", 1, hex},
    {"mysql_md5", 1, md5},
    {"mysql_sha1", 1, sha1},
    {"mysql_sha2", 2, sha2},
    {"mysql_like", -1, like},
    {"mysql_text", -1, as_text},
    {"mysql_binary", 1, as_binary},
});

}  // namespace

std::span<const FunctionRow> text_functions() {
    return text_rows;
}

}  // namespace orrery::rds
