#include "services/aws/gateway.h"

#include "engine/world.h"
#include "services/aws/api.h"
#include "services/aws/aws_chunked.h"
#include "services/aws/committed.h"
#include "services/aws/event_stream.h"
#include "services/aws/form.h"
#include "services/aws/gzip.h"
#include "services/aws/plain_parameters.h"
#include "services/aws/protocol.h"
#include "services/aws/protocol_cbor.h"
#include "services/aws/protocol_json.h"
#include "services/aws/refusal.h"
#include "services/aws/routing.h"
#include "services/aws/service_traits.h"
#include "services/aws/sigv4.h"
#include "services/aws/xml.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace orrery::aws {

namespace {

bool is_binary(const Protocol* protocol) {
    return protocol == &rpc_v2_cbor_protocol() || protocol == &json_cbor_protocol();
}

/// A request that no protocol recognizes was written by hand, and its writer can read text.
const Protocol* choose_protocol(const HttpRequest& request, const Model& model) {
    const Protocol* first = nullptr;
    for (const Protocol* protocol : protocols()) {
        if (model.service().speaks(protocol->name())) {
            first = first == nullptr || is_binary(first) ? protocol : first;
            if (protocol->recognizes(request)) {
                return protocol;
            }
        }
    }
    return first;
}

bool answers_in_xml(const Protocol& protocol) {
    return protocol.name() == "query" || protocol.name() == "ec2" || protocol.name() == "rest-xml";
}

/// The older protocols have other names for what is wrong with a signature [docs: CommonErrors].
ApiError in_xml_words(const ApiError& error) {
    if (error.code() == "InvalidSignatureException") {
        return {"SignatureDoesNotMatch", error.message(), error.http_status()};
    }
    constexpr std::string_view ending = "Exception";
    return {error.code().substr(0, error.code().size() - ending.size()),
            error.message(),
            error.http_status()};
}

/// "https://HOST" or "http://HOST"; a Host that no URL can have counts as absent.
std::string endpoint_of(const HttpRequest& request) {
    const std::string* host = request.header("Host");
    const bool usable =
        host != nullptr && !host->empty() && std::all_of(host->begin(), host->end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                   c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
        });
    return (request.secure ? "https://" : "http://") + (usable ? *host : "localhost:4566");
}

ApiError internal_failure(const std::string& what) {
    return {"InternalFailure", "Orrery failed while it answered this request: " + what, 500};
}

/// An error for a request of which not even the service is known, in what its client may read.
HttpResponse render_without_model(const HttpRequest& request,
                                  const ApiError& error,
                                  const std::string& unknown,
                                  const std::string& request_id) {
    HttpResponse response{error.http_status(), {{"x-amzn-RequestId", request_id}}, {}};
    if (unknown == "s3") {  // its clients read nothing else
        XmlWriter xml;
        xml.open("Error");
        xml.text("Code", error.code());
        xml.text("Message", error.message());
        xml.text("RequestId", request_id);
        xml.close("Error");
        response.headers.push_back({"Content-Type", "application/xml"});
        response.body = xml.take();
        return response;
    }
    if (query_protocol().recognizes(request)) {
        XmlWriter xml;
        xml.open("ErrorResponse");
        xml.open("Error");
        xml.text("Type", error.http_status() < 500 ? "Sender" : "Receiver");
        xml.text("Code", error.code());
        xml.text("Message", error.message());
        xml.close("Error");
        xml.text("RequestId", request_id);
        xml.close("ErrorResponse");
        response.headers.push_back({"Content-Type", "text/xml"});
        response.body = xml.take();
        return response;
    }
    response.headers.push_back({"x-amzn-ErrorType", error.code()});
    response.headers.push_back({"Content-Type", "application/json"});
    response.body = Json{{"__type", error.code()}, {"message", error.message()}}.dump(
        -1, ' ', false, Json::error_handler_t::replace);
    return response;
}

}  // namespace

struct Gateway::Impl {
    Impl(World& a_world, ApiOf an_api_of, GatewayOptions some_options)
        : world(a_world),
          api_of(std::move(an_api_of)),
          options(std::move(some_options)),
          request_ids(world.random.stream("gateway/request")) {}

    const Router& routes() {
        if (!router) {
            router.emplace();  // reads the models
        }
        return *router;
    }

    std::string next_request_id(RequestIdStyle style) {
        if (style == RequestIdStyle::uuid) {
            return request_ids.uuid();
        }
        constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        constexpr std::uint64_t twelve_letters = 4'738'381'338'321'616'896;  // 36^12
        std::string id(52, ' ');
        std::uint64_t drawn = 0;
        for (std::size_t place = 0; place < id.size(); ++place) {
            drawn = place % 12 == 0 ? request_ids.below(twelve_letters) : drawn / letters.size();
            id[place] = letters[drawn % letters.size()];
        }
        return id;
    }

    std::string secret_of(const std::string& access_key) const {
        if (const auto found = options.secrets.find(access_key); found != options.secrets.end()) {
            return found->second;
        }
        const auto found = options.find_secret ? options.find_secret(access_key) : std::nullopt;
        return found.value_or("test");
    }

    void verify(const HttpRequest& request, const Protocol& protocol) const {
        if (!options.verify_signatures) {
            return;
        }
        try {
            const Signature signature = parse_signature(request);
            verify_signature(request, signature, secret_of(signature.access_key));
        } catch (const ApiError& error) {
            throw answers_in_xml(protocol) ? in_xml_words(error) : error;
        }
    }

    void refuse_unrouted(const HttpRequest& request, const Route& route, const Respond& respond);
    void call(const HttpRequest& request,
              const Route& route,
              const Protocol& protocol,
              Exchange exchange,
              std::shared_ptr<const bool> gone,
              const Respond& respond);
    bool call_quickly(const HttpRequest& request,
                      const Route& route,
                      Exchange& exchange,
                      const Respond& respond);

    World& world;
    ApiOf api_of;
    GatewayOptions options;
    PlainParameters plain_parameters;
    RandomStream request_ids;
    std::optional<Router> router;
};

void Gateway::Impl::refuse_unrouted(const HttpRequest& request,
                                    const Route& route,
                                    const Respond& respond) {
    const ApiError error =
        route.unknown.empty()
            ? ApiError("UnknownOperationException",
                       "Orrery cannot tell which service this request is for: no X-Amz-Target, "
                       "signature, host name, path or Action says so.",
                       404)
            : ApiError("NotImplemented", "Orrery has no service " + route.unknown + ".", 501);
    respond(
        render_without_model(request, error, route.unknown, next_request_id(RequestIdStyle::uuid)));
}

void Gateway::Impl::call(const HttpRequest& request,
                         const Route& route,
                         const Protocol& protocol,
                         Exchange exchange,
                         std::shared_ptr<const bool> gone,
                         const Respond& respond) {
    verify(request, protocol);
    if (&protocol == &json_protocol() && call_quickly(request, route, exchange, respond)) {
        return;
    }
    Json parameters;
    if (is_aws_chunked(request)) {
        HttpRequest decoded = request;
        decoded.body = decode_aws_chunked(request.body);
        parameters = protocol.parse(decoded, exchange);
    } else if (is_gzipped(request)) {
        HttpRequest decoded = request;
        decoded.body =
            decode_gzip(request.body, service_traits(route.model->service().name).body_limit);
        parameters = protocol.parse(decoded, exchange);
    } else {
        parameters = protocol.parse(request, exchange);
    }
    const std::string& service = route.model->service().name;
    const std::string& operation = exchange.operation->name;
    const Api& api = api_of(route.identity);
    const ApiService* found = api.find(service);
    if (found == nullptr || found->find(operation) == nullptr) {
        throw ApiError("NotImplemented",
                       "AWS has the operation " + service + "." + operation +
                           ", but Orrery does not have it yet.",
                       501);
    }
    Caller caller;
    caller.endpoint = endpoint_of(request);
    caller.request_id = exchange.request_id;
    if (const std::string* trace_header = request.header("X-Amzn-Trace-Id")) {
        caller.trace_header = *trace_header;
    }
    caller.gone = std::move(gone);
    caller.access_key = route.access_key;
    api.call(
        service,
        operation,
        parameters,
        [this, &protocol, exchange = std::move(exchange), respond](const ApiResult& result) {
            HttpResponse response;
            try {
                response = result.ok() ? protocol.render(exchange, result.value())
                                       : protocol.render_error(exchange, result.error());
                if (const ApiResult::Events* events = result.events()) {
                    stream_events(*events, *exchange.operation->output, response);
                }
            } catch (const std::exception& error) {
                response = protocol.render_error(exchange, internal_failure(error.what()));
            }
            respond_when_committed(world, std::move(response), respond);
        },
        caller);
}

/// Whether the operation has a quick way and the request could go it: then it is answered.
bool Gateway::Impl::call_quickly(const HttpRequest& request,
                                 const Route& route,
                                 Exchange& exchange,
                                 const Respond& respond) {
    const Operation& operation = json_operation(request, *route.model);
    const ApiService* service = api_of(route.identity).find(route.model->service().name);
    const ApiService::QuickOperation* function =
        service == nullptr ? nullptr : service->find_quick(operation.name);
    const PlainValue* parameters =
        function == nullptr ? nullptr : plain_parameters.read(request.body, *operation.input);
    if (parameters == nullptr) {
        return false;
    }
    exchange.operation = &operation;
    HttpResponse response;
    try {
        std::optional<std::string> answer = (*function)(*parameters);
        if (!answer) {
            return false;
        }
        response = json_response(exchange, *std::move(answer));
    } catch (const ApiError& error) {
        response = json_protocol().render_error(exchange, error);
    }
    respond_when_committed(world, std::move(response), respond);
    return true;
}

Gateway::Gateway(World& world, ApiOf api_of, GatewayOptions options)
    : impl_(std::make_unique<Impl>(world, std::move(api_of), std::move(options))) {}

Gateway::~Gateway() = default;

void Gateway::handle(const HttpRequest& request,
                     std::shared_ptr<const bool> gone,
                     Respond respond) {
    const Route route = impl_->routes().route(request);
    const Protocol* protocol =
        route.model == nullptr ? nullptr : choose_protocol(request, *route.model);
    if (protocol == nullptr) {
        impl_->refuse_unrouted(request, route, respond);
        return;
    }
    Exchange exchange;
    exchange.model = route.model;
    exchange.method = request.method;
    exchange.request_id =
        impl_->next_request_id(service_traits(route.model->service().name).request_ids);
    // An operation that fails after it has answered has answered all the same.
    const auto answered = std::make_shared<bool>(false);
    const Respond once = [answered, respond = std::move(respond)](HttpResponse response) {
        *answered = true;
        respond(std::move(response));
    };
    std::optional<ApiError> refused;
    try {
        impl_->call(request, route, *protocol, exchange, std::move(gone), once);
    } catch (const ApiError& error) {
        refused = error;
        if (const ApiService* service =
                impl_->api_of(route.identity).find(route.model->service().name)) {
            tell_refused(*service, error);
        }
    } catch (const std::exception& error) {
        refused = internal_failure(error.what());
    }
    if (refused && !*answered) {
        once(protocol->render_error(exchange, *refused));
    }
}

std::size_t Gateway::body_limit(const HttpRequest& head) const {
    const Route route = impl_->routes().route(head);
    return service_traits(route.model == nullptr ? "" : route.model->service().name).body_limit;
}

}  // namespace orrery::aws
