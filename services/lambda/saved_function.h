/// A function as a part of the record that a state directory keeps, and back.
#pragma once

#include "engine/json.h"
#include "engine/time.h"

namespace orrery::lambda {

struct ControlPlane;
struct CodePackage;
class Function;
class ResourcePolicy;

Json function_record(const Function& function);
/// Adds the function to what there is; environments that were provisioned are initialised again.
void restore_function(const Json& record, ControlPlane& control);

// Parts of other records too.
Json instant_record(Instant instant);
Instant instant_in(const Json& record);
Json policy_record(const ResourcePolicy& policy);
void restore_policy(const Json& record, ResourcePolicy& policy);

}  // namespace orrery::lambda
