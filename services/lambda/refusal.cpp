#include "services/lambda/refusal.h"

namespace orrery::lambda {

aws::ApiError refusal(Admission admission) {
    if (admission == Admission::recursive) {
        return {"RecursiveInvocationException",
                "Lambda detected that the function runs in a recursive loop with other Amazon Web "
                "Services resources and stopped its invocation."};
    }
    static const std::string reason = "Reason";
    static const std::string wait = "retryAfterSeconds";
    // [LS test_lambda_concurrency_block]; how long Retry-After says is recorded nowhere.
    return aws::ApiError("TooManyRequestsException", "Rate Exceeded.", 429)
        .with(reason,
              admission == Admission::reserved_exceeded
                  ? "ReservedFunctionConcurrentInvocationLimitExceeded"
                  : "ConcurrentInvocationLimitExceeded")
        .with(wait, "1");
}

void invalid_parameter(const std::string& message) {
    throw aws::ApiError("InvalidParameterValueException", message);
}

}  // namespace orrery::lambda
