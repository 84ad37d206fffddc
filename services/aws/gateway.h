/// The front door of the simulated cloud: an HTTP request of any AWS protocol in, its answer out.
#pragma once

#include "engine/net/http.h"
#include "services/aws/identity.h"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace orrery {
struct World;
}

namespace orrery::aws {

class Api;

struct GatewayOptions {
    /// Refuse requests whose signature is missing or wrong. Every access key's secret is "test"
    /// unless it is in `secrets`.
    bool verify_signatures = false;
    std::map<std::string, std::string> secrets;  // by access key
    /// The secret of an access key that is in neither; nothing for one it does not know.
    std::function<std::optional<std::string>(const std::string& access_key)> find_secret = nullptr;
};

/// Chooses service and operation, parses and validates by the service's model, calls the Api of the
/// account and Region that the request was signed for, and renders the answer in the protocol that
/// was spoken.
class Gateway {
public:
    /// The services of an account in a Region; lives as long as the gateway.
    using ApiOf = std::function<Api&(const Identity&)>;
    using Respond = std::function<void(HttpResponse)>;

    Gateway(World& world, ApiOf api_of, GatewayOptions options = {});
    ~Gateway();
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    /// Calls `respond` once, now or later. `gone` becomes true when nobody waits for the answer any
    /// more.
    void handle(const HttpRequest& request, std::shared_ptr<const bool> gone, Respond respond);
    /// The most that the body of a request with this head may have.
    std::size_t body_limit(const HttpRequest& head) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace orrery::aws
