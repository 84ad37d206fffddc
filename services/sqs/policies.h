/// The attributes of a queue that are JSON texts: whom it sends dead letters to, whose it takes,
/// and who may use it.
#pragma once

#include "services/sqs/queue.h"

#include <string>
#include <string_view>

namespace orrery::sqs {

/// Reads a RedrivePolicy; throws AWS's error if it is none.
RedrivePolicy parse_redrive_policy(const std::string& text);

/// Throws AWS's error unless `text` is a RedriveAllowPolicy.
void check_redrive_allow_policy(const std::string& text);
/// Whether a queue with the RedriveAllowPolicy `text` takes dead letters from `source_arn`.
bool allows_redrive_from(const std::string& text, std::string_view source_arn);

/// Throws AWS's error unless `text` has the form of an access policy. What it says is kept and not
/// enforced.
void check_access_policy(const std::string& text);

}  // namespace orrery::sqs
