/// The outcomes that Lambda itself makes up when a function does not answer as it should.
#pragma once

#include "engine/time.h"
#include "services/lambda/runtime.h"

#include <string_view>

namespace orrery::lambda::failure {

/// Sandbox.Timedout. [LS test_lambda_invoke_with_timeout]
Outcome timed_out(std::string_view request_id, Duration timeout);
/// Runtime.ExitError for a process that was killed.
Outcome crashed(std::string_view request_id);
/// Function.ResponseSizeTooLarge. [LS test_lambda_too_large_response]
Outcome response_too_large();

/// An outcome of initialisation as the invocation gets it: a process's end names the request there,
/// which a runtime cannot know before its first invocation.
Outcome of_initialisation(Outcome outcome, std::string_view request_id);

/// "errorMessage" of an error's payload, or "" if it has none.
std::string message_of(const Outcome& outcome);
/// The error type as the runtime reported it, else "errorType" of the payload.
std::string type_of(const Outcome& outcome);
/// The same for people: "errorType" before the "Runtime.Unknown" of a runtime that names no type
/// apart from the payload (Go, Python's and C++'s own clients).
std::string reported_type_of(const Outcome& outcome);

}  // namespace orrery::lambda::failure
