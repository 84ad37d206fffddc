/// What a state directory keeps of Lambda in an account and Region, as one record: everything but
/// environments and what they were doing.
#pragma once

#include <string>
#include <string_view>

namespace orrery::lambda {

struct ControlPlane;

std::string state_record(const ControlPlane& control);
/// Into a control plane that has nothing yet. Throws UsageError for what is not such a record.
void read_state(std::string_view record, ControlPlane& control);

}  // namespace orrery::lambda
