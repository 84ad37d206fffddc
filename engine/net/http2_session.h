/// nghttp2's server side of one HTTP/2 connection, with its callbacks as virtual calls.
#pragma once

#include "engine/net/http.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

struct nghttp2_session;

namespace orrery {

/// Hears what a session tells, while bytes are given to it or taken from it. Neither may be done
/// within these calls; anything may be submitted.
class Http2Listener {
public:
    virtual ~Http2Listener() = default;

    virtual void begin_stream(std::int32_t id) = 0;
    virtual void take_header(std::int32_t id, std::string_view name, std::string_view value) = 0;
    virtual void take_trailer(std::int32_t id, std::string_view name, std::string_view value) = 0;
    virtual void end_head(std::int32_t id, bool has_body) = 0;
    virtual void take_body(std::int32_t id, std::string_view bytes) = 0;
    virtual void end_request(std::int32_t id) = 0;
    /// The client has room for more, of one stream or, told of stream 0, of all.
    virtual void room_made(std::int32_t id) = 0;
    /// The next bytes of an answer's body: how many, and whether they are the last; negative: one
    /// of nghttp2's reasons.
    virtual std::int64_t take_answer(std::int32_t id, char* to, std::size_t most, bool& ended) = 0;
    /// The last of the answer has been taken.
    virtual void end_answer(std::int32_t id) = 0;
    virtual void end_stream(std::int32_t id) = 0;
};

struct FreeHttp2Session {
    void operator()(nghttp2_session* session) const;
};
using Http2Session = std::unique_ptr<nghttp2_session, FreeHttp2Session>;

/// With its settings to be sent. `listener` must outlive it.
Http2Session make_http2_session(Http2Listener& listener, const HttpLimits& limits);

/// The head of an answer; its body, if it has one, is then taken by take_answer().
void submit_http2_answer(nghttp2_session* session,
                         std::int32_t stream,
                         const std::vector<HttpHeader>& head,
                         bool with_body);
/// "100 Continue", say: the answer is still to come.
void submit_http2_interim(nghttp2_session* session, std::int32_t stream, int status);

}  // namespace orrery
