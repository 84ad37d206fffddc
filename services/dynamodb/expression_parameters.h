/// The parameters of a request that are about expressions, and how they go together.
#pragma once

#include "services/aws/parameters.h"
#include "services/dynamodb/expressions/expressions.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::dynamodb {

/// ExpressionAttributeNames and ExpressionAttributeValues. Throws ApiError where the request has
/// expressions and `legacy` parameters, or names or values without expressions.
ExpressionInput read_expression_input(aws::Parameters& parameters,
                                      std::initializer_list<std::string_view> legacy,
                                      std::initializer_list<std::string_view> expressions);

/// ConditionExpression, or Expected and ConditionalOperator.
std::optional<Condition> read_condition(aws::Parameters& parameters, ExpressionInput& input);
/// FilterExpression, or the legacy parameter (QueryFilter, ScanFilter) and ConditionalOperator.
std::optional<Condition> read_filter(aws::Parameters& parameters,
                                     ExpressionInput& input,
                                     std::string_view legacy);
/// ProjectionExpression or AttributesToGet.
std::optional<ProjectedPaths> read_projection(aws::Parameters& parameters, ExpressionInput& input);

}  // namespace orrery::dynamodb
