/// Serves HTTP requests to function URLs: from the request to the function's invocation and back.
#pragma once

#include "engine/net/http.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::lambda {

class Functions;

/// A request's way to a function URL: by AWS's host name, or by a path on any host.
struct UrlAddress {
    std::string id;
    HttpRequest request;  // as the function shall see it
};

/// What paths on any host begin with; the URL's id follows.
inline constexpr std::string_view function_url_path = "/_aws/lambda-url/";

/// "ID.lambda-url.REGION.on.aws" (or any other ending) as Host, or a path
/// "/_aws/lambda-url/ID/...". Nothing if the request is for no function URL.
std::optional<UrlAddress> find_url_address(const HttpRequest& request);

/// Answers a request to a URL of one of `functions`; false, and nothing, if there is none of that
/// id.
bool serve_url(Functions& functions,
               const UrlAddress& address,
               const std::function<void(HttpResponse)>& respond);

}  // namespace orrery::lambda
