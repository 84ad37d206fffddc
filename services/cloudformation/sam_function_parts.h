/// What the SAM transform makes of a function's properties besides the function, its role and its
/// event source mappings.
#pragma once

#include "services/cloudformation/template.h"

#include <string>
#include <vector>

namespace orrery::cloudformation {

/// A version and an alias (AutoPublishAlias), a URL with its permission (FunctionUrlConfig), and
/// what asynchronous invocation obeys (EventInvokeConfig).
std::vector<Resource> function_parts(const Resource& function, const DocumentNode& properties);
/// The logical id of the alias that AutoPublishAlias makes.
std::string alias_id(const Resource& function, const DocumentNode& alias);
/// DeadLetterConfig from DeadLetterQueue.
DocumentNode dead_letter_config(const DocumentNode& queue);

}  // namespace orrery::cloudformation
