// restJson1: the first line is method and target, then headers up to an empty line, then the body;
// what can be parsed becomes an answer of the same operation.
// iterations: 40000
#include "engine/ensure.h"
#include "services/aws/http_binding.h"
#include "services/aws/protocol.h"
#include "services/aws/protocol_rest_json.h"
#include "services/aws/rest_json_body.h"
#include "services/aws/validate.h"

#include <nlohmann/json.hpp>

#include <cstdint>

using namespace orrery;
using namespace orrery::aws;

namespace {

std::string_view take_line(std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

HttpRequest request_of(std::string_view text) {
    HttpRequest request;
    const std::string_view first = take_line(text);
    const std::size_t blank = std::min(first.find(' '), first.size());
    request.method = first.substr(0, blank);
    request.target = first.substr(std::min(blank + 1, first.size()));
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line.empty()) {
            break;
        }
        const std::size_t colon = std::min(line.find(':'), line.size());
        request.headers.push_back({std::string(line.substr(0, colon)),
                                   std::string(line.substr(std::min(colon + 1, line.size())))});
    }
    request.body = text;
    return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const HttpRequest request = request_of({reinterpret_cast<const char*>(data), size});
    Exchange exchange;
    exchange.model = find_model("lambda");
    exchange.method = request.method;
    try {
        const Json parameters = rest_json_protocol().parse(request, exchange);
        ENSURE(exchange.operation != nullptr && parameters.is_object());
        ENSURE(Json::parse(parameters.dump()) == parameters);  // all of it is UTF-8
        validate(parameters, *exchange.model, *exchange.operation);
        if (exchange.operation->input != nullptr) {
            std::string body;
            append_rest_json(body, parameters, *exchange.operation->input);
            ENSURE(Json::accept(body));
            HttpResponse response;
            write_bindings(parameters, *exchange.operation->input, response);
        }
    } catch (const ApiError& error) {
        const HttpResponse response = rest_json_protocol().render_error(exchange, error);
        ENSURE(response.status >= 400 && find_header(response.headers, "x-amzn-ErrorType"));
        ENSURE(request.method == "HEAD" || Json::accept(response.body));
    }
    return 0;
}
