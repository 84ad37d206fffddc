#include "services/lambda/limits.h"

#include "services/aws/error.h"

#include <string>

namespace orrery::lambda::limits {

std::int64_t Range::check(std::int64_t value) const {
    if (value >= least && value <= most) {
        return value;
    }
    const bool low = value < least;
    throw aws::ApiError(
        "ValidationException",
        "1 validation error detected: Value '" + std::to_string(value) + "' at '" +
            std::string(member) + "' failed to satisfy constraint: Member must have value " +
            (low ? "greater" : "less") + " than or equal to " + std::to_string(low ? least : most));
}

}  // namespace orrery::lambda::limits
