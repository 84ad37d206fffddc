#include "engine/net/http2_session.h"

#include "engine/ensure.h"

#include <nghttp2/nghttp2.h>

#include <array>
#include <limits>
#include <string>

namespace orrery {

namespace {

constexpr std::uint32_t most_streams = 100;
// How much of the bodies of requests may be on the way.
constexpr std::int32_t own_window = 1024 * 1024;

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

std::uint8_t* bytes_of(const std::string& text) {
    // nghttp2 copies what it gets, and changes nothing.
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
}

std::vector<nghttp2_nv> as_fields(const std::vector<HttpHeader>& headers) {
    std::vector<nghttp2_nv> fields;
    fields.reserve(headers.size());
    for (const auto& [name, value] : headers) {
        fields.push_back(
            {bytes_of(name), bytes_of(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    return fields;
}

Http2Listener& of(void* listener) {
    return *static_cast<Http2Listener*>(listener);
}

bool is_request(const nghttp2_frame& frame) {
    return frame.headers.cat == NGHTTP2_HCAT_REQUEST;
}

bool ends(const nghttp2_frame& frame) {
    return (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
}

int on_begin_headers(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* listener) {
    if (is_request(*frame)) {
        of(listener).begin_stream(frame->hd.stream_id);
    }
    return 0;
}

int on_header(nghttp2_session* /*session*/,
              const nghttp2_frame* frame,
              const std::uint8_t* name,
              std::size_t name_size,
              const std::uint8_t* value,
              std::size_t value_size,
              std::uint8_t /*flags*/,
              void* listener) {
    const auto take =
        is_request(*frame) ? &Http2Listener::take_header : &Http2Listener::take_trailer;
    (of(listener).*take)(frame->hd.stream_id, text_of(name, name_size), text_of(value, value_size));
    return 0;
}

int on_data(nghttp2_session* /*session*/,
            std::uint8_t /*flags*/,
            std::int32_t stream,
            const std::uint8_t* bytes,
            std::size_t size,
            void* listener) {
    of(listener).take_body(stream, text_of(bytes, size));
    return 0;
}

int on_frame_received(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* listener) {
    const std::int32_t stream = frame->hd.stream_id;
    switch (frame->hd.type) {
        case NGHTTP2_HEADERS:
            if (is_request(*frame)) {
                of(listener).end_head(stream, !ends(*frame));
            }
            [[fallthrough]];
        case NGHTTP2_DATA:
            if (ends(*frame)) {
                of(listener).end_request(stream);
            }
            break;
        case NGHTTP2_WINDOW_UPDATE:
        case NGHTTP2_SETTINGS: of(listener).room_made(stream); break;
        default: break;
    }
    return 0;
}

int on_frame_sent(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* listener) {
    const bool of_answer = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (of_answer && ends(*frame)) {
        of(listener).end_answer(frame->hd.stream_id);
    }
    return 0;
}

int on_stream_closed(nghttp2_session* /*session*/,
                     std::int32_t stream,
                     std::uint32_t /*reason*/,
                     void* listener) {
    of(listener).end_stream(stream);
    return 0;
}

ssize_t on_answer_wanted(nghttp2_session* /*session*/,
                         std::int32_t stream,
                         std::uint8_t* to,
                         std::size_t most,
                         std::uint32_t* flags,
                         nghttp2_data_source* /*source*/,
                         void* listener) {
    bool ended = false;
    const std::int64_t size =
        of(listener).take_answer(stream, reinterpret_cast<char*>(to), most, ended);
    if (ended) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    }
    return static_cast<ssize_t>(size);
}

struct Free {
    void operator()(nghttp2_session_callbacks* freed) const {
        nghttp2_session_callbacks_del(freed);
    }
    void operator()(nghttp2_option* freed) const { nghttp2_option_del(freed); }
};

std::unique_ptr<nghttp2_session_callbacks, Free> make_callbacks() {
    nghttp2_session_callbacks* callbacks = nullptr;
    ENSURE(nghttp2_session_callbacks_new(&callbacks) == 0);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame_received);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_sent);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_closed);
    return std::unique_ptr<nghttp2_session_callbacks, Free>(callbacks);
}

std::unique_ptr<nghttp2_option, Free> make_options() {
    nghttp2_option* options = nullptr;
    ENSURE(nghttp2_option_new(&options) == 0);
    nghttp2_option_set_no_closed_streams(options, 1);
    // This bound goes by the wall clock, which must not matter: Http2Connection has its own.
    nghttp2_option_set_stream_reset_rate_limit(
        options, std::numeric_limits<std::uint64_t>::max(), 0);
    return std::unique_ptr<nghttp2_option, Free>(options);
}

}  // namespace

void FreeHttp2Session::operator()(nghttp2_session* session) const {
    nghttp2_session_del(session);
}

Http2Session make_http2_session(Http2Listener& listener, const HttpLimits& limits) {
    nghttp2_session* made = nullptr;
    ENSURE(nghttp2_session_server_new2(
               &made, make_callbacks().get(), &listener, make_options().get()) == 0);
    Http2Session session(made);
    const std::array<nghttp2_settings_entry, 3> settings{{
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, most_streams},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, own_window},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits.header_bytes)},
    }};
    nghttp2_submit_settings(made, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    nghttp2_session_set_local_window_size(made, NGHTTP2_FLAG_NONE, 0, own_window);
    return session;
}

void submit_http2_answer(nghttp2_session* session,
                         std::int32_t stream,
                         const std::vector<HttpHeader>& head,
                         bool with_body) {
    const auto fields = as_fields(head);
    nghttp2_data_provider body{};
    body.read_callback = on_answer_wanted;
    ENSURE(nghttp2_submit_response(
               session, stream, fields.data(), fields.size(), with_body ? &body : nullptr) == 0);
}

void submit_http2_interim(nghttp2_session* session, std::int32_t stream, int status) {
    const std::vector<HttpHeader> head{{":status", std::to_string(status)}};
    const auto fields = as_fields(head);
    nghttp2_submit_headers(
        session, NGHTTP2_FLAG_NONE, stream, nullptr, fields.data(), fields.size(), nullptr);
}

}  // namespace orrery
