/// The error that DynamoDB has for nearly every mistake of a caller's.
#pragma once

#include "services/aws/error.h"

#include <string>
#include <utility>

namespace orrery::dynamodb {

inline aws::ApiError validation_error(const std::string& message) {
    return {"ValidationException", message};
}

/// A mistake in the request itself, which PutItem and UpdateItem introduce as constraints of the
/// model are; a few are told in other words there. Other operations have the text alone.
/// [recorded in nubo-db/dynoxide's changes, 0.12.0; ministackorg/ministack issue 1038]
class RequestError final : public aws::ApiError {
public:
    explicit RequestError(const std::string& message) : RequestError(message, message) {}
    RequestError(const std::string& message, std::string introduced)
        : aws::ApiError("ValidationException", message), introduced_(std::move(introduced)) {}

    /// What comes after the introduction.
    const std::string& introduced() const { return introduced_; }

private:
    std::string introduced_;
};

inline constexpr const char* false_null_message =
    "One or more parameter values were invalid: Null attribute value types must have the value of "
    "true";

/// An empty value of a key, which a transaction is not cancelled for, but refused.
/// [recorded in nubo-db/dynoxide's changes, 0.11.0]
class EmptyKeyError final : public aws::ApiError {
public:
    explicit EmptyKeyError(const std::string& message)
        : aws::ApiError("ValidationException", message) {}
};

inline aws::ApiError invalid_values(const std::string& what) {
    return validation_error("One or more parameter values were invalid: " + what);
}

}  // namespace orrery::dynamodb
