/// HTTP messages as services see them: no sockets, no framing.
#pragma once

#include "engine/pipe.h"
#include "engine/time.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

struct HttpHeader {
    std::string name;  // as sent
    std::string value;
};

/// Whether two header names (or tokens such as "close") are the same, in any case.
bool same_name(std::string_view left, std::string_view right);

/// The first header called `name`, in any case, or null.
const std::string* find_header(const std::vector<HttpHeader>& headers, std::string_view name);

struct HttpRequest {
    std::string method;  // "POST"
    std::string target;  // as sent: the path with its query, still encoded
    std::vector<HttpHeader> headers;
    std::string body;  // without its transfer coding
    std::vector<HttpHeader> trailers = {};
    std::size_t body_taken = 0;  // bytes that somebody took out of the body while it came
    bool secure = false;         // it came over TLS

    const std::string* header(std::string_view name) const { return find_header(headers, name); }
    /// The target up to its '?'.
    std::string_view path() const;
    /// What follows the '?', or nothing.
    std::string_view query() const;
};

/// Content-Length, Date and Connection are the server's to add; only to HEAD a Content-Length may
/// be told, of the body that GET would have.
struct HttpResponse {
    int status = 200;
    std::vector<HttpHeader> headers;
    std::string body;
    /// What follows the body, sent as it comes; null: nothing does. A response that breaks off ends
    /// with its connection.
    std::shared_ptr<Pipe<std::string>> stream = nullptr;
};

struct HttpLimits {
    /// The request line and all headers; trailers and their like count anew.
    std::size_t header_bytes = 64 * 1024;
    /// The most that a request's body may have, told from its head (body still empty). Null: 16 MiB
    /// for all.
    std::function<std::size_t(const HttpRequest& head)> body_bytes;
};

/// What a server may want to hear of a request before it is whole.
struct HttpHooks {
    /// A part of the body has come: `head` has all that came and was not taken before. True: it has
    /// been taken, and shall not be kept.
    std::function<bool(const HttpRequest& head)> body = nullptr;
    /// The connection ended before the rest of the body came.
    std::function<void(const HttpRequest& head)> broken_off = nullptr;
    /// Words the answer to bytes that are no request; null: plain text.
    std::function<HttpResponse(int status, const std::string& text)> refusal = nullptr;
};

/// "Thu, 01 Jan 2026 00:00:00 GMT" [RFC 9110, 5.6.7].
std::string http_date(Instant instant);

}  // namespace orrery
