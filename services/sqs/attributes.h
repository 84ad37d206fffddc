/// Queue attributes by AWS's names: their defaults, their checks, and what they mean for a queue.
#pragma once

#include "services/sqs/limits.h"
#include "services/sqs/queue.h"

#include <map>
#include <string>
#include <string_view>

namespace orrery::sqs {

/// All values are text, as on the wire; an attribute that is not set is absent.
using AttributeMap = std::map<std::string, std::string, std::less<>>;

/// The type that `attributes` make a new queue of.
QueueType type_from(const AttributeMap& attributes);

/// What a fresh queue has.
const AttributeMap& default_attributes(QueueType type);

/// Throws AWS's error for a name that a queue of `type` does not have set or a value out of range.
void check_attributes(const AttributeMap& given, QueueType type);
/// `current` as `given` changes it: an empty policy goes away, one kind of encryption puts the
/// other out. Throws AWS's error if the result contradicts itself.
AttributeMap merged(AttributeMap current, const AttributeMap& given);
/// Two values mean the same: policies compare as JSON.
bool same_value(std::string_view name, const std::string& left, const std::string& right);

/// `attributes` must have been checked.
QueueSettings settings_from(const AttributeMap& attributes);

/// Whether a message sent without a deduplication id gets one made of its body.
bool deduplicates_by_content(const AttributeMap& attributes);

/// Whether AWS knows `name` as something GetQueueAttributes can be asked for.
bool is_readable_attribute(std::string_view name);

}  // namespace orrery::sqs
