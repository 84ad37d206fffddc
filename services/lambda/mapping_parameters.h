/// The parameters of CreateEventSourceMapping and UpdateEventSourceMapping.
#pragma once

#include "services/lambda/control_plane.h"
#include "services/lambda/mapping_settings.h"

namespace orrery::lambda {

/// A mapping of such a source as it is if nothing else is said.
MappingSettings default_settings(FilteredSource source);

/// Reads what both operations take, FunctionName included; what is absent stays. Throws AWS's
/// errors.
void read_mapping_settings(Request& request, FilteredSource source, MappingSettings& settings);

/// Reads what is fixed when a mapping is created: where it begins to read. Throws AWS's errors.
void read_starting_position(Request& request, FilteredSource source, MappingSettings& settings);

/// The name that the API has for it.
std::string_view position_name(StartingPosition position);

}  // namespace orrery::lambda
