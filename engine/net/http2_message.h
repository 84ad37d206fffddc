/// HTTP/2 messages [RFC 9113, 8]: header lists and data become requests, answers become header
/// lists. Pure: it knows neither sockets nor frames.
#pragma once

#include "engine/net/http_framing.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery {

/// A request as its frames bring it. That its headers are well-formed has been seen to.
class Http2Request {
public:
    /// `limits` must outlive it.
    explicit Http2Request(const HttpLimits& limits) : limits_(limits) {}

    /// Pseudo-headers, too.
    void take_header(std::string_view name, std::string_view value);
    void take_trailer(std::string_view name, std::string_view value);
    /// No more headers come; `has_body` if data may.
    void end_head(bool has_body);
    void take_body(std::string_view bytes);
    /// Forgets what has come of the body.
    void drop_body();
    void end() { whole_ = true; }

    /// Null if there is none.
    const HttpFailure* failure() const { return failure_ ? &*failure_ : nullptr; }
    bool whole() const { return whole_; }
    /// Whether a body is on its way.
    bool in_body() const { return has_body_ && !whole_ && !failure_; }
    /// The client waits for a word before it sends the body.
    bool expects_continue() const { return expects_continue_ && has_body_; }
    const HttpManner& manner() const { return manner_; }
    const HttpRequest& so_far() const { return request_; }
    HttpRequest release() { return std::move(request_); }

private:
    bool count(std::string_view name, std::string_view value);
    void note_header(std::string_view name, std::string_view value);
    void join_cookies(std::string_view value);
    void limit_body();
    void fail(int status, std::string text);

    const HttpLimits& limits_;
    HttpRequest request_;
    HttpManner manner_;
    std::optional<HttpFailure> failure_;
    std::optional<std::string> authority_;
    std::size_t head_bytes_ = 0;
    std::size_t body_limit_ = 0;
    std::size_t content_length_ = 0;
    bool has_body_ = false;
    bool whole_ = false;
    bool expects_continue_ = false;
};

/// The header list of an answer, ":status" first. `date` is the Date header's text.
std::vector<HttpHeader> http2_head(const HttpResponse& response,
                                   const HttpManner& manner,
                                   std::string_view date);

}  // namespace orrery
