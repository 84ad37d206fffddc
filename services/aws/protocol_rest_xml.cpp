#include "services/aws/protocol_rest_xml.h"

#include "services/aws/encoding.h"
#include "services/aws/http_binding.h"
#include "services/aws/protocol.h"
#include "services/aws/rest_routes.h"
#include "services/aws/xml.h"
#include "services/aws/xml_input.h"
#include "services/aws/xml_result.h"

#include <nlohmann/json.hpp>

namespace orrery::aws {

namespace {

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// S3's errors stand alone; those of other services are in an <ErrorResponse>. [docs: smithy
/// restXml, noErrorWrapping]
bool is_s3(const Model& model) {
    return model.service().signing_name == "s3";
}

[[noreturn]] void refuse_route(const HttpRequest& request, const Model& model) {
    if (is_s3(model)) {
        // [docs: S3 error responses]
        throw ApiError(
            "MethodNotAllowed", "The specified method is not allowed against this resource.", 405);
    }
    throw ApiError("UnknownOperationException",
                   "No operation of " + model.service().service_id + " is called by " +
                       request.method + " " + std::string(request.path()),
                   404);
}

void read_body(const HttpRequest& request, const Shape& input, Json& parameters) {
    if (input.payload != nullptr && is_raw(*input.payload)) {
        Json body = read_raw_payload(request, *input.payload);
        if (!body.is_null()) {
            parameters[input.payload->name] = std::move(body);
        }
    } else if (input.payload != nullptr && !request.body.empty()) {
        parameters[input.payload->name] = read_xml(request.body, *input.payload->shape);
    } else if (has_body_members(input) && !request.body.empty()) {
        parameters = read_xml(request.body, input);
    }
}

std::string root_attribute(const Model& model, const XmlNamespace& own) {
    return own.uri.empty() ? xmlns_attribute(model.service().xml_namespace)
                           : xmlns_attribute(own.uri, own.prefix);
}

std::string element_body(const std::string& root,
                         const std::string& attribute,
                         const Json& value,
                         const Shape& shape) {
    XmlWriter xml(declaration);
    xml.open(root, attribute);
    write_xml_members(xml, value, shape);
    xml.close(root);
    return xml.take();
}

void write_body(const Exchange& exchange, const Json& result, HttpResponse& response) {
    const Shape& output = *exchange.operation->output;
    if (output.payload != nullptr) {
        const Member& payload = *output.payload;
        const auto found = result.find(payload.name);
        if (found == result.end() || found->is_null()) {
            return;
        }
        response.body = is_raw(payload)
                            ? write_raw_payload(*found, payload)
                            : element_body(payload.location_name,
                                           root_attribute(*exchange.model, payload.xml_namespace),
                                           *found,
                                           *payload.shape);
    } else if (has_body_members(output)) {
        response.body =
            element_body(output.location_name.empty() ? output.name : output.location_name,
                         root_attribute(*exchange.model, output.xml_namespace),
                         result,
                         output);
    }
}

void write_error(XmlWriter& xml, const WireError& wire, const ApiError& error) {
    xml.text("Code", wire.code);
    xml.text("Message", error.message());
}

/// What S3's support asks for; here it only has its form.
std::string host_id(const std::string& request_id) {
    return base64(request_id + request_id + request_id);
}

class RestXmlProtocol final : public Protocol {
public:
    std::string_view name() const override { return "rest-xml"; }

    /// A service that speaks it speaks nothing else.
    bool recognizes(const HttpRequest& /*request*/) const override { return true; }

    Json parse(const HttpRequest& request, Exchange& exchange) const override {
        const RestRoute route = exchange.model->routes().find(request);
        if (route.operation == nullptr) {
            refuse_route(request, *exchange.model);
        }
        exchange.operation = route.operation;
        Json parameters = Json::object();
        if (route.operation->input != nullptr) {
            read_body(request, *route.operation->input, parameters);
            read_bindings(request, route, parameters);
        }
        return parameters;
    }

    HttpResponse render(const Exchange& exchange, const Json& result) const override {
        const Operation& operation = *exchange.operation;
        HttpResponse response{operation.status, {}, {}};
        if (operation.output != nullptr) {
            static const Json nothing = Json::object();
            const Json& members = result.is_null() ? nothing : result;
            write_bindings(members, *operation.output, response);
            write_body(exchange, members, response);
        }
        return finish(exchange, std::move(response));
    }

    HttpResponse render_error(const Exchange& exchange, const ApiError& error) const override {
        const WireError wire = wire_error(*exchange.model, error);
        XmlWriter xml(declaration);
        if (is_s3(*exchange.model)) {
            xml.open("Error");
            write_error(xml, wire, error);
            xml.text("Resource", exchange.path);
            xml.text("RequestId", exchange.request_id);
            xml.text("HostId", host_id(exchange.request_id));
            xml.close("Error");
        } else {
            xml.open("ErrorResponse", xmlns_attribute(exchange.model->service().xml_namespace));
            xml.open("Error");
            xml.text("Type", wire.sender_fault ? "Sender" : "Receiver");
            write_error(xml, wire, error);
            xml.close("Error");
            xml.text("RequestId", exchange.request_id);
            xml.close("ErrorResponse");
        }
        return finish(exchange, {wire.status, {}, xml.take()});
    }

private:
    static HttpResponse finish(const Exchange& exchange, HttpResponse response) {
        if (is_s3(*exchange.model)) {
            response.headers.push_back({"x-amz-request-id", exchange.request_id});
            response.headers.push_back({"x-amz-id-2", host_id(exchange.request_id)});
        } else {
            response.headers.push_back({"x-amzn-RequestId", exchange.request_id});
        }
        if (response.status == 204 || response.status == 304 || exchange.method == "HEAD") {
            response.body.clear();
        }
        if (!response.body.empty() && find_header(response.headers, "Content-Type") == nullptr) {
            const Member* payload =
                exchange.operation == nullptr || exchange.operation->output == nullptr
                    ? nullptr
                    : exchange.operation->output->payload;
            const bool binary = response.status < 300 && payload != nullptr && is_raw(*payload);
            response.headers.push_back(
                {"Content-Type", binary ? "binary/octet-stream" : "application/xml"});
        }
        return response;
    }
};

}  // namespace

const Protocol& rest_xml_protocol() {
    static const RestXmlProtocol protocol;
    return protocol;
}

}  // namespace orrery::aws
