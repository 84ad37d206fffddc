#include "tools/server/reply.h"

#include <nlohmann/json.hpp>

namespace orrery::server {

HttpResponse json_response(int status, const Json& body) {
    HttpResponse response;
    response.status = status;
    response.headers.push_back({"Content-Type", "application/json"});
    response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    return response;
}

HttpResponse error_response(int status, const std::string& message) {
    return json_response(status, {{"error", message}});
}

}  // namespace orrery::server
