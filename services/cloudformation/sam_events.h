/// What the SAM transform makes of a function's Events: event source mappings.
#pragma once

#include "services/cloudformation/template.h"

#include <string_view>

namespace orrery::cloudformation {

/// Whether events of this type ("SQS") are known here.
bool is_supported_event(std::string_view type);

/// `alias` is the function's AutoPublishAlias, or null; `name` is the event's.
Resource event_source_mapping(const Resource& function,
                              const DocumentNode* alias,
                              const DocumentNode& name,
                              const DocumentNode& event);

}  // namespace orrery::cloudformation
