/// The names of the query protocols ("Entries.1.MessageAttribute.2.Name") as a tree, and the tree
/// as canonical JSON by the model.
#pragma once

#include "engine/json.h"
#include "services/aws/form.h"
#include "services/aws/model.h"

#include <vector>

namespace orrery::aws {

enum class QueryDialect { aws, ec2 };

/// Fields that the model does not know are dropped. Throws ApiError MalformedInput for a value that
/// has not its member's type. The numbers of elements only give their order, however large they
/// are.
Json parse_query_parameters(const std::vector<FormField>& fields,
                            const Shape& input,
                            QueryDialect dialect);

}  // namespace orrery::aws
