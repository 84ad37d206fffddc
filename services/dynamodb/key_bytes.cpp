#include "services/dynamodb/key_bytes.h"

#include "engine/ensure.h"

#include <string_view>

namespace orrery::dynamodb {

namespace {

/// A zero byte becomes 0 FF, so that the 0 1 that ends a value comes before all that could go on.
void append_escaped(std::string& bytes, std::string_view plain) {
    for (std::size_t zero = plain.find('\0'); zero != std::string_view::npos;
         zero = plain.find('\0')) {
        bytes.append(plain.substr(0, zero + 1)) += '\xFF';
        plain.remove_prefix(zero + 1);
    }
    bytes.append(plain);
}

std::string_view text_of(const AttributeValue& value) {
    if (const auto* binary = value.as<Binary>()) {
        return binary->bytes;
    }
    const auto* string = value.as<std::string>();
    ENSURE(string != nullptr);
    return *string;
}

}  // namespace

void append_key_bytes(std::string& bytes, const AttributeValue& value) {
    if (const auto* number = value.as<Number>()) {
        number->append_key(bytes);
        return;
    }
    append_escaped(bytes, text_of(value));
    bytes.append("\0\1", 2);
}

void append_key_prefix(std::string& bytes, const AttributeValue& value) {
    append_escaped(bytes, text_of(value));
}

std::strong_ordering compare_key_values(const AttributeValue& left, const AttributeValue& right) {
    ENSURE(left.type() == right.type());
    if (const auto* number = left.as<Number>()) {
        return *number <=> *right.as<Number>();
    }
    return text_of(left) <=> text_of(right);
}

}  // namespace orrery::dynamodb
