#include "engine/net/http_connection.h"

#include <algorithm>
#include <utility>

namespace orrery {

namespace {

// What is kept of a client that sends requests without waiting for their answers: with more, it is
// not read from.
constexpr std::size_t most_unread = 256 * 1024;
// A client that is told 413 while it sends should get to read that: closing at once would reset the
// connection, so what it still sends is thrown away for a while.
constexpr std::size_t most_thrown_away = 1U << 30;
constexpr Duration longest_throwing_away = 2s;

}  // namespace

class HttpConnection::Exchange final : public HttpExchange,
                                       public std::enable_shared_from_this<Exchange> {
public:
    explicit Exchange(std::weak_ptr<HttpConnection> connection)
        : connection_(std::move(connection)) {}
    /// Forgotten by its handler: the client shall not wait for ever.
    ~Exchange() override {
        constexpr int internal_error = 500;
        send({internal_error, {}, "the request was not answered\n"});
    }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    void respond(HttpResponse response) override { send(response); }
    std::shared_ptr<const bool> gone() const override { return {shared_from_this(), &gone_}; }
    void set_gone() { gone_ = true; }

private:
    void send(const HttpResponse& response) {
        if (const auto connection = std::exchange(connection_, {}).lock()) {
            connection->answer(*this, response);
        }
    }

    std::weak_ptr<HttpConnection> connection_;
    bool gone_ = false;
};

const std::string& HttpService::date() {
    const std::int64_t second = epoch_seconds(loop.now());
    if (date_.empty() || second != date_second_) {
        date_second_ = second;
        date_ = http_date(loop.now());
    }
    return date_;
}

HttpConnection::HttpConnection(std::shared_ptr<HttpService> service,
                               std::shared_ptr<TcpConnection> socket)
    : service_(std::move(service)), socket_(std::move(socket)), parser_(service_->limits) {}

void HttpConnection::start(Callback ended) {
    // The socket holds this object through its callbacks; its end breaks the circle.
    const auto self = shared_from_this();
    socket_->on_receive([self](std::string_view bytes) { self->received(bytes); });
    socket_->on_half_close([self] { self->input_ended(); });
    socket_->on_all_sent([self] { self->all_sent(); });
    socket_->on_close([self, ended = std::move(ended)] { self->closed(ended); });
}

void HttpConnection::drain() {
    if (http2_) {
        http2_->drain();
    } else if (!answering()) {
        close();
    }
}

void HttpConnection::received(std::string_view bytes) {
    const auto alive = shared_from_this();  // a handler may end the server
    if (!recognised_ && !recognises(bytes)) {
        unread_.append(bytes);
    } else if (http2_) {
        http2_->received(std::exchange(unread_, {}).append(bytes));
    } else if (refused_) {
        throw_away(bytes.size());
    } else if (unread_.empty() && may_hand_out()) {
        unread_.append(bytes.substr(hand_out(bytes)));
        settle();
    } else {
        unread_.append(bytes);
        hand_out_unread();
    }
}

/// Whether, with `bytes`, enough has come to know which HTTP the client speaks.
bool HttpConnection::recognises(std::string_view bytes) {
    const std::string_view expected = http2_preface.substr(unread_.size());
    if (expected.size() > bytes.size() && expected.starts_with(bytes)) {
        return false;
    }
    recognised_ = true;
    if (bytes.starts_with(expected)) {
        http2_ = std::make_shared<Http2Connection>(service_, socket_);
    }
    return true;
}

void HttpConnection::all_sent() {
    if (http2_) {
        http2_->all_sent();
    } else {
        hand_out_unread();
    }
}

void HttpConnection::input_ended() {
    if (http2_) {
        close();  // who speaks HTTP/2 has to answer, to the end
        return;
    }
    input_ended_ = true;
    if (waiting_ != nullptr) {
        waiting_->set_gone();
    }
    settle();
}

void HttpConnection::closed(const Callback& ended) {
    socket_ = nullptr;
    unread_.clear();
    if (http2_) {
        http2_->closed();
    }
    if (parser_.in_body() && service_->handler && service_->hooks.broken_off) {
        service_->hooks.broken_off(parser_.so_far());
    }
    if (waiting_ != nullptr) {
        waiting_->set_gone();
    }
    ended();
}

bool HttpConnection::may_hand_out() const {
    return socket_ != nullptr && !answering() && !handing_out_ && !refused_ &&
           socket_->unsent() <= HttpService::most_unsent;
}

/// Hands out the requests in `bytes` until one waits; returns how many bytes are used up.
std::size_t HttpConnection::hand_out(std::string_view bytes) {
    std::size_t used = 0;
    while (may_hand_out() && used < bytes.size()) {
        used += parser_.take(bytes.substr(used));
        show_body();
        if (parser_.complete()) {
            hand_out_one();
        } else if (const HttpFailure* failure = parser_.failure()) {
            refuse(*failure);
        } else {
            break;
        }
    }
    return used;
}

void HttpConnection::hand_out_one() {
    manner_ = parser_.manner();
    auto exchange = std::make_shared<Exchange>(weak_from_this());
    waiting_ = exchange.get();
    handing_out_ = true;
    if (service_->handler) {
        HttpRequest request = parser_.release();
        request.secure = socket_->secure();
        service_->handler(std::move(request), std::move(exchange));
    }
    handing_out_ = false;
}

void HttpConnection::show_body() {
    const HttpRequest& head = parser_.so_far();
    if (!head.body.empty() && parser_.failure() == nullptr && service_->handler &&
        service_->hooks.body && service_->hooks.body(head)) {
        parser_.drop_body();
    }
}

void HttpConnection::hand_out_unread() {
    if (may_hand_out()) {
        unread_.erase(0, hand_out(unread_));
    }
    settle();
}

/// After everything that can be handed out has been: closes, or goes on reading, or does not.
void HttpConnection::settle() {
    if (socket_ == nullptr || refused_) {
        return;
    }
    const bool held_up = !may_hand_out();
    if (!held_up && (input_ended_ || service_->draining)) {
        close();
        return;
    }
    if (!held_up && parser_.take_expectation()) {
        socket_->send("HTTP/1.1 100 Continue\r\n\r\n");
    }
    socket_->set_reading(!held_up || unread_.size() < most_unread);
}

void HttpConnection::answer(const Exchange& exchange, const HttpResponse& response) {
    if (waiting_ != &exchange) {
        return;
    }
    waiting_ = nullptr;
    if (socket_ == nullptr) {
        return;
    }
    manner_.keep_alive = manner_.keep_alive && !service_->draining;
    if (response.stream == nullptr) {
        send(response);
        answered();
        return;
    }
    // The end of the connection is the only one that HTTP/1.0 knows for it.
    manner_.keep_alive = manner_.keep_alive && !manner_.old;
    send(response);
    if (may_have_body(response, manner_)) {
        stream(*response.stream);
    } else {
        answered();
    }
}

void HttpConnection::stream(Pipe<std::string>& pieces) {
    streaming_ = true;
    const auto send_piece = [](HttpConnection& self, std::string_view piece) {
        if (self.socket_ != nullptr) {
            self.socket_->send(render_piece(piece, self.manner_));
        }
    };
    pieces.read(
        [weak = weak_from_this(), send_piece](const std::string& piece) {
            const auto self = weak.lock();
            if (self && !piece.empty()) {
                send_piece(*self, piece);
            }
        },
        [weak = weak_from_this(), send_piece](PipeEnd how) {
            const auto self = weak.lock();
            if (!self) {
                return;
            }
            self->streaming_ = false;
            if (how == PipeEnd::whole) {
                send_piece(*self, "");
            } else {
                self->manner_.keep_alive = false;
            }
            self->answered();
        });
}

/// Goes on to the next request, if there may be one.
void HttpConnection::answered() {
    if (!manner_.keep_alive) {
        refused_ = true;
        close();
    } else if (!handing_out_) {
        hand_out_unread();
    }
}

void HttpConnection::send(const HttpResponse& response) {
    socket_->send(render_response(response, manner_, service_->date()));
}

void HttpConnection::refuse(const HttpFailure& failure) {
    refused_ = true;
    unread_.clear();
    manner_ = parser_.manner();
    manner_.keep_alive = false;
    send(service_->hooks.refusal
             ? service_->hooks.refusal(failure.status, failure.text)
             : HttpResponse{failure.status, {{"Content-Type", "text/plain"}}, failure.text + "\n"});
    constexpr int too_large = 413;
    if (failure.status != too_large || parser_.take_expectation()) {
        close();
        return;
    }
    to_throw_away_ = most_thrown_away;
    service_->loop.after(
        longest_throwing_away, [self = shared_from_this()] { self->close(); }, Weight::background);
}

void HttpConnection::throw_away(std::size_t bytes) {
    to_throw_away_ -= std::min(bytes, to_throw_away_);
    if (to_throw_away_ == 0) {
        close();
    }
}

void HttpConnection::close() {
    if (socket_ != nullptr) {
        socket_->close();
    }
}

}  // namespace orrery
