/// What the characters of expressions, statements and numbers are.
#pragma once

namespace orrery::dynamodb {

inline bool is_letter(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

inline bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

inline bool is_blank(char character) {
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

}  // namespace orrery::dynamodb
