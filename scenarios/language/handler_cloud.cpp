#include "scenarios/language/handler_cloud.h"

#include "engine/error.h"
#include "handlers/runtime/process_runtime.h"
#include "scenarios/language/handler_routes.h"
#include "services/aws/api.h"
#include "services/function_urls.h"
#include "services/services.h"

#include <utility>

namespace orrery {

namespace {

/// A scenario has one account and one Region. Handlers' credentials need not say which account.
aws::Api& api_of(Cloud& cloud, const aws::Identity& asked) {
    const aws::Identity& own = cloud.identity();
    if (asked.region != own.region ||
        (asked.account != own.account && asked.account != aws::Identity().account)) {
        throw aws::ApiError("NotImplemented",
                            "This scenario has account " + own.account + " in " + own.region +
                                " only, not " + asked.account + " in " + asked.region + ".",
                            501);
    }
    return cloud.api();
}

}  // namespace

HandlerCloud::HandlerCloud(World& world, Cloud& cloud, TrustOthers others)
    : world_(world),
      cloud_(cloud),
      trust_(others),
      gateway_(world,
               [&cloud](const aws::Identity& asked) -> aws::Api& { return api_of(cloud, asked); }) {
}

HandlerCloud::~HandlerCloud() = default;

void HandlerCloud::introduce(ProcessRuntimeOptions& options, TrustOthers others) {
    const HandlerTrust trust(others);
    options.variables = trust.variables();
    options.variables.push_back(std::string("AWS_ENDPOINT_URL=") + endpoint_for_handlers);
    options.java_trust_store = trust.java_trust_store();
}

std::vector<HandlerRoute> HandlerCloud::routes() {
    listen();
    std::vector<HandlerRoute> routes = handler_routes({&cloud_});
    add_aws_endpoints(routes, server_->endpoint());
    return routes;
}

void HandlerCloud::listen() {
    if (server_) {
        return;
    }
    authority_.emplace(world_.random.stream("tls"));
    trust_.write(authority_->certificate());
    server_.emplace(
        world_.loop,
        Endpoint{"127.0.0.1", 0},
        [this](HttpRequest&& request, const std::shared_ptr<HttpExchange>& exchange) {
            const auto respond = [exchange](HttpResponse response) {
                exchange->respond(std::move(response));
            };
            if (!serve_function_url(world_, {&cloud_}, request, respond)) {
                gateway_.handle(request, exchange->gone(), respond);
            }
        },
        HttpLimits{
            .body_bytes = [this](const HttpRequest& head) { return gateway_.body_limit(head); }});
    server_->accept_tls(*authority_);
}

}  // namespace orrery
