#include "services/aws/protocol_cbor.h"

#include "services/aws/cbor.h"
#include "services/aws/protocol.h"
#include "services/aws/service_traits.h"

#include <nlohmann/json.hpp>

namespace orrery::aws {

namespace {

constexpr std::string_view rpc_v2_cbor = "rpc-v2-cbor";  // on the wire
constexpr std::string_view json_cbor_type = "application/x-amz-cbor-1.1";

class CborProtocol : public Protocol {
public:
    Json parse(const HttpRequest& request, Exchange& exchange) const override {
        exchange.operation = exchange.model->find_operation(operation_name(request, exchange));
        if (exchange.operation == nullptr) {
            throw ApiError("UnknownOperationException", "", unknown_status());
        }
        const Shape* input = exchange.operation->input;
        if (input == nullptr || request.body.empty()) {
            return Json::object();
        }
        Json parameters = read_cbor(request.body, *input, time());
        if (!parameters.is_object()) {
            throw ApiError("SerializationException", "The request body is no map.");
        }
        return parameters;
    }

    HttpResponse render(const Exchange& exchange, const Json& result) const override {
        HttpResponse response{200, {}, {}};
        if (const Shape* output = exchange.operation->output) {
            static const Json nothing = Json::object();
            append_cbor(response.body, result.is_null() ? nothing : result, *output, time());
        }
        return finish(exchange, std::move(response));
    }

    HttpResponse render_error(const Exchange& exchange, const ApiError& error) const override {
        const ServiceInfo& service = exchange.model->service();
        const ServiceTraits& traits = service_traits(service.name);
        const WireError wire = wire_error(*exchange.model, error);
        std::string type(wire.traits == nullptr ? traits.unmodelled_prefix : traits.json_namespace);
        type += wire.shape;
        HttpResponse response{wire.status, {}, {}};
        std::vector<std::pair<std::string_view, std::string_view>> members{
            {"__type", type}, {"message", error.what()}};
        members.insert(members.end(), error.details().begin(), error.details().end());
        append_cbor_texts(response.body, members);
        if (service.query_compatible) {
            response.headers.push_back(
                {"x-amzn-query-error", wire.code + (wire.sender_fault ? ";Sender" : ";Receiver")});
        }
        return finish(exchange, std::move(response));
    }

protected:
    virtual CborTime time() const = 0;
    virtual int unknown_status() const = 0;
    /// Empty if the request names none.
    virtual std::string operation_name(const HttpRequest& request,
                                       const Exchange& exchange) const = 0;
    virtual HttpResponse finish(const Exchange& exchange, HttpResponse response) const = 0;
};

class RpcV2CborProtocol final : public CborProtocol {
public:
    std::string_view name() const override { return "smithy-rpc-v2-cbor"; }

    bool recognizes(const HttpRequest& request) const override {
        const std::string* protocol = request.header("smithy-protocol");
        return protocol != nullptr && *protocol == rpc_v2_cbor;
    }

protected:
    CborTime time() const override { return CborTime::seconds; }
    int unknown_status() const override { return 404; }

    /// ".../service/GraniteServiceVersion20100801/operation/PutMetricData"
    std::string operation_name(const HttpRequest& request,
                               const Exchange& exchange) const override {
        const std::string_view path = request.path();
        const std::string before =
            "/service/" + exchange.model->service().target_prefix + "/operation/";
        const std::size_t found = path.find(before);
        return found == std::string_view::npos ? std::string()
                                               : std::string(path.substr(found + before.size()));
    }

    /// Clients refuse answers without the protocol's header. [botocore]
    HttpResponse finish(const Exchange& exchange, HttpResponse response) const override {
        response.headers.push_back({"smithy-protocol", std::string(rpc_v2_cbor)});
        response.headers.push_back({"x-amzn-RequestId", exchange.request_id});
        if (!response.body.empty()) {
            response.headers.push_back({"Content-Type", "application/cbor"});
        }
        return response;
    }
};

class JsonCborProtocol final : public CborProtocol {
public:
    std::string_view name() const override { return "json"; }

    bool recognizes(const HttpRequest& request) const override {
        const std::string* type = request.header("Content-Type");
        return type != nullptr && type->starts_with(json_cbor_type);
    }

protected:
    /// Java's SDKs write and read Date.getTime() there. [AWS SDK for Java: SdkCborGenerator]
    CborTime time() const override { return CborTime::milliseconds; }
    int unknown_status() const override { return 400; }

    std::string operation_name(const HttpRequest& request,
                               const Exchange& exchange) const override {
        const std::string* target = request.header("X-Amz-Target");
        const std::string prefix = exchange.model->service().target_prefix + ".";
        return target == nullptr || !target->starts_with(prefix) ? std::string()
                                                                 : target->substr(prefix.size());
    }

    HttpResponse finish(const Exchange& exchange, HttpResponse response) const override {
        response.headers.push_back({"x-amzn-RequestId", exchange.request_id});
        response.headers.push_back({"Content-Type", std::string(json_cbor_type)});
        return response;
    }
};

}  // namespace

const Protocol& rpc_v2_cbor_protocol() {
    static const RpcV2CborProtocol protocol;
    return protocol;
}

const Protocol& json_cbor_protocol() {
    static const JsonCborProtocol protocol;
    return protocol;
}

}  // namespace orrery::aws
