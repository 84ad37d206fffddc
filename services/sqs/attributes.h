/// Queue attributes by AWS's names: their defaults, their checks, and what they mean for a queue.
#pragma once

#include "services/sqs/queue.h"

#include <map>
#include <string>
#include <string_view>

namespace orrery::sqs {

/// All values are text, as on the wire; an attribute that is not set is absent.
using AttributeMap = std::map<std::string, std::string, std::less<>>;

/// What a fresh standard queue has.
const AttributeMap& default_attributes();

/// Throws AWS's error for a name that cannot be set or a value out of range.
void check_attributes(const AttributeMap& given);
/// `current` as `given` changes it: an empty policy goes away, one kind of encryption puts the
/// other out.
AttributeMap merged(AttributeMap current, const AttributeMap& given);
/// Two values mean the same: policies compare as JSON.
bool same_value(std::string_view name, const std::string& left, const std::string& right);

/// Reads the policy's JSON; throws AWS's error if it is none.
RedrivePolicy parse_redrive_policy(const std::string& text);
/// Whether a queue with `attributes` lets `source_arn` use it for dead letters.
bool allows_redrive_from(const AttributeMap& attributes, std::string_view source_arn);

/// `attributes` must have been checked.
QueueSettings settings_from(const AttributeMap& attributes);

/// Whether AWS knows `name` as something GetQueueAttributes can be asked for.
bool is_readable_attribute(std::string_view name);

}  // namespace orrery::sqs
