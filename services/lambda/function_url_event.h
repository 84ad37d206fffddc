/// An HTTP request to a function URL as its function gets it: payload format 2.0.
#pragma once

#include "engine/net/http.h"
#include "engine/time.h"

#include <string>

namespace orrery::lambda {

/// What the request does not say itself.
struct UrlContext {
    std::string account = "anonymous";  // whose signature it carries
    std::string access_key;             // empty: it is not signed
    std::string url_id;
    std::string domain_name;
    std::string request_id;
    std::string trace_header;
    std::string source_address;
    Instant now;
};

/// JSON text. [docs: urls-invocation; public event samples of aws-lambda-go]
std::string url_event(const HttpRequest& request, const UrlContext& context);

}  // namespace orrery::lambda
