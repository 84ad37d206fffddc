/// The functions behind MySQL's names inside SQLite, as plain C++: values in, a value out. Tables
/// by subject.
#pragma once

#include "services/rds/storage/user_functions.h"
#include "services/rds/storage/value.h"

#include <cstdint>
#include <span>
#include <vector>

namespace orrery::rds {

using Arguments = std::vector<Value>;
using Function = Value (*)(FunctionContext&, const Arguments&);

enum class Nulls : std::uint8_t { give_null, are_passed };
/// seeded: another call may answer something else.
enum class Repeatable : std::uint8_t { deterministic, seeded };

struct FunctionRow {
    const char* name;
    int arguments;  // -1: any number
    Function function;
    Nulls nulls = Nulls::give_null;
    Repeatable repeatable = Repeatable::deterministic;
};

std::span<const FunctionRow> number_functions();
std::span<const FunctionRow> text_functions();
std::span<const FunctionRow> date_functions();

/// As MySQL converts a value in a calculation; text counts by the number it begins with.
double number_of(const Value& value);
/// Rounded; throws MysqlError 1690 beyond 64 bits.
std::int64_t integer_of(const Value& value);

}  // namespace orrery::rds
