#include "engine/net/http2_connection.h"

#include "engine/ensure.h"
#include "engine/net/http_connection.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <utility>

namespace orrery {

namespace {

// A client that asks and takes back, over and over, is one that means harm (CVE-2023-44487).
constexpr std::size_t most_abandoned = 1000;

}  // namespace

class Http2Connection::Exchange final : public HttpExchange,
                                        public std::enable_shared_from_this<Exchange> {
public:
    Exchange(std::weak_ptr<Http2Connection> connection, std::int32_t stream)
        : connection_(std::move(connection)), stream_(stream) {}
    /// Forgotten by its handler: the client shall not wait for ever.
    ~Exchange() override {
        constexpr int internal_error = 500;
        send({internal_error, {}, "the request was not answered\n"});
    }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    void respond(HttpResponse response) override { send(std::move(response)); }
    std::shared_ptr<const bool> gone() const override { return {shared_from_this(), &gone_}; }
    bool is_gone() const { return gone_; }
    void set_gone() { gone_ = true; }
    std::int32_t stream() const { return stream_; }

private:
    void send(HttpResponse&& response) {
        if (const auto connection = std::exchange(connection_, {}).lock()) {
            connection->answer(*this, std::move(response));
        }
    }

    std::weak_ptr<Http2Connection> connection_;
    std::int32_t stream_;
    bool gone_ = false;
};

struct Http2Connection::Stream {
    explicit Stream(const HttpLimits& limits) : request(limits) {}

    Http2Request request;
    std::weak_ptr<Exchange> exchange;
    bool refused = false;
    bool waiting = false;  // handed out, and not answered

    std::string outgoing;  // of the answer, from `taken` on
    std::size_t taken = 0;
    bool ended = false;       // nothing comes after it
    bool broken_off = false;  // and so it is not whole
    std::int32_t largest_window = 0;
};

Http2Connection::Http2Connection(std::shared_ptr<HttpService> service,
                                 std::shared_ptr<TcpConnection> socket)
    : service_(std::move(service)),
      socket_(std::move(socket)),
      session_(make_http2_session(*this, service_->limits)),
      largest_window_(nghttp2_session_get_remote_window_size(session_.get())) {}

Http2Connection::~Http2Connection() = default;

void Http2Connection::received(std::string_view bytes) {
    const auto alive = shared_from_this();  // a handler may end the server
    if (socket_ == nullptr || failed_) {
        return;
    }
    busy_ = true;
    failed_ =
        nghttp2_session_mem_recv(
            session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()) < 0;
    busy_ = false;
    hand_out();
    flush();
}

void Http2Connection::all_sent() {
    const auto alive = shared_from_this();
    hand_out();
    flush();
}

void Http2Connection::closed() {
    socket_ = nullptr;
    whole_.clear();
    for (auto& [id, stream] : std::exchange(streams_, {})) {
        lose(stream);
    }
}

void Http2Connection::drain() {
    nghttp2_submit_goaway(session_.get(),
                          NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(session_.get()),
                          NGHTTP2_NO_ERROR,
                          nullptr,
                          0);
    flush();
}

Http2Connection::Stream* Http2Connection::find(std::int32_t id) {
    const auto found = streams_.find(id);
    return found == streams_.end() ? nullptr : &found->second;
}

void Http2Connection::begin_stream(std::int32_t id) {
    streams_.try_emplace(id, service_->limits);
}

void Http2Connection::take_header(std::int32_t id, std::string_view name, std::string_view value) {
    if (Stream* stream = find(id)) {
        stream->request.take_header(name, value);
    }
}

void Http2Connection::take_trailer(std::int32_t id, std::string_view name, std::string_view value) {
    if (Stream* stream = find(id)) {
        stream->request.take_trailer(name, value);
    }
}

void Http2Connection::end_head(std::int32_t id, bool has_body) {
    Stream* stream = find(id);
    if (stream == nullptr) {
        return;
    }
    stream->request.end_head(has_body);
    if (stream->request.failure() != nullptr) {
        refuse(id);
    } else if (stream->request.expects_continue()) {
        constexpr int go_on = 100;
        submit_http2_interim(session_.get(), id, go_on);
    }
}

void Http2Connection::take_body(std::int32_t id, std::string_view bytes) {
    Stream* stream = find(id);
    if (stream == nullptr || stream->request.failure() != nullptr) {
        return;
    }
    stream->request.take_body(bytes);
    if (stream->request.failure() != nullptr) {
        refuse(id);
    } else if (service_->handler && service_->hooks.body &&
               service_->hooks.body(stream->request.so_far())) {
        stream->request.drop_body();
    }
}

void Http2Connection::end_request(std::int32_t id) {
    Stream* stream = find(id);
    if (stream == nullptr) {
        return;
    }
    stream->request.end();
    if (stream->request.failure() == nullptr) {
        whole_.insert(id);
    } else if (!stream->refused) {
        refuse(id);  // for its trailers
    }
}

/// A refused client need not send the rest of what it began [RFC 9113, 8.1].
void Http2Connection::end_answer(std::int32_t id) {
    const Stream* stream = find(id);
    if (stream != nullptr && !stream->request.whole()) {
        nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR);
    }
}

void Http2Connection::end_stream(std::int32_t id) {
    whole_.erase(id);
    if (auto ended = streams_.extract(id)) {
        lose(ended.mapped());
        if (abandoned_ > most_abandoned) {
            nghttp2_session_terminate_session(session_.get(), NGHTTP2_ENHANCE_YOUR_CALM);
        }
    }
}

/// Its client will hear no more of it.
void Http2Connection::lose(Stream& stream) {
    if (const auto exchange = stream.exchange.lock(); exchange && !stream.ended) {
        exchange->set_gone();
        abandoned_ += stream.waiting ? 1 : 0;
    }
    if (stream.request.in_body() && service_->handler && service_->hooks.broken_off) {
        service_->hooks.broken_off(stream.request.so_far());
    }
}

/// Requests go out in the order of their streams, however their frames were mixed.
void Http2Connection::hand_out() {
    if (busy_) {
        return;
    }
    busy_ = true;
    while (!whole_.empty() && socket_ != nullptr && socket_->unsent() <= HttpService::most_unsent) {
        hand_out_one(whole_.extract(whole_.begin()).value());
    }
    busy_ = false;
}

void Http2Connection::hand_out_one(std::int32_t id) {
    Stream* stream = find(id);
    ENSURE(stream != nullptr);
    auto exchange = std::make_shared<Exchange>(weak_from_this(), id);
    stream->exchange = exchange;
    stream->waiting = true;
    if (service_->handler) {
        HttpRequest request = stream->request.release();
        request.secure = socket_->secure();
        service_->handler(std::move(request), std::move(exchange));
    }
}

void Http2Connection::answer(Exchange& exchange, HttpResponse&& response) {
    if (exchange.is_gone()) {
        --abandoned_;
        return;
    }
    Stream* stream = find(exchange.stream());
    if (stream == nullptr || socket_ == nullptr) {
        return;
    }
    stream->waiting = false;
    submit(exchange.stream(), std::move(response));
    flush();
}

void Http2Connection::submit(std::int32_t id, HttpResponse&& response) {
    Stream* stream = find(id);
    const HttpManner& manner = stream->request.manner();
    const bool streamed = response.stream != nullptr && may_have_body(response, manner);
    const bool with_body = streamed || (!response.body.empty() && may_have_body(response, manner));
    submit_http2_answer(
        session_.get(), id, http2_head(response, manner, service_->date()), with_body);
    stream->outgoing = std::move(response.body);
    stream->ended = !streamed;
    stream->largest_window = nghttp2_session_get_stream_remote_window_size(session_.get(), id);
    if (streamed) {
        const bool outer = std::exchange(busy_, true);
        follow(id, *response.stream);
        busy_ = outer;
    }
}

void Http2Connection::follow(std::int32_t id, Pipe<std::string>& pieces) {
    const auto go_on = [weak = weak_from_this(), id](auto change) {
        const auto self = weak.lock();
        Stream* stream = self ? self->find(id) : nullptr;
        if (stream != nullptr) {
            change(*stream);
            nghttp2_session_resume_data(self->session_.get(), id);
            self->flush();
        }
    };
    pieces.read(
        [go_on](const std::string& piece) {
            go_on([&](Stream& stream) { stream.outgoing += piece; });
        },
        [go_on](PipeEnd how) {
            go_on([&](Stream& stream) {
                stream.ended = true;
                stream.broken_off = how != PipeEnd::whole;
            });
        });
}

void Http2Connection::refuse(std::int32_t id) {
    Stream* stream = find(id);
    stream->refused = true;
    const HttpFailure failure = *stream->request.failure();
    submit(
        id,
        service_->hooks.refusal
            ? service_->hooks.refusal(failure.status, failure.text)
            : HttpResponse{failure.status, {{"Content-Type", "text/plain"}}, failure.text + "\n"});
}

std::int64_t Http2Connection::take_answer(std::int32_t id,
                                          char* to,
                                          std::size_t most,
                                          bool& ended) {
    Stream* stream = find(id);
    if (stream == nullptr) {
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    const std::size_t left = stream->outgoing.size() - stream->taken;
    if (left == 0 && !stream->ended) {
        return NGHTTP2_ERR_DEFERRED;
    }
    if (left == 0 && stream->broken_off) {
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // resets the stream
    }
    const std::int64_t may_go = room(id, *stream);
    if (left > 0 && may_go <= 0) {
        held_back_ = true;
        return NGHTTP2_ERR_DEFERRED;
    }
    const std::size_t size = std::min({left, most, static_cast<std::size_t>(may_go)});
    stream->outgoing.copy(to, size, stream->taken);
    stream->taken += size;
    if (stream->taken >= stream->outgoing.size() / 2) {
        stream->outgoing.erase(0, std::exchange(stream->taken, 0));
    }
    ended = size == left && stream->ended && !stream->broken_off;
    return static_cast<std::int64_t>(size);
}

/// How many bytes may be sent. Not all that the client has room for, at first: nghttp2's clients
/// (Node's, curl) tell of new room once half of a window is used. With no more than that on the way
/// they tell it once, at its end; with more it would depend on the pieces that the kernel hands
/// them, and so would the order of what follows.
std::int64_t Http2Connection::room(std::int32_t id, const Stream& stream) const {
    const auto of = [&](std::int64_t window, std::int64_t largest) {
        return whole_window_ ? window : window - (largest - largest / 2);
    };
    return std::min(of(nghttp2_session_get_remote_window_size(session_.get()), largest_window_),
                    of(nghttp2_session_get_stream_remote_window_size(session_.get(), id),
                       stream.largest_window));
}

void Http2Connection::room_made(std::int32_t id) {
    whole_window_ = false;
    ++waits_;
    largest_window_ =
        std::max(largest_window_, nghttp2_session_get_remote_window_size(session_.get()));
    if (Stream* stream = find(id)) {
        stream->largest_window =
            std::max(stream->largest_window,
                     nghttp2_session_get_stream_remote_window_size(session_.get(), id));
    }
    resume();
}

void Http2Connection::resume() {
    for (const auto& [id, stream] : streams_) {
        nghttp2_session_resume_data(session_.get(), id);  // nothing, of one that was not held back
    }
}

/// Other clients may tell of new room later, or never before the window is full. What a party has
/// to say in the turn that it gets now becomes events after the first of these.
void Http2Connection::await_room() {
    if (!std::exchange(held_back_, false)) {
        return;
    }
    Loop& loop = service_->loop;
    loop.post([&loop, weak = weak_from_this(), wait = ++waits_] {
        loop.post([weak, wait] {
            const auto self = weak.lock();
            if (self && self->waits_ == wait) {
                self->whole_window_ = true;
                self->resume();
                self->flush();
            }
        });
    });
}

/// Sends what there is to send, unless more is about to come.
void Http2Connection::flush() {
    if (busy_ || socket_ == nullptr) {
        return;
    }
    while (socket_->unsent() <= HttpService::most_unsent) {
        std::string frames = take_frames();
        if (frames.empty()) {
            break;
        }
        socket_->send(std::move(frames));
    }
    const bool over = nghttp2_session_want_read(session_.get()) == 0 &&
                      nghttp2_session_want_write(session_.get()) == 0;
    if (failed_ || over) {
        socket_->close();
        return;
    }
    socket_->set_reading(socket_->unsent() <= HttpService::most_unsent);
    await_room();
}

/// As many frames as shall be on the way at once.
std::string Http2Connection::take_frames() {
    std::string frames;
    busy_ = true;
    while (frames.size() <= HttpService::most_unsent) {
        const std::uint8_t* frame = nullptr;
        const ssize_t size = nghttp2_session_mem_send(session_.get(), &frame);
        if (size <= 0) {
            failed_ = failed_ || size < 0;
            break;
        }
        frames.append(reinterpret_cast<const char*>(frame), static_cast<std::size_t>(size));
    }
    busy_ = false;
    return frames;
}

}  // namespace orrery
