/// What the SAM transform makes of a function's Events: event source mappings.
#pragma once

#include "services/cloudformation/template.h"

namespace orrery::cloudformation {

/// `alias` is the function's AutoPublishAlias, or null; `name` is the event's.
Resource event_source_mapping(const Resource& function,
                              const DocumentNode* alias,
                              const DocumentNode& name,
                              const DocumentNode& event);

}  // namespace orrery::cloudformation
