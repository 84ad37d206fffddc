/// Expressions and column types, read by MySQL's precedence.
#pragma once

#include "services/rds/sql/ast.h"
#include "services/rds/sql/token_stream.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::rds {

ExpressionPtr parse_expression(TokenStream& tokens);
/// At least one, with commas between them.
std::vector<ExpressionPtr> parse_expressions(TokenStream& tokens);
/// What operators stand between: a literal, a column, a call, CASE, CAST, something in parentheses.
/// In primary_parser.cpp.
ExpressionPtr parse_primary(TokenStream& tokens);
/// A query: SELECT with its unions, ordering, limit and lock. In select_parser.cpp.
std::unique_ptr<Select> parse_select(TokenStream& tokens);
/// The number of LIMIT and OFFSET.
ExpressionPtr parse_row_count(TokenStream& tokens);
/// "t", "d.t"
TableName parse_table_name(TokenStream& tokens);
/// "int unsigned", "varchar(255)": in type_parser.cpp.
ColumnType parse_column_type(TokenStream& tokens);
/// The type in CAST(x AS type) and CONVERT(x, type).
ColumnType parse_cast_type(TokenStream& tokens);
/// The optional [CHARACTER SET x] [COLLATE y] of a type; null if absent.
const Collation* parse_character_set(TokenStream& tokens);
const Collation& expect_collation(std::string_view name);
const Collation& expect_character_set(std::string_view name);

ExpressionPtr make_expression(Expression::Kind kind, std::string name = "");
ExpressionPtr make_literal(Value value, const ColumnType& type);
/// Text with the default collation.
ExpressionPtr make_text(std::string text);
/// A number as the text of its token; integers beyond 64 bits are DECIMAL.
ExpressionPtr make_number(const Token& token);

}  // namespace orrery::rds
