/// What happens to a value on its way into a column: conversion, bounds, and the errors or warnings
/// of sql_mode.
#pragma once

#include "services/rds/sql/ast.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::rds {

struct Warning {
    std::string level;  // "Note", "Warning", "Error"
    std::uint16_t number = 0;
    std::string message;
};

/// strict: what does not fit is an error; lenient: it is made to fit, with a warning.
enum class Strictness : std::uint8_t { strict, lenient };

struct CoercionContext {
    Strictness strictness = Strictness::strict;
    std::uint64_t row = 1;  // counted from 1, for messages
    std::vector<Warning>* warnings = nullptr;
};

/// The value as the column stores it. NULL passes. Throws MysqlError 1264, 1265, 1292, 1366 or
/// 1406.
Value coerce(const Value& value, const ColumnDefinition& column, const CoercionContext& context);
/// What a column without a value gets where strictness does not ask for one: 0, "", a first date.
Value implicit_default(const ColumnType& type);

}  // namespace orrery::rds
