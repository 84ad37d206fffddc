/// The conditions of WHERE, as the trees that ConditionExpressions become, too.
#pragma once

#include "services/dynamodb/expressions/condition_node.h"
#include "services/dynamodb/partiql/reader.h"

namespace orrery::dynamodb::partiql {

ConditionNode parse_where(Reader& reader);

}  // namespace orrery::dynamodb::partiql
