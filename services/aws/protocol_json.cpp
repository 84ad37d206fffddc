// awsJson 1.0 and 1.1: the operation in a header, JSON in and out.

#include "services/aws/protocol_json.h"

#include "services/aws/canonical.h"
#include "services/aws/crc32.h"
#include "services/aws/json_text.h"
#include "services/aws/service_traits.h"

#include <nlohmann/json.hpp>

namespace orrery::aws {

namespace {

const std::string* target_of(const HttpRequest& request) {
    return request.header("X-Amz-Target");
}

/// A content type without its parameters.
std::string_view media_type(const HttpRequest& request) {
    const std::string* header = request.header("Content-Type");
    const std::string_view type = header == nullptr ? "" : std::string_view(*header);
    const auto end = type.find_first_of("; ");
    return type.substr(0, end);
}

const Operation* find_target(const Model& model, std::string_view target) {
    const std::string& prefix = model.service().target_prefix;
    if (!target.starts_with(prefix) || target.size() <= prefix.size() ||
        target[prefix.size()] != '.') {
        return nullptr;
    }
    return model.find_operation(target.substr(prefix.size() + 1));
}

HttpResponse respond(const Exchange& exchange, int status, std::string body) {
    const ServiceInfo& service = exchange.model->service();
    HttpResponse response{status, {}, std::move(body)};
    response.headers.reserve(4);
    response.headers.push_back({"x-amzn-RequestId", exchange.request_id});
    response.headers.push_back({"Content-Type", "application/x-amz-json-" + service.json_version});
    if (service_traits(service.name).crc32) {
        response.headers.push_back({"x-amz-crc32", std::to_string(crc32(response.body))});
    }
    return response;
}

class JsonProtocol final : public Protocol {
public:
    std::string_view name() const override { return "json"; }

    bool recognizes(const HttpRequest& request) const override {
        return target_of(request) != nullptr ||
               media_type(request).starts_with("application/x-amz-json-");
    }

    Json parse(const HttpRequest& request, Exchange& exchange) const override {
        exchange.operation = &json_operation(request, *exchange.model);
        Json parameters = request.body.empty() ? Json::object() : read_json(request.body);
        if (!parameters.is_object()) {
            throw ApiError("SerializationException",
                           parameters.is_discarded() ? "The request body is not valid JSON."
                                                     : "The request body is no JSON object.");
        }
        if (exchange.operation->input == nullptr) {
            return Json::object();
        }
        canonicalize(parameters, *exchange.operation->input);
        return parameters;
    }

    HttpResponse render(const Exchange& exchange, const Json& result) const override {
        // An operation without output answers nothing at all, one with an empty output {}.
        const bool nothing = exchange.operation->output == nullptr;
        return respond(exchange,
                       exchange.operation->status,
                       nothing            ? ""
                       : result.is_null() ? "{}"
                                          : write_json(result));
    }

    HttpResponse render_error(const Exchange& exchange, const ApiError& error) const override {
        const ServiceInfo& service = exchange.model->service();
        const ServiceTraits& traits = service_traits(service.name);
        const WireError wire = wire_error(*exchange.model, error);
        std::string type(wire.traits == nullptr ? traits.unmodelled_prefix : traits.json_namespace);
        if (wire.traits == nullptr && wire.shape == "ValidationException" &&
            !traits.validation_prefix.empty()) {
            type = traits.validation_prefix;
        }
        if (wire.traits != nullptr && !wire.traits->json_namespace.empty()) {
            type = wire.traits->json_namespace + "#";
        }
        Json body{{"__type", type + wire.shape}};
        if (!error.message().empty()) {
            body["message"] = error.message();
        }
        for (const auto& [member, value] : error.details()) {
            body[member] = value;
        }
        for (const auto& [member, value] : error.structures()) {
            body[member] = *value;
        }
        const int status = traits.query_statuses ? error.http_status() : wire.status;
        HttpResponse response = respond(exchange, status, write_json(body));
        if (service.query_compatible) {
            response.headers.push_back(
                {"x-amzn-query-error", wire.code + (wire.sender_fault ? ";Sender" : ";Receiver")});
        }
        return response;
    }
};

}  // namespace

const Operation& json_operation(const HttpRequest& request, const Model& model) {
    const std::string* target = target_of(request);
    const Operation* operation = target == nullptr ? nullptr : find_target(model, *target);
    if (operation == nullptr) {
        throw ApiError("UnknownOperationException", "");
    }
    const std::string_view type = media_type(request);
    // Kinesis and DynamoDB read application/json as well, and know no operation in a body of any
    // other type. [choice: kinesalite's recordings, for all services]
    if (!type.starts_with("application/x-amz-json-1.") && type != "application/json") {
        throw ApiError("UnknownOperationException", "", 404);
    }
    return *operation;
}

HttpResponse json_response(const Exchange& exchange, std::string body) {
    return respond(exchange, exchange.operation->status, std::move(body));
}

const Protocol& json_protocol() {
    static const JsonProtocol protocol;
    return protocol;
}

}  // namespace orrery::aws
