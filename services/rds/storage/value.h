/// A SQL value as SQLite holds it, free of the column type that MySQL sees in it.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace orrery::rds {

struct Blob {
    std::string bytes;
    friend bool operator==(const Blob&, const Blob&) = default;
};

/// monostate is NULL.
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;
using Row = std::vector<Value>;

inline bool is_null(const Value& value) {
    return std::holds_alternative<std::monostate>(value);
}

/// As MySQL writes the value in a text result; "" for NULL.
std::string to_text(const Value& value);
/// Bytes as the integer that a hexadecimal or bit literal is among numbers. Throws MysqlError 1235
/// above 63 bits.
Value number_of_bytes(const Blob& bytes);
/// Whether nothing but a number stands in `text`, blanks around it aside.
bool is_number(std::string_view text);
/// The shortest text that reads back as `number`, in MySQL's notation ("1e20", "0.1", "3").
std::string double_text(double number);
/// The number at the beginning of `text` (0 if none), as MySQL converts in comparisons.
double leading_number(std::string_view text);

}  // namespace orrery::rds
