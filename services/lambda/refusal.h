/// AWS's errors for calls that a function did not take, and for parameters.
#pragma once

#include "services/aws/error.h"
#include "services/lambda/call.h"

#include <string>

namespace orrery::lambda {

/// `admission` must not be `accepted`.
aws::ApiError refusal(Admission admission);

/// Throws InvalidParameterValueException.
[[noreturn]] void invalid_parameter(const std::string& message);

}  // namespace orrery::lambda
