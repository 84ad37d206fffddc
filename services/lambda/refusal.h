/// AWS's error for a call that a function did not take.
#pragma once

#include "services/aws/error.h"
#include "services/lambda/call.h"

namespace orrery::lambda {

/// `admission` must not be `accepted`.
aws::ApiError refusal(Admission admission);

}  // namespace orrery::lambda
