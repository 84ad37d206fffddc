/// An account's entities as a record of the store, and back.
#pragma once

#include "services/iam/entities.h"

#include <string>
#include <string_view>

namespace orrery::iam {

std::string entities_record(const Entities& entities);
/// Throws UsageError for what is not such a record.
Entities read_entities(std::string_view record);

}  // namespace orrery::iam
