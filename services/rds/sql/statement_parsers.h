/// The parsers of single kinds of statement; each begins after the words that told which it is.
#pragma once

#include "services/rds/sql/ast.h"
#include "services/rds/sql/token_stream.h"

namespace orrery::rds {

// dml_parser.cpp
Insert parse_insert(TokenStream& tokens, Insert::Mode mode);
Update parse_update(TokenStream& tokens);
Delete parse_delete(TokenStream& tokens);

// ddl_parser.cpp
Statement parse_create(TokenStream& tokens);
Statement parse_drop(TokenStream& tokens);

// session_parser.cpp
SetStatement parse_set(TokenStream& tokens);
Show parse_show(TokenStream& tokens);
Show parse_describe(TokenStream& tokens);

}  // namespace orrery::rds
