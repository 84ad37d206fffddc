/// Answers of the server's own endpoints, in JSON.
#pragma once

#include "engine/json.h"
#include "engine/net/http.h"

#include <string>

namespace orrery::server {

HttpResponse json_response(int status, const Json& body);
/// {"error": "..."}
HttpResponse error_response(int status, const std::string& message);

}  // namespace orrery::server
