/// HTTP/1.1 framing [RFC 9112]: bytes become requests, answers become bytes. Pure: it knows neither
/// sockets nor clocks.
#pragma once

#include "engine/net/http.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery {

/// Why bytes are no request that can be served: to be answered with `status` and this text, and
/// the connection to be closed.
struct HttpFailure {
    int status = 400;
    std::string text;
};

/// What a request asks of the framing of its answer.
struct HttpManner {
    bool keep_alive = true;
    bool old = false;        // HTTP/1.0: to stay connected must be said
    bool head_only = false;  // HEAD
};

class HttpParser {
public:
    /// `limits` must outlive it.
    explicit HttpParser(const HttpLimits& limits) : limits_(limits) {}

    /// Takes bytes from the front, to the end of one request at most; returns how many. Those left
    /// must be given again, with what follows them.
    std::size_t take(std::string_view bytes);

    bool complete() const { return state_ == State::complete; }
    /// Null if there is none.
    const HttpFailure* failure() const { return failure_ ? &*failure_ : nullptr; }
    /// The client waits for "100 Continue" before it sends the body; true once.
    bool take_expectation();
    /// How many bytes of the body are still to come, if its length was told; after a failure, too.
    std::size_t body_bytes_missing() const { return missing_; }

    /// Whether a body is on its way, so that the head can be judged.
    bool in_body() const { return state_ > State::header && state_ < State::complete; }
    const HttpRequest& so_far() const { return request_; }
    /// Forgets what has come of the body.
    void drop_body();

    /// Of the complete request, or of one that failed.
    const HttpManner& manner() const { return manner_; }
    /// The complete request; the next one begins.
    HttpRequest release();

private:
    enum class State : std::uint8_t {
        request_line,
        header,
        sized_body,
        chunk_size,
        chunk,
        chunk_end,
        trailer,
        complete,
        failed
    };

    bool step(std::string_view& bytes);
    std::optional<std::string_view> take_line(std::string_view& bytes);
    void read_request_line(std::string_view line);
    void read_target(std::string_view target);
    void read_header(std::string_view line);
    std::optional<HttpHeader> split_header(std::string_view line);
    void note_header(const HttpHeader& header);
    void note_content_length(std::string_view text);
    void note_connection(std::string_view tokens);
    void judge_head();
    void limit_body();
    void read_chunk_size(std::string_view line);
    void take_body(std::string_view& bytes, State next);
    bool take_chunk_end(std::string_view& bytes);
    void fail(int status, std::string text);

    const HttpLimits& limits_;
    State state_ = State::request_line;
    HttpRequest request_;
    HttpManner manner_;
    std::optional<HttpFailure> failure_;
    std::size_t searched_ = 0;  // of the bytes given: no line ends in them
    std::size_t head_bytes_ = 0;
    std::size_t body_limit_ = 0;
    std::size_t missing_ = 0;  // of the body, or of the chunk
    std::optional<std::size_t> content_length_;
    std::string authority_;  // of a target in absolute form
    unsigned hosts_ = 0;
    unsigned transfer_encodings_ = 0;
    bool closes_ = false;  // a Connection header says so
    bool expects_continue_ = false;
};

/// The most that the body after `head` may have.
std::size_t body_limit(const HttpRequest& head, const HttpLimits& limits);

/// Whether anything may follow the answer's head.
bool may_have_body(const HttpResponse& response, const HttpManner& manner);

/// The answer's bytes, of one with a stream the first. `date` is the Date header's text.
std::string render_response(const HttpResponse& response,
                            const HttpManner& manner,
                            std::string_view date);

/// A piece of an answer's stream; an empty one ends it. What is sent to HTTP/1.0 ends with its
/// connection and needs no framing.
std::string render_piece(std::string_view piece, const HttpManner& manner);

}  // namespace orrery
