/// The HTTP server of one execution environment: its runtime and its extensions ask here, each
/// under a prefix of the path.
#pragma once

#include "engine/net/http_server.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace orrery {

/// Who answers the requests below a prefix.
struct ApiRoute {
    HttpServer::Handler request;
    /// See HttpHooks; both may be null.
    std::function<bool(const HttpRequest& head)> body = nullptr;
    std::function<void(const HttpRequest& head)> broken_off = nullptr;
};

class ApiServer {
public:
    /// Listens on `address` at a free port.
    ApiServer(Loop& loop, const std::string& address);
    ~ApiServer();
    ApiServer(const ApiServer&) = delete;
    ApiServer& operator=(const ApiServer&) = delete;

    /// "/2018-06-01/runtime/" and the like; no prefix may begin with another one.
    void add(std::string prefix, ApiRoute route);
    const Endpoint& endpoint() const;

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

/// What Lambda's APIs within an environment answer; errors as the official runtime core words them
/// (aws-lambda-runtime-interface-emulator).
HttpResponse api_answer(int status, std::string body);
HttpResponse api_error(int status, std::string_view type, std::string_view message);
HttpResponse api_accepted();

}  // namespace orrery
