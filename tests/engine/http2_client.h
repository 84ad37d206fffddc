/// An HTTP/2 client for tests: nghttp2 over bytes that the test carries to and fro.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery {

class Http2Client {
public:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    struct Answer {
        std::map<std::string, std::string> headers;
        std::string body;
        std::string interim;  // the status before the real one
        bool ended = false;   // the stream is closed
        std::uint32_t reason = 0;
    };

    /// `takes_all`: it makes room for more as soon as something has come.
    explicit Http2Client(bool takes_all = true) {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, header);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, closed);
        nghttp2_option* options = nullptr;
        nghttp2_option_new(&options);
        nghttp2_option_set_no_auto_window_update(options, takes_all ? 0 : 1);
        nghttp2_option_set_peer_max_concurrent_streams(options, 1'000'000);
        nghttp2_session_client_new2(&session, callbacks, this, options);
        nghttp2_option_del(options);
        nghttp2_session_callbacks_del(callbacks);
        nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
    }
    ~Http2Client() { nghttp2_session_del(session); }
    Http2Client(const Http2Client&) = delete;
    Http2Client& operator=(const Http2Client&) = delete;

    /// Begins a request; returns its stream. With a body the rest goes once `finish` is called.
    std::int32_t ask(const std::string& method,
                     const std::string& target,
                     const Headers& more = {},
                     bool with_body = false) {
        Headers headers{{":method", method}, {":authority", "here"}};
        if (method != "CONNECT") {
            headers.insert(headers.end(), {{":scheme", "http"}, {":path", target}});
        }
        headers.insert(headers.end(), more.begin(), more.end());
        std::vector<nghttp2_nv> fields;
        for (auto& [name, value] : headers) {
            fields.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                              reinterpret_cast<std::uint8_t*>(value.data()),
                              name.size(),
                              value.size(),
                              NGHTTP2_NV_FLAG_NONE});
        }
        nghttp2_data_provider provider{};
        provider.read_callback = read_body;
        return nghttp2_submit_request(session,
                                      nullptr,
                                      fields.data(),
                                      fields.size(),
                                      with_body ? &provider : nullptr,
                                      nullptr);
    }
    std::int32_t post(const std::string& target, const std::string& body) {
        const std::int32_t stream = ask("POST", target, {}, true);
        bodies[stream] = {body, true};
        return stream;
    }
    void send_body(std::int32_t stream, const std::string& part, bool last) {
        bodies[stream].first += part;
        bodies[stream].second = last;
        nghttp2_session_resume_data(session, stream);
    }
    void reset(std::int32_t stream) {
        nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
    }

    /// What it has to send.
    std::string said() {
        std::string bytes;
        const std::uint8_t* piece = nullptr;
        for (ssize_t size = 0; (size = nghttp2_session_mem_send(session, &piece)) > 0;) {
            bytes.append(reinterpret_cast<const char*>(piece), static_cast<std::size_t>(size));
        }
        return bytes;
    }
    /// False if that is not HTTP/2.
    bool hear(std::string_view bytes) {
        return nghttp2_session_mem_recv(
                   session, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()) >= 0;
    }

    nghttp2_session* session = nullptr;
    std::map<std::int32_t, Answer> answers;
    std::map<std::int32_t, std::pair<std::string, bool>> bodies;
    bool told_to_go = false;
    std::uint32_t told_why = 0;

private:
    static Answer& answer(void* client, std::int32_t stream) {
        return static_cast<Http2Client*>(client)->answers[stream];
    }
    static int header(nghttp2_session*,
                      const nghttp2_frame* frame,
                      const std::uint8_t* name,
                      std::size_t name_size,
                      const std::uint8_t* value,
                      std::size_t value_size,
                      std::uint8_t,
                      void* client) {
        answer(client, frame->hd.stream_id)
            .headers[{reinterpret_cast<const char*>(name), name_size}] = {
            reinterpret_cast<const char*>(value), value_size};
        return 0;
    }
    static int data(nghttp2_session*,
                    std::uint8_t,
                    std::int32_t stream,
                    const std::uint8_t* bytes,
                    std::size_t size,
                    void* client) {
        answer(client, stream).body.append(reinterpret_cast<const char*>(bytes), size);
        return 0;
    }
    static int frame(nghttp2_session*, const nghttp2_frame* frame, void* client) {
        if (frame->hd.type == NGHTTP2_GOAWAY) {
            static_cast<Http2Client*>(client)->told_to_go = true;
            static_cast<Http2Client*>(client)->told_why = frame->goaway.error_code;
        }
        if (frame->hd.type == NGHTTP2_HEADERS) {
            Answer& one = answer(client, frame->hd.stream_id);
            if (one.headers[":status"].starts_with('1')) {
                one.interim = one.headers[":status"];
            }
        }
        return 0;
    }
    static int closed(nghttp2_session*, std::int32_t stream, std::uint32_t reason, void* client) {
        answer(client, stream).ended = true;
        answer(client, stream).reason = reason;
        return 0;
    }
    static ssize_t read_body(nghttp2_session*,
                             std::int32_t stream,
                             std::uint8_t* to,
                             std::size_t most,
                             std::uint32_t* flags,
                             nghttp2_data_source*,
                             void* client) {
        auto& [body, last] = static_cast<Http2Client*>(client)->bodies[stream];
        if (body.empty() && !last) {
            return NGHTTP2_ERR_DEFERRED;
        }
        const std::size_t size = body.copy(reinterpret_cast<char*>(to), most);
        body.erase(0, size);
        if (body.empty() && last) {
            *flags |= NGHTTP2_DATA_FLAG_EOF;
        }
        return static_cast<ssize_t>(size);
    }
};

}  // namespace orrery
