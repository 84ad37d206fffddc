/// The error that DynamoDB has for nearly every mistake of a caller's.
#pragma once

#include "services/aws/error.h"

#include <string>

namespace orrery::dynamodb {

inline aws::ApiError validation_error(const std::string& message) {
    return {"ValidationException", message};
}

inline aws::ApiError invalid_values(const std::string& what) {
    return validation_error("One or more parameter values were invalid: " + what);
}

}  // namespace orrery::dynamodb
