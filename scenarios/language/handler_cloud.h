/// The cloud as a scenario's handlers reach it over the network: AWS's endpoints, by HTTP and
/// HTTPS.
#pragma once

#include "engine/net/http_server.h"
#include "engine/net/tls.h"
#include "engine/world.h"
#include "scenarios/language/handler_trust.h"
#include "services/aws/gateway.h"

#include <optional>
#include <vector>

namespace orrery {

class Cloud;
struct ProcessRuntimeOptions;

class HandlerCloud {
public:
    /// Both must outlive it. Listens when somebody asks for routes.
    HandlerCloud(World& world, Cloud& cloud, TrustOthers others);
    ~HandlerCloud();
    HandlerCloud(const HandlerCloud&) = delete;
    HandlerCloud& operator=(const HandlerCloud&) = delete;

    /// To database instances and to AWS's endpoints. Throws UsageError.
    std::vector<HandlerRoute> routes();
    /// Gives handlers the variables and files by which they find and trust it.
    static void introduce(ProcessRuntimeOptions& options, TrustOthers others);

private:
    void listen();

    World& world_;
    Cloud& cloud_;
    HandlerTrust trust_;
    aws::Gateway gateway_;
    std::optional<TlsAuthority> authority_;
    std::optional<HttpServer> server_;  // last: ends before what answers
};

}  // namespace orrery
