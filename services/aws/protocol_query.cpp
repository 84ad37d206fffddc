// awsQuery and ec2Query: forms in, XML out.

#include "services/aws/form.h"
#include "services/aws/protocol.h"
#include "services/aws/query_parameters.h"
#include "services/aws/service_traits.h"
#include "services/aws/xml.h"
#include "services/aws/xml_result.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace orrery::aws {

namespace {

bool is_form(const HttpRequest& request) {
    const std::string* type = request.header("Content-Type");
    return type != nullptr && type->starts_with("application/x-www-form-urlencoded");
}

bool names_action(std::string_view query) {
    return query.starts_with("Action=") || query.find("&Action=") != std::string_view::npos;
}

std::vector<FormField> fields_of(const HttpRequest& request) {
    std::vector<FormField> fields = parse_form(request.query());
    if (is_form(request) || names_action(request.body)) {
        for (FormField& field : parse_form(request.body)) {
            fields.push_back(std::move(field));
        }
    }
    return fields;
}

const std::string* find_field(const std::vector<FormField>& fields, std::string_view name) {
    const auto found = std::find_if(
        fields.begin(), fields.end(), [&](const FormField& each) { return each.first == name; });
    return found == fields.end() ? nullptr : &found->second;
}

/// A request may be sent to the queue's URL itself [docs: sqs-making-api-requests-xml].
void take_queue_url_from_path(const HttpRequest& request, const Shape& input, Json& parameters) {
    const std::string_view path = request.path();
    const bool names_queue = path.size() > 1 && path.find('/', 1) != std::string_view::npos;
    if (!names_queue || input.find("QueueUrl") == nullptr || parameters.contains("QueueUrl")) {
        return;
    }
    const std::string* host = request.header("Host");
    const std::string url = "http://" + (host == nullptr ? "localhost" : *host) + std::string(path);
    if (is_utf8(url)) {
        parameters["QueueUrl"] = url;
    }
}

/// The only message of SQS's that differs between its protocols [LS test_non_existent_queue].
std::string query_message(const WireError& wire, const ApiError& error) {
    const bool no_queue = wire.code == "AWS.SimpleQueueService.NonExistentQueue" &&
                          error.message() == "The specified queue does not exist.";
    return no_queue ? "The specified queue does not exist for this wsdl version." : error.message();
}

class FormProtocol : public Protocol {
public:
    bool recognizes(const HttpRequest& request) const override {
        return is_form(request) || names_action(request.query()) || names_action(request.body);
    }

    Json parse(const HttpRequest& request, Exchange& exchange) const override {
        const std::vector<FormField> fields = fields_of(request);
        const std::string* action = find_field(fields, "Action");
        if (action == nullptr) {
            throw ApiError("MissingAction",
                           "The request is missing an action or a required parameter.");
        }
        exchange.operation = exchange.model->find_operation(*action);
        if (exchange.operation == nullptr) {
            throw ApiError("InvalidAction",
                           "The action " + *action + " is not valid for this endpoint.");
        }
        if (exchange.operation->input == nullptr) {
            return Json::object();
        }
        Json parameters = parse_query_parameters(fields, *exchange.operation->input, dialect());
        take_queue_url_from_path(request, *exchange.operation->input, parameters);
        return parameters;
    }

protected:
    virtual QueryDialect dialect() const = 0;

    static HttpResponse respond(const Exchange& exchange, int status, XmlWriter& xml) {
        HttpResponse response{status, {}, xml.take()};
        response.headers.push_back({"x-amzn-RequestId", exchange.request_id});
        response.headers.push_back({"Content-Type", "text/xml"});
        return response;
    }

    static void write_result(XmlWriter& xml, const Exchange& exchange, const Json& result) {
        if (exchange.operation->output != nullptr && result.is_object()) {
            write_xml_members(xml, result, *exchange.operation->output);
        }
    }

    static std::string xmlns(const Exchange& exchange) {
        return xmlns_attribute(exchange.model->service().xml_namespace);
    }
};

class QueryProtocol final : public FormProtocol {
public:
    std::string_view name() const override { return "query"; }

    HttpResponse render(const Exchange& exchange, const Json& result) const override {
        const Operation& operation = *exchange.operation;
        XmlWriter xml;
        xml.open(operation.name + "Response", xmlns(exchange));
        if (!operation.result_wrapper.empty()) {
            xml.open(operation.result_wrapper);
            write_result(xml, exchange, result);
            xml.close(operation.result_wrapper);
        }
        xml.open("ResponseMetadata");
        xml.text("RequestId", exchange.request_id);
        xml.close("ResponseMetadata");
        xml.close(operation.name + "Response");
        return respond(exchange, operation.status, xml);
    }

    HttpResponse render_error(const Exchange& exchange, const ApiError& error) const override {
        const WireError wire = wire_error(*exchange.model, error);
        XmlWriter xml;
        xml.open("ErrorResponse", xmlns(exchange));
        xml.open("Error");
        xml.text("Type", wire.sender_fault ? "Sender" : "Receiver");
        xml.text("Code", wire.code);
        xml.text("Message", query_message(wire, error));
        if (service_traits(exchange.model->service().name).error_detail) {
            xml.empty("Detail");
        }
        xml.close("Error");
        xml.text("RequestId", exchange.request_id);
        xml.close("ErrorResponse");
        return respond(exchange, wire.status, xml);
    }

protected:
    QueryDialect dialect() const override { return QueryDialect::aws; }
};

class Ec2Protocol final : public FormProtocol {
public:
    std::string_view name() const override { return "ec2"; }

    HttpResponse render(const Exchange& exchange, const Json& result) const override {
        const std::string root = exchange.operation->name + "Response";
        XmlWriter xml;
        xml.open(root, xmlns(exchange));
        xml.text("requestId", exchange.request_id);
        write_result(xml, exchange, result);
        xml.close(root);
        return respond(exchange, exchange.operation->status, xml);
    }

    HttpResponse render_error(const Exchange& exchange, const ApiError& error) const override {
        const WireError wire = wire_error(*exchange.model, error);
        XmlWriter xml;
        xml.open("Response");
        xml.open("Errors");
        xml.open("Error");
        xml.text("Code", wire.code);
        xml.text("Message", error.message());
        xml.close("Error");
        xml.close("Errors");
        xml.text("RequestID", exchange.request_id);
        xml.close("Response");
        return respond(exchange, wire.status, xml);
    }

protected:
    QueryDialect dialect() const override { return QueryDialect::ec2; }
};

}  // namespace

const Protocol& query_protocol() {
    static const QueryProtocol protocol;
    return protocol;
}

const Protocol& ec2_protocol() {
    static const Ec2Protocol protocol;
    return protocol;
}

}  // namespace orrery::aws
