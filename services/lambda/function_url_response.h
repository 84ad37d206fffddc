/// What a function answered, as the caller of its URL gets it; and what CORS adds to it.
#pragma once

#include "engine/net/http.h"
#include "services/lambda/function_url.h"
#include "services/lambda/runtime.h"

#include <optional>
#include <string>
#include <string_view>

namespace orrery::lambda {

/// How a streamed response begins: with its status and headers, if it is of the type that has them.
struct StreamHead {
    std::optional<HttpResponse> response;  // nothing: they are not as they must be
    std::string_view rest;                 // what has come of the body
};

/// Nothing as long as more must come.
std::optional<StreamHead> read_stream_head(const std::string& content_type, std::string_view bytes);

/// What the caller gets of a function that failed.
HttpResponse bad_gateway();

/// [docs: urls-invocation; LS test_lambda_url_invocation]
HttpResponse url_response(const Outcome& outcome, FunctionUrl::InvokeMode mode);

/// {"Message":"..."} with this status.
HttpResponse url_refusal(int status, const std::string& message);

/// Whether the URL itself answers the request: a browser asks what it may do.
bool is_preflight(const FunctionUrl& url, const HttpRequest& request);
HttpResponse preflight_response(const FunctionUrl& url, const HttpRequest& request);
/// Adds what a browser wants to see, where the URL allows the request's origin. It takes the place
/// of what the function said of it. [docs: urls-configuration]
void add_cors_headers(const FunctionUrl& url, const HttpRequest& request, HttpResponse& response);

}  // namespace orrery::lambda
