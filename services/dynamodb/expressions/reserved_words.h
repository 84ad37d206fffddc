/// DynamoDB's reserved words, which an expression may not use as the name of an attribute.
#pragma once

#include <string_view>

namespace orrery::dynamodb {

/// In any case. [docs: ReservedWords]
bool is_reserved_word(std::string_view name);

}  // namespace orrery::dynamodb
