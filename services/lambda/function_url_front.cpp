#include "services/lambda/function_url_front.h"

#include "engine/world.h"
#include "services/aws/error.h"
#include "services/aws/sigv4.h"
#include "services/lambda/function_url_event.h"
#include "services/lambda/function_url_response.h"
#include "services/lambda/function_url_stream.h"
#include "services/lambda/functions.h"
#include "services/lambda/limits.h"
#include "services/lambda/trace_header.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace orrery::lambda {

namespace {

constexpr std::string_view host_mark = ".lambda-url.";
constexpr std::string_view shown_source = "127.0.0.1";  // of every caller: the machine's is real

struct FoundUrl {
    Function* function = nullptr;
    const FunctionUrl* url = nullptr;
};

FoundUrl find_url(Functions& functions, std::string_view id) {
    for (const auto& [name, function] : functions.all()) {
        for (const auto& [qualifier, url] : function->urls) {
            if (url.id == id) {
                return {function.get(), &url};
            }
        }
    }
    return {};
}

/// Whether the request may invoke. A signature must be there; it is held against its secret no
/// further. [choice]
bool allowed(const FunctionUrl& url, const HttpRequest& request, UrlContext& context) {
    if (url.auth_type == FunctionUrl::AuthType::none) {
        return true;
    }
    std::string storage;
    const std::optional<aws::CredentialScope> scope = aws::find_scope(request, storage);
    if (scope) {
        context.access_key = scope->access_key;
    }
    return scope.has_value();
}

UrlContext context_of(const FunctionUrl& url, const HttpRequest& request, Functions& functions) {
    UrlContext context;
    context.url_id = url.id;
    context.domain_name = url.host(functions.identity().region);
    context.request_id = functions.random().uuid();
    context.now = functions.world().loop.now();
    context.source_address = shown_source;
    const std::string* trace_header = request.header("X-Amzn-Trace-Id");
    context.trace_header = trace_header != nullptr
                               ? *trace_header
                               : trace_header::make(context.now, functions.random());
    return context;
}

/// Invokes the URL's function with `payload`.
void invoke(Functions& functions,
            const FoundUrl& found,
            const HttpRequest& request,
            const UrlContext& context,
            std::string payload,
            const std::function<void(HttpResponse)>& respond) {
    const std::optional<Target> target =
        functions.find_target({found.function->name(), found.url->qualifier});
    if (!target) {
        respond(url_refusal(502, "Internal Server Error"));
        return;
    }
    const auto call = std::make_shared<Call>();
    call->invocation.payload = std::move(payload);
    call->request_id = context.request_id;  // [LS test_request_id_invoke_url]
    call->trace_header = context.trace_header;
    const auto dress_and_respond =
        [respond, url = *found.url, request, weak = std::weak_ptr(call)](HttpResponse response) {
            if (const auto answered = weak.lock()) {
                const Invocation& invocation = answered->invocation;
                response.headers.push_back({"x-amzn-RequestId", invocation.request_id});
                response.headers.push_back({"X-Amzn-Trace-Id", invocation.trace_header});
                add_cors_headers(url, request, response);
                respond(std::move(response));
            }
        };
    const auto stream = std::make_shared<UrlStream>(dress_and_respond);
    const FunctionUrl::InvokeMode mode = found.url->invoke_mode;
    if (mode == FunctionUrl::InvokeMode::response_stream) {
        UrlStream::listen(stream, call->invocation);
    }
    call->finished = [stream, dress_and_respond, mode](const Call& ended) {
        if (!stream->end(ended.outcome)) {
            dress_and_respond(url_response(ended.outcome, mode));
        }
    };
    if (functions.invoke(*target, call) != Admission::accepted) {
        call->finished = {};
        respond(url_refusal(429, "Rate Exceeded."));
    }
}

}  // namespace

std::optional<UrlAddress> find_url_address(const HttpRequest& request) {
    const std::string* host = request.header("Host");
    if (host != nullptr) {
        const std::size_t mark = host->find(host_mark);
        if (mark != std::string::npos && mark > 0) {
            return UrlAddress{host->substr(0, mark), request};
        }
    }
    if (!request.target.starts_with(function_url_path)) {
        return std::nullopt;
    }
    const std::string_view rest = std::string_view(request.target).substr(function_url_path.size());
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    UrlAddress address{std::string(rest.substr(0, end)), request};
    address.request.target = rest.substr(end);
    if (!address.request.target.starts_with('/')) {
        address.request.target.insert(0, "/");
    }
    return address;
}

bool serve_url(Functions& functions,
               const UrlAddress& address,
               const std::function<void(HttpResponse)>& respond) {
    const FoundUrl found = find_url(functions, address.id);
    if (found.url == nullptr) {
        return false;
    }
    const FunctionUrl& url = *found.url;
    const HttpRequest& request = address.request;
    if (is_preflight(url, request)) {
        respond(preflight_response(url, request));
        return true;
    }
    UrlContext context = context_of(url, request, functions);
    if (!allowed(url, request, context)) {
        respond(url_refusal(403, "Forbidden"));
        return true;
    }
    if (!context.access_key.empty()) {
        context.account = functions.identity().account;
    }
    try {
        std::string payload = url_event(request, context);
        if (payload.size() > limits::request_bytes) {
            respond(url_refusal(413, "Request Too Long"));
        } else {
            invoke(functions, found, request, context, std::move(payload), respond);
        }
    } catch (const aws::ApiError& error) {
        respond(url_refusal(400, error.message()));  // of a query that is no query
    }
    return true;
}

}  // namespace orrery::lambda
