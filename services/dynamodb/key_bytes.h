/// Values of key attributes (strings, numbers, binaries) in the order that DynamoDB has for them:
/// as bytes for storage, and compared.
#pragma once

#include "services/dynamodb/attribute_value.h"

#include <compare>
#include <string>

namespace orrery::dynamodb {

/// Appends bytes whose unsigned order is that of the values of one type: strings by their UTF-8
/// bytes, binaries by their unsigned bytes, numbers by what they count. No value's bytes begin
/// another's, so what follows them (a further key attribute) orders only equal values.
void append_key_bytes(std::string& bytes, const AttributeValue& value);

/// Appends the bytes that those of every string (or binary) begin with that begins with `value`.
void append_key_prefix(std::string& bytes, const AttributeValue& value);

/// The same order without bytes; both values are of one of these types.
std::strong_ordering compare_key_values(const AttributeValue& left, const AttributeValue& right);

}  // namespace orrery::dynamodb
