#include "services/aws/routing.h"

#include "services/aws/access_key.h"
#include "services/aws/form.h"
#include "services/aws/rest_routes.h"
#include "services/aws/sigv4.h"

#include <algorithm>
#include <optional>

namespace orrery::aws {

namespace {

bool is_account(std::string_view text) {
    return text.size() == 12 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "us-east-1", "us-gov-west-1": small letters and digits, at least two hyphens, a digit at last.
bool is_region(std::string_view text) {
    const bool letters = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    return letters && text.size() >= 5 && text.size() <= 32 && text.back() >= '0' &&
           text.back() <= '9' && std::count(text.begin(), text.end(), '-') >= 2;
}

std::vector<std::string_view> labels_of(std::string_view host) {
    std::vector<std::string_view> labels;
    for (std::size_t begin = 0; begin <= host.size();) {
        const std::size_t end = std::min(host.find('.', begin), host.size());
        labels.push_back(host.substr(begin, end - begin));
        begin = end + 1;
    }
    return labels;
}

/// What stands before the part that all services share; nothing for a host that names none.
std::string_view service_part(std::string_view host) {
    for (const std::string_view shared : {".localhost.localstack.cloud",
                                          ".localhost",
                                          ".amazonaws.com",
                                          ".amazonaws.com.cn",
                                          ".api.aws",
                                          ".api.amazonwebservices.com.cn"}) {
        if (host.ends_with(shared)) {
            return host.substr(0, host.size() - shared.size());
        }
    }
    return {};
}

/// "lambda" of "lambda-fips" and "fips-lambda" [docs: FIPS endpoints].
std::string_view without_fips(std::string_view label) {
    if (label.ends_with("-fips")) {
        label.remove_suffix(5);
    }
    if (label.starts_with("fips-")) {
        label.remove_prefix(5);
    }
    return label;
}

/// What a host's labels say of a request, once the Region, the account and words that choose no
/// service are taken away.
struct HostParts {
    std::vector<std::string_view> service;  // "BUCKET", "s3"; "streams", "dynamodb"
    std::string_view region;
    std::string_view account;
};

HostParts parts_of(std::string_view host) {
    HostParts parts;
    std::vector<std::string_view> labels = labels_of(host);
    if (is_region(labels.back()) && !labels.back().starts_with("s3-")) {
        parts.region = labels.back();
        labels.pop_back();
    } else if (labels.size() == 2 && labels.back() == "queue" && is_region(labels.front())) {
        parts.region =
            labels.front();  // "eu-west-1.queue" [botocore endpoints.json: sslCommonName]
        labels.erase(labels.begin());
    }
    std::erase_if(labels,
                  [](std::string_view label) { return label == "dualstack" || label == "fips"; });
    // "123456789012.ddb.us-east-1.amazonaws.com" [botocore endpoint rules: dynamodb]
    if (labels.size() > 1 && is_account(labels.front())) {
        parts.account = labels.front();
        labels.erase(labels.begin());
    }
    if (!labels.empty()) {
        std::string_view& last = labels.back();
        // "s3-eu-west-1", older than "s3.eu-west-1" [docs: S3 VirtualHosting]
        if (last.starts_with("s3-") && is_region(last.substr(3))) {
            parts.region = last.substr(3);
            last = last.substr(0, 2);
        }
        last = without_fips(last);
    }
    parts.service = std::move(labels);
    return parts;
}

/// The labels from `first` on as one name: endpoints such as "streams.dynamodb" have two.
std::string joined(const std::vector<std::string_view>& labels, std::size_t first) {
    std::string name;
    for (std::size_t index = first; index < labels.size(); ++index) {
        name.append(name.empty() ? "" : ".").append(labels[index]);
    }
    // Names from before hosts were named after services, and for hosts with an account.
    return name == "queue" ? "sqs" : name == "ddb" ? "dynamodb" : name;
}

/// Without its port, in small letters [RFC 9110, 4.2.3], without the dot that a full name may end
/// in.
std::string host_name(std::string_view host) {
    std::string name(host.substr(0, host.find(':')));
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    });
    if (name.ends_with('.')) {
        name.pop_back();
    }
    return name;
}

/// The query parameter called `name` of a request that is a form or has it in its URL.
std::string form_value(const HttpRequest& request, std::string_view name) {
    for (std::string_view text : {request.query(), std::string_view(request.body)}) {
        while (!text.empty()) {
            const std::string_view field = text.substr(0, text.find('&'));
            text.remove_prefix(std::min(field.size() + 1, text.size()));
            if (field.starts_with(name) && field.substr(name.size()).starts_with('=')) {
                return percent_decode(field.substr(name.size() + 1), PlusSign::space).value_or("");
            }
        }
    }
    return "";
}

}  // namespace

Router::Router() {
    for (const std::string_view name : model_names()) {
        models_.push_back(find_model(name));
    }
}

Route Router::route(const HttpRequest& request) const {
    Route route;
    std::string storage;
    const std::optional<CredentialScope> scope = find_scope(request, storage);
    if (scope) {
        route.access_key = scope->access_key;
        if (is_account(scope->access_key)) {
            route.identity.account = scope->access_key;
        } else if (auto account = account_of_own_access_key(scope->access_key)) {
            route.identity.account = *std::move(account);
        }
        if (is_region(scope->region)) {
            route.identity.region = scope->region;
        }
    }
    route.model = by_target(request);
    if (route.model == nullptr && scope) {
        route.model = by_signing_name(scope->service);
        if (route.model == nullptr) {
            route.unknown = scope->service;
        }
    }
    const std::string* host = request.header("Host");
    if (host != nullptr && (route.model == nullptr || !scope)) {
        Identity hosts = route.identity;
        const Model* model = by_host(host_name(*host), hosts, route.unknown);
        route.model = route.model == nullptr ? model : route.model;
        route.identity = scope ? route.identity : hosts;
    }
    if (route.model == nullptr && route.unknown.empty()) {
        route.model = by_path(request);
    }
    if (const std::string* target = request.header("X-Amz-Target");
        route.model == nullptr && route.unknown.empty() && target != nullptr) {
        route.unknown = target->substr(0, target->find('.'));
    }
    return route;
}

const Model* Router::by_target(const HttpRequest& request) const {
    const std::string* target = request.header("X-Amz-Target");
    if (target == nullptr) {
        return nullptr;
    }
    const std::string_view prefix = std::string_view(*target).substr(0, target->find('.'));
    for (const Model* model : models_) {
        if (!prefix.empty() && model->service().target_prefix == prefix) {
            return model;
        }
    }
    return nullptr;
}

const Model* Router::by_signing_name(std::string_view name) const {
    for (const Model* model : models_) {
        if (model->service().signing_name == name) {
            return model;
        }
    }
    return nullptr;
}

const Model* Router::by_host(std::string_view host,
                             Identity& identity,
                             std::string& unknown) const {
    const std::string_view part = service_part(host);
    if (part.empty()) {
        return nullptr;
    }
    const HostParts parts = parts_of(part);
    if (!parts.region.empty()) {
        identity.region = parts.region;
    }
    if (!parts.account.empty()) {
        identity.account = parts.account;
    }
    for (std::size_t first = 0; first < parts.service.size(); ++first) {
        const std::string prefix = joined(parts.service, first);
        for (const Model* model : models_) {
            if (model->service().endpoint_prefix == prefix) {
                return model;
            }
        }
    }
    if (unknown.empty() && !parts.service.empty()) {
        unknown = joined(parts.service, parts.service.size() - 1);
    }
    return nullptr;
}

const Model* Router::by_path(const HttpRequest& request) const {
    // "/service/NAME/operation/NAME" [docs: Smithy RPC v2 CBOR]
    constexpr std::string_view start = "/service/";
    const std::string_view path = request.path();
    if (path.starts_with(start)) {
        const std::string_view name =
            path.substr(start.size(), path.find('/', start.size()) - start.size());
        for (const Model* model : models_) {
            if (!name.empty() && model->service().target_prefix == name) {
                return model;
            }
        }
    }
    if (const Model* model = by_action(request)) {
        return model;
    }
    for (const Model* model : models_) {
        const ServiceInfo& service = model->service();
        if ((service.speaks("rest-json") || service.speaks("rest-xml")) &&
            model->routes().find(request).operation != nullptr) {
            return model;
        }
    }
    return nullptr;
}

const Model* Router::by_action(const HttpRequest& request) const {
    const std::string action = form_value(request, "Action");
    if (action.empty()) {
        return nullptr;
    }
    const std::string version = form_value(request, "Version");
    const Model* found = nullptr;
    for (const Model* model : models_) {
        const ServiceInfo& service = model->service();
        if ((service.speaks("query") || service.speaks("ec2")) &&
            model->find_operation(action) != nullptr &&
            (found == nullptr || service.api_version == version)) {
            found = model;
        }
    }
    return found;
}

}  // namespace orrery::aws
