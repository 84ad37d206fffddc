#include "services/lambda/function_url_event.h"

#include "services/aws/encoding.h"
#include "services/aws/error.h"
#include "services/aws/form.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace orrery::lambda {

namespace {

using OrderedJson = nlohmann::ordered_json;

std::string small_letters(std::string_view text) {
    std::string small(text);
    std::transform(small.begin(), small.end(), small.begin(), [](unsigned char letter) {
        return static_cast<char>(letter < 0x80 ? std::tolower(letter) : letter);
    });
    return small;
}

/// Names in small letters, values of one name joined by commas; cookies stand apart.
void add_headers(OrderedJson& event, const HttpRequest& request, const UrlContext& context) {
    OrderedJson cookies = OrderedJson::array();
    std::map<std::string, std::string> headers;
    for (const HttpHeader& header : request.headers) {
        const std::string name = small_letters(header.name);
        if (name == "cookie") {
            std::string_view rest = header.value;
            while (!rest.empty()) {
                const std::size_t end = std::min(rest.find(';'), rest.size());
                std::string_view cookie = rest.substr(0, end);
                cookie.remove_prefix(std::min(cookie.find_first_not_of(' '), cookie.size()));
                if (!cookie.empty()) {
                    cookies.push_back(std::string(cookie));
                }
                rest.remove_prefix(std::min(end + 1, rest.size()));
            }
            continue;
        }
        std::string& value = headers[name];
        value.append(value.empty() ? "" : ",").append(header.value);
    }
    // What AWS's front adds; a function URL is always called over HTTPS there.
    headers["host"] = context.domain_name;
    headers["x-amzn-trace-id"] = context.trace_header.substr(0, context.trace_header.find(';'));
    headers["x-forwarded-for"] = context.source_address;
    headers["x-forwarded-port"] = "443";
    headers["x-forwarded-proto"] = "https";
    if (!cookies.empty()) {
        event["cookies"] = std::move(cookies);
    }
    event["headers"] = headers;
}

void add_query(OrderedJson& event, std::string_view query) {
    if (query.empty()) {
        return;
    }
    std::map<std::string, std::string> parameters;
    for (const auto& [name, text] : aws::parse_form(query)) {
        std::string& value = parameters[name];
        value.append(value.empty() ? "" : ",").append(text);
    }
    event["queryStringParameters"] = parameters;
}

/// "12/Mar/2020:19:03:58 +0000"
std::string log_time(Instant now) {
    constexpr std::array months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::string iso = iso8601(now);  // "2020-03-12T19:03:58.390Z"
    const auto month = static_cast<std::size_t>((iso[5] - '0') * 10 + (iso[6] - '0') - 1);
    return iso.substr(8, 2) + "/" + months.at(month) + "/" + iso.substr(0, 4) + ":" +
           iso.substr(11, 8) + " +0000";
}

OrderedJson request_context(const HttpRequest& request,
                            const UrlContext& context,
                            const std::string& path) {
    OrderedJson result;
    result["accountId"] = context.account;
    result["apiId"] = context.url_id;
    if (!context.access_key.empty()) {
        result["authorizer"]["iam"] = {{"accessKey", context.access_key},
                                       {"accountId", context.account},
                                       {"callerId", context.access_key},
                                       {"cognitoIdentity", nullptr},
                                       {"principalOrgId", nullptr},
                                       {"userArn", "arn:aws:iam::" + context.account + ":root"},
                                       {"userId", context.access_key}};
    }
    result["domainName"] = context.domain_name;
    result["domainPrefix"] = context.url_id;
    const std::string* agent = request.header("User-Agent");
    result["http"] = {{"method", request.method},
                      {"path", path},
                      {"protocol", "HTTP/1.1"},
                      {"sourceIp", context.source_address},
                      {"userAgent", agent == nullptr ? "" : *agent}};
    result["requestId"] = context.request_id;
    result["routeKey"] = "$default";
    result["stage"] = "$default";
    result["time"] = log_time(context.now);
    result["timeEpoch"] = epoch_millis(context.now);
    return result;
}

/// Anything else is given in base64. [LS test_lambda_url_form_payload]
bool is_text(const HttpRequest& request) {
    const std::string* type = request.header("Content-Type");
    if (type == nullptr || !aws::is_utf8(request.body)) {
        return false;
    }
    const std::string plain = small_letters(type->substr(0, type->find(';')));
    return plain.starts_with("text/") || plain == "application/json" ||
           plain == "application/javascript" || plain == "application/xml";
}

}  // namespace

std::string url_event(const HttpRequest& request, const UrlContext& context) {
    const auto decoded = aws::percent_decode(request.path(), aws::PlusSign::plus);
    const std::string path =
        decoded && aws::is_utf8(*decoded) ? *decoded : std::string(request.path());
    OrderedJson event;
    event["version"] = "2.0";
    event["routeKey"] = "$default";
    event["rawPath"] = path;
    event["rawQueryString"] = std::string(request.query());
    add_headers(event, request, context);
    add_query(event, request.query());
    event["requestContext"] = request_context(request, context, path);
    const bool text = request.body.empty() || is_text(request);
    if (!request.body.empty()) {
        event["body"] = text ? request.body : aws::base64(request.body);
    }
    event["isBase64Encoded"] = !text;
    return event.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace orrery::lambda
