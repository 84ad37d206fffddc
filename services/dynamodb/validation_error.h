/// The error that DynamoDB has for nearly every mistake of a caller's.
#pragma once

#include "services/aws/error.h"

#include <string>

namespace orrery::dynamodb {

inline aws::ApiError validation_error(const std::string& message) {
    return {"ValidationException", message};
}

}  // namespace orrery::dynamodb
