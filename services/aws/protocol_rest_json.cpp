#include "services/aws/protocol_rest_json.h"

#include "engine/trace.h"
#include "services/aws/http_binding.h"
#include "services/aws/protocol.h"
#include "services/aws/rest_json_body.h"
#include "services/aws/rest_routes.h"

#include <nlohmann/json.hpp>

namespace orrery::aws {

namespace {

/// Lambda has an error of its own for bodies that are no JSON; elsewhere it is
/// SerializationException. [botocore; LS test_lambda_invoke_payload_encoding_error]
[[noreturn]] void refuse_body(const Model& model, const std::string& problem) {
    constexpr const char* own = "InvalidRequestContentException";
    if (model.find_error(own) != nullptr) {
        throw ApiError(own, "Could not parse request body into json: " + problem);
    }
    throw ApiError("SerializationException", problem);
}

Json parse_json(const HttpRequest& request, const Model& model) {
    if (request.body.find_first_not_of(" \t\r\n") == std::string::npos) {
        return nullptr;
    }
    Json body = Json::parse(request.body, nullptr, false);
    if (body.is_discarded()) {
        refuse_body(model, "The request body is not valid JSON.");
    }
    return body;
}

void read_body(const HttpRequest& request, const Exchange& exchange, Json& parameters) {
    const Shape& input = *exchange.operation->input;
    if (input.payload != nullptr) {
        const Member& payload = *input.payload;
        Json body = is_raw(payload) ? read_raw_payload(request, payload)
                                    : parse_json(request, *exchange.model);
        if (!body.is_null()) {
            parameters[payload.name] =
                is_raw(payload) ? std::move(body) : read_rest_json(body, *payload.shape);
        }
    } else if (has_body_members(input)) {
        Json body = parse_json(request, *exchange.model);
        if (body.is_object()) {
            parameters = read_rest_json(body, input);
        } else if (!body.is_null()) {
            refuse_body(*exchange.model, "The request body is no JSON object.");
        }
    }
}

bool has_header(const HttpResponse& response, std::string_view name) {
    return find_header(response.headers, name) != nullptr;
}

void write_body(const Json& result, const Shape& output, HttpResponse& response) {
    if (output.payload != nullptr) {
        const Member& payload = *output.payload;
        const auto found = result.find(payload.name);
        if (found == result.end() || found->is_null()) {
            return;
        }
        if (is_raw(payload)) {
            response.body = write_raw_payload(*found, payload);
        } else if (payload.shape->kind == ShapeKind::structure) {
            append_rest_json(response.body, *found, *payload.shape);
        } else {
            response.body = found->dump(-1, ' ', false, Json::error_handler_t::replace);
        }
    } else if (has_body_members(output)) {
        append_rest_json(response.body, result, output);
    }
}

/// What the member with the error's text is called: "message", in some errors "Message".
const Member* message_member(const Shape& shape) {
    const Member* member = shape.find("message");
    return member == nullptr ? shape.find("Message") : member;
}

/// The header that a member of an error is in; null if it is in the body.
const std::string* header_of_detail(const Shape* shape, std::string_view name) {
    const Member* member = shape == nullptr ? nullptr : shape->find(name);
    return member == nullptr || member->location != Location::header ? nullptr
                                                                     : &member->location_name;
}

/// {"Type":"User","message":"..."}: Type only where the model has it. [LS test_invoke_exceptions]
std::string error_body(const Model& model, const WireError& wire, const ApiError& error) {
    const Shape* shape = model.find_shape(wire.shape);
    const bool typed = shape != nullptr && shape->find("Type") != nullptr;
    const Member* named = shape == nullptr ? nullptr : message_member(*shape);
    std::string body = "{";
    if (typed) {
        body.append(R"("Type":")").append(wire.sender_fault ? "User" : "Service").append("\",");
    }
    append_json_string(body, named == nullptr ? "message" : named->location_name);
    body += ':';
    append_json_string(body, error.message());
    for (const auto& [member, value] : error.details()) {
        if (header_of_detail(shape, member) != nullptr) {
            continue;
        }
        body += ',';
        append_json_string(body, member);
        body += ':';
        append_json_string(body, value);
    }
    return body + "}";
}

class RestJsonProtocol final : public Protocol {
public:
    std::string_view name() const override { return "rest-json"; }

    /// A service that speaks it speaks nothing else.
    bool recognizes(const HttpRequest& /*request*/) const override { return true; }

    Json parse(const HttpRequest& request, Exchange& exchange) const override {
        const RestRoute route = exchange.model->routes().find(request);
        if (route.operation == nullptr) {
            throw ApiError("UnknownOperationException",
                           "No operation of " + exchange.model->service().service_id +
                               " is called by " + request.method + " " +
                               std::string(request.path()),
                           404);
        }
        exchange.operation = route.operation;
        Json parameters = Json::object();
        if (route.operation->input != nullptr) {
            read_body(request, exchange, parameters);
            read_bindings(request, route, parameters);
        }
        return parameters;
    }

    HttpResponse render(const Exchange& exchange, const Json& result) const override {
        const Operation& operation = *exchange.operation;
        HttpResponse response{operation.status, {}, {}};
        response.headers.push_back({"x-amzn-RequestId", exchange.request_id});
        if (operation.output != nullptr) {
            static const Json nothing = Json::object();
            const Json& members = result.is_null() ? nothing : result;
            write_bindings(members, *operation.output, response);
            write_body(members, *operation.output, response);
        }
        return finish(exchange, std::move(response));
    }

    HttpResponse render_error(const Exchange& exchange, const ApiError& error) const override {
        const WireError wire = wire_error(*exchange.model, error);
        HttpResponse response{wire.status, {}, {}};
        response.headers.push_back({"x-amzn-RequestId", exchange.request_id});
        response.headers.push_back({"x-amzn-ErrorType", wire.shape});
        const Shape* shape = exchange.model->find_shape(wire.shape);
        for (const auto& [member, value] : error.details()) {
            if (const std::string* header = header_of_detail(shape, member)) {
                response.headers.push_back({*header, value});
            }
        }
        response.body = error_body(*exchange.model, wire, error);
        return finish(exchange, std::move(response));
    }

private:
    /// Payloads are JSON too unless a member says what they are, as Lambda's are.
    static HttpResponse finish(const Exchange& exchange, HttpResponse response) {
        if (response.status == 204 || exchange.method == "HEAD") {
            response.body.clear();
        }
        if (!has_header(response, "Content-Type")) {
            response.headers.push_back({"Content-Type", "application/json"});
        }
        return response;
    }
};

}  // namespace

const Protocol& rest_json_protocol() {
    static const RestJsonProtocol protocol;
    return protocol;
}

}  // namespace orrery::aws
