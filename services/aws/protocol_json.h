/// awsJson's halves, for operations with a quick way: which operation a request names, and text
/// that is already JSON as an answer.
#pragma once

#include "engine/net/http.h"
#include "services/aws/protocol.h"

#include <string>

namespace orrery::aws {

/// The operation of a request in awsJson. Throws ApiError if it names none, or has a body of
/// another type.
const Operation& json_operation(const HttpRequest& request, const Model& model);
HttpResponse json_response(const Exchange& exchange, std::string body);

}  // namespace orrery::aws
