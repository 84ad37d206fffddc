#include "handlers/runtime/api_server.h"

#include "engine/trace.h"

#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <utility>

namespace orrery {

namespace {

// More than anybody asks for but a response, whose length is the Runtime API's to judge.
constexpr std::size_t most_body = 16U << 20;

HttpResponse refusal(int status, const std::string& text) {
    constexpr int too_large = 413;
    return api_error(
        status, status == too_large ? "RequestEntityTooLarge" : "TruncatedHTTPRequest", text);
}

}  // namespace

class ApiServer::Impl : public std::enable_shared_from_this<ApiServer::Impl> {
public:
    void listen(Loop& loop, const std::string& address) {
        HttpLimits limits;
        limits.body_bytes = [weak = weak_from_this()](const HttpRequest& head) {
            const auto self = weak.lock();
            const ApiRoute* route = self ? self->find(head) : nullptr;
            return route != nullptr && route->body ? std::numeric_limits<std::size_t>::max()
                                                   : most_body;
        };
        HttpHooks hooks;
        hooks.body = [weak = weak_from_this()](const HttpRequest& head) {
            const auto self = weak.lock();
            const ApiRoute* route = self ? self->find(head) : nullptr;
            return route != nullptr && route->body && route->body(head);
        };
        hooks.broken_off = [weak = weak_from_this()](const HttpRequest& head) {
            const auto self = weak.lock();
            const ApiRoute* route = self ? self->find(head) : nullptr;
            if (route != nullptr && route->broken_off) {
                route->broken_off(head);
            }
        };
        hooks.refusal = refusal;
        server_.emplace(
            loop,
            Endpoint{address, 0},
            [weak = weak_from_this()](HttpRequest&& request,
                                      std::shared_ptr<HttpExchange> exchange) {
                if (const auto self = weak.lock()) {
                    self->answer(std::move(request), std::move(exchange));
                }
            },
            std::move(limits),
            std::move(hooks));
    }

    void end() { server_.reset(); }
    void add(std::string prefix, ApiRoute route) {
        routes_.emplace(std::move(prefix), std::move(route));
    }
    const Endpoint& endpoint() const { return server_->endpoint(); }

private:
    const ApiRoute* find(const HttpRequest& request) const {
        for (const auto& [prefix, route] : routes_) {
            if (request.target.starts_with(prefix)) {
                return &route;
            }
        }
        return nullptr;
    }

    void answer(HttpRequest&& request, std::shared_ptr<HttpExchange> exchange) const {
        if (const ApiRoute* route = find(request)) {
            route->request(std::move(request), std::move(exchange));
            return;
        }
        constexpr int not_found = 404;
        exchange->respond(
            api_error(not_found, "NotFound", "there is no " + std::string(request.path())));
    }

    std::map<std::string, ApiRoute> routes_;
    std::optional<HttpServer> server_;
};

ApiServer::ApiServer(Loop& loop, const std::string& address) : impl_(std::make_shared<Impl>()) {
    impl_->listen(loop, address);
}

ApiServer::~ApiServer() {
    impl_->end();
}

void ApiServer::add(std::string prefix, ApiRoute route) {
    impl_->add(std::move(prefix), std::move(route));
}

const Endpoint& ApiServer::endpoint() const {
    return impl_->endpoint();
}

HttpResponse api_answer(int status, std::string body) {
    return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

HttpResponse api_error(int status, std::string_view type, std::string_view message) {
    std::string body = "{\"errorMessage\":";
    append_json_string(body, message);
    body += ",\"errorType\":";
    append_json_string(body, type);
    body += "}";
    return api_answer(status, std::move(body));
}

HttpResponse api_accepted() {
    constexpr int accepted = 202;
    return api_answer(accepted, "{\"status\":\"OK\"}");
}

}  // namespace orrery
