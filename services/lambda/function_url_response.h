/// What a function answered, as the caller of its URL gets it; and what CORS adds to it.
#pragma once

#include "engine/net/http.h"
#include "services/lambda/function_url.h"
#include "services/lambda/runtime.h"

#include <string>

namespace orrery::lambda {

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
