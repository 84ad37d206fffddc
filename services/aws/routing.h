/// Which service, account and Region an HTTP request is for.
#pragma once

#include "engine/net/http.h"
#include "services/aws/identity.h"
#include "services/aws/model.h"

#include <string>
#include <vector>

namespace orrery::aws {

struct Route {
    const Model* model = nullptr;  // null: it is not known whose request it is
    Identity identity;
    std::string access_key;  // empty: the request is not signed
    std::string unknown;     // the service that was asked for, where it is one without a model
};

/// Chooses by X-Amz-Target, else by the credential's scope, else by the host's name, else by the
/// path (rpc-v2-cbor, a REST pattern) or the Action, in this order. The account is the access key
/// if that is 12 digits, or what it says if IAM or STS made it; the Region is the scope's, else the
/// host's.
class Router {
public:
    /// All models of the binary.
    Router();
    explicit Router(std::vector<const Model*> models) : models_(std::move(models)) {}

    Route route(const HttpRequest& request) const;

private:
    const Model* by_target(const HttpRequest& request) const;
    const Model* by_signing_name(std::string_view name) const;
    const Model* by_host(std::string_view host, Identity& identity, std::string& unknown) const;
    const Model* by_path(const HttpRequest& request) const;
    const Model* by_action(const HttpRequest& request) const;

    std::vector<const Model*> models_;
};

}  // namespace orrery::aws
