#include "services/lambda/payload.h"

#include "services/aws/encoding.h"
#include "services/aws/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace orrery::lambda {

namespace {

using aws::ApiError;

bool is_word(char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= 'a' && letter <= 'z') || letter == '_' || letter == '$';
}

/// The index of the first byte at which `text` stops being JSON.
std::size_t first_wrong(std::string_view text) {
    try {
        const auto whole = nlohmann::json::parse(text);
        return text.size();
    } catch (const nlohmann::json::parse_error& error) {
        return error.byte == 0 ? 0 : error.byte - 1;  // counts from 1
    }
}

/// Where the parser had read `read` bytes. Long text is cut off as AWS cuts it.
std::string location(std::string_view text, std::size_t read) {
    constexpr std::size_t shown = 500;
    const std::string_view before = text.substr(0, read);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    std::string result = "\n at [Source: (byte[])\"";
    result.append(text.substr(0, shown)).append("\"");
    if (text.size() > shown) {
        result += "[truncated " + std::to_string(text.size() - shown) + " bytes]";
    }
    return result + "; line: " + std::to_string(line) +
           ", column: " + std::to_string(read - line_start + 1) + "]";
}

std::string character_name(unsigned char character) {
    const std::string code = "code " + std::to_string(character);
    return character < 32 || character > 126
               ? "(CTRL-CHAR, " + code + ")"
               : std::string("'") + static_cast<char>(character) + "' (" + code + ")";
}

}  // namespace

// The words and columns are Jackson's. [recorded errors in public: aws-lambda-power-tuning issue
// 148, aws-sdk-js issue 1876, awsdocs/aws-lambda-developer-guide issue 382]
std::string json_problem(std::string_view text) {
    constexpr std::string_view values =
        "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    std::size_t wrong = first_wrong(text);
    if (wrong >= text.size()) {
        return "Unexpected end-of-input" + location(text, text.size());
    }
    std::size_t begin = wrong;
    while (begin > 0 && is_word(text[begin - 1])) {
        --begin;
    }
    const char first = text[begin];
    if (is_word(first) && !(first >= '0' && first <= '9')) {
        std::size_t end = wrong;
        while (end < text.size() && is_word(text[end])) {
            ++end;
        }
        return "Unrecognized token '" + std::string(text.substr(begin, end - begin)) +
               "': was expecting " + std::string(values) +
               location(text, std::min(end + 1, text.size()));
    }
    const auto byte = static_cast<unsigned char>(text[wrong]);
    if (byte >= 0x80) {
        constexpr std::string_view digits = "0123456789abcdef";
        return std::string("Invalid UTF-8 start byte 0x") + digits[byte >> 4U] +
               digits[byte & 15U] + location(text, wrong + 1);
    }
    return "Unexpected character (" + character_name(byte) + "): expected a valid value " +
           std::string(values) + location(text, wrong + 1);
}

std::string read_payload(const std::string* base64,
                         std::string_view invocation_type,
                         std::size_t most) {
    if (base64 == nullptr || base64->empty()) {
        return "{}";  // [LS test_invocation_type_request_response]
    }
    std::optional<std::string> text = aws::decode_base64(*base64);
    if (!text) {
        throw ApiError("SerializationException", "Payload is no base64.");
    }
    if (text->size() > most) {
        // The model's name for it, RequestTooLargeException, is not the wire's. [public recorded
        // errors]
        throw ApiError("RequestEntityTooLargeException",
                       std::to_string(text->size()) + " byte payload is too large for the " +
                           std::string(invocation_type) + " invocation type (limit " +
                           std::to_string(most) + " bytes)",
                       413);
    }
    if (!nlohmann::json::accept(*text)) {
        // [LS test_lambda_invoke_payload_encoding_error]
        throw ApiError(
            "InvalidRequestContentException",
            "Could not parse request body into json: Could not parse payload into json: " +
                json_problem(*text));
    }
    return *std::move(text);
}

}  // namespace orrery::lambda
