/// The rules for tags of queues.
#pragma once

#include "services/sqs/attributes.h"

#include <string_view>

namespace orrery::sqs {

/// Throws AWS's error unless all keys and values have a tag's form.
void check_tags(const AttributeMap& tags);
/// Throws AWS's error if `count` tags are too many for the queue called `name`.
void check_tag_count(std::size_t count, std::string_view name);

}  // namespace orrery::sqs
