#include "services/lambda/function_url_response.h"

#include "engine/json.h"
#include "services/aws/encoding.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace orrery::lambda {

namespace {

constexpr std::string_view http_integration = "application/vnd.awslambda.http-integration-response";

/// Writing a value takes stack by its depth; AWS's own bound is unknown. [choice]
constexpr int deepest_nesting = 1000;

bool is_nested_deeper(const Json& value, int levels) {
    return value.is_structured() &&
           (levels == 0 || std::any_of(value.begin(), value.end(), [levels](const Json& each) {
                return is_nested_deeper(each, levels - 1);
            }));
}

std::string text_of(const Json& value) {
    return value.is_string() ? value.get<std::string>()
                             : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Status, headers and cookies; nothing if they are not as they must be.
std::optional<HttpResponse> read_head(const Json& result) {
    HttpResponse response;
    const auto status = result.find("statusCode");
    if (status != result.end()) {
        const auto number = status->is_number_integer() ? status->get<std::int64_t>() : 0;
        if (number < 200 || number > 599) {
            return std::nullopt;  // below 200 a client would wait for the answer that follows
        }
        response.status = static_cast<int>(number);
    }
    const auto headers = result.find("headers");
    if (headers != result.end() && headers->is_object()) {
        for (const auto& [name, value] : headers->items()) {
            response.headers.push_back({name, text_of(value)});
        }
    }
    const auto cookies = result.find("cookies");
    if (cookies != result.end() && cookies->is_array()) {
        for (const Json& cookie : *cookies) {
            response.headers.push_back({"Set-Cookie", text_of(cookie)});
        }
    }
    // What is the server's to say, and what would end a header.
    std::erase_if(response.headers, [](const HttpHeader& header) {
        return same_name(header.name, "Content-Length") || same_name(header.name, "Connection") ||
               same_name(header.name, "Transfer-Encoding") || same_name(header.name, "Date") ||
               header.name.find_first_of("\r\n :") != std::string::npos || header.name.empty() ||
               header.value.find_first_of("\r\n") != std::string::npos;
    });
    return response;
}

void add_type(HttpResponse& response, std::string_view type) {
    if (find_header(response.headers, "Content-Type") == nullptr) {
        response.headers.push_back({"Content-Type", std::string(type)});
    }
}

/// Status and headers that stand before a streamed response.
std::optional<HttpResponse> read_prelude(std::string_view text) {
    const Json head = Json::parse(text, nullptr, false);
    std::optional<HttpResponse> response =
        head.is_object() && !is_nested_deeper(head, deepest_nesting) ? read_head(head)
                                                                     : std::nullopt;
    if (response) {
        add_type(*response, "application/octet-stream");
    }
    return response;
}

HttpResponse streamed_response(const Outcome& outcome) {
    const std::optional<StreamHead> head = read_stream_head(outcome.content_type, outcome.payload);
    std::optional<HttpResponse> response = head ? head->response : read_prelude(outcome.payload);
    if (!response) {
        return bad_gateway();
    }
    response->body = head ? head->rest : "";
    return *std::move(response);
}

HttpResponse buffered_response(const Outcome& outcome) {
    const Json result = Json::parse(outcome.payload, nullptr, false);
    if (result.is_discarded()) {
        return bad_gateway();
    }
    if (!result.is_object() || !result.contains("statusCode")) {
        return {200,
                {{"Content-Type", "application/json"}},
                result.is_string() ? result.get<std::string>() : outcome.payload};
    }
    if (is_nested_deeper(result, deepest_nesting)) {
        return url_refusal(502,
                           "The function's result is nested deeper than " +
                               std::to_string(deepest_nesting) + " levels.");
    }
    std::optional<HttpResponse> response = read_head(result);
    if (!response) {
        return bad_gateway();
    }
    add_type(*response, "application/json");
    const auto body = result.find("body");
    if (body != result.end() && !body->is_null()) {
        response->body = text_of(*body);
    }
    const auto encoded = result.find("isBase64Encoded");
    if (encoded != result.end() && *encoded == true) {
        std::optional<std::string> bytes = aws::decode_base64(response->body);
        if (!bytes) {
            return bad_gateway();
        }
        response->body = *std::move(bytes);
    }
    return *std::move(response);
}

bool contains(const std::vector<std::string>& values, std::string_view value) {
    return std::any_of(values.begin(), values.end(), [value](const std::string& each) {
        return each == "*" || same_name(each, value);
    });
}

std::string joined(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) {
        text.append(text.empty() ? "" : ",").append(value);
    }
    return text;
}

/// Null unless the URL allows the request's origin.
const std::string* allowed_origin(const FunctionUrl& url, const HttpRequest& request) {
    const std::string* origin = request.header("Origin");
    return url.cors && origin != nullptr && contains(url.cors->allow_origins, *origin) ? origin
                                                                                       : nullptr;
}

void set_header(HttpResponse& response, std::string_view name, const std::string& value) {
    std::erase_if(response.headers,
                  [name](const HttpHeader& header) { return same_name(header.name, name); });
    if (!value.empty()) {
        response.headers.push_back({std::string(name), value});
    }
}

}  // namespace

std::optional<StreamHead> read_stream_head(const std::string& content_type,
                                           std::string_view bytes) {
    constexpr std::string_view divider{"\0\0\0\0\0\0\0\0", 8};
    if (content_type != http_integration) {
        return StreamHead{HttpResponse{200, {{"Content-Type", content_type}}, {}}, bytes};
    }
    const std::size_t end = bytes.find(divider);
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    return StreamHead{read_prelude(bytes.substr(0, end)), bytes.substr(end + divider.size())};
}

HttpResponse bad_gateway() {
    return {502, {{"Content-Type", "application/json"}}, "Internal Server Error"};
}

HttpResponse url_response(const Outcome& outcome, FunctionUrl::InvokeMode mode) {
    if (outcome.kind != Outcome::Kind::success) {
        return bad_gateway();
    }
    if (outcome.streamed) {
        return streamed_response(outcome);
    }
    if (mode == FunctionUrl::InvokeMode::response_stream) {
        // Handed on as it is. [docs: configuration-response-streaming]
        return {200, {{"Content-Type", "application/octet-stream"}}, outcome.payload};
    }
    return buffered_response(outcome);
}

HttpResponse url_refusal(int status, const std::string& message) {
    return {status, {{"Content-Type", "application/json"}}, Json{{"Message", message}}.dump()};
}

bool is_preflight(const FunctionUrl& url, const HttpRequest& request) {
    return url.cors && request.method == "OPTIONS" && request.header("Origin") != nullptr &&
           request.header("Access-Control-Request-Method") != nullptr;
}

HttpResponse preflight_response(const FunctionUrl& url, const HttpRequest& request) {
    HttpResponse response{200, {}, {}};
    const FunctionUrl::Cors& cors = *url.cors;
    if (allowed_origin(url, request) != nullptr &&
        contains(cors.allow_methods, *request.header("Access-Control-Request-Method"))) {
        set_header(response, "Access-Control-Allow-Methods", joined(cors.allow_methods));
        set_header(response, "Access-Control-Allow-Headers", joined(cors.allow_headers));
        if (cors.max_age_seconds) {
            set_header(response, "Access-Control-Max-Age", std::to_string(*cors.max_age_seconds));
        }
    }
    add_cors_headers(url, request, response);
    return response;
}

void add_cors_headers(const FunctionUrl& url, const HttpRequest& request, HttpResponse& response) {
    const std::string* origin = allowed_origin(url, request);
    if (origin == nullptr) {
        return;
    }
    const FunctionUrl::Cors& cors = *url.cors;
    set_header(response, "Access-Control-Allow-Origin", *origin);
    set_header(response, "Vary", "Origin");
    set_header(response, "Access-Control-Expose-Headers", joined(cors.expose_headers));
    if (cors.allow_credentials) {
        set_header(response, "Access-Control-Allow-Credentials", "true");
    }
}

}  // namespace orrery::lambda
