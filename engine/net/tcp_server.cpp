#include "engine/net/tcp_server.h"

#include "engine/loop.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <chrono>
#include <deque>
#include <system_error>
#include <utility>
#include <vector>

namespace orrery {

namespace {

using boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

Endpoint to_endpoint(const tcp::endpoint& endpoint) {
    return {endpoint.address().to_string(), endpoint.port()};
}

/// A connection of somebody outside the baton (a database client in a test, a user's tool): bytes
/// are events at once. For a party's connection the same bytes wait for the end of its turn.
class Connection final : public TcpConnection, public std::enable_shared_from_this<Connection> {
public:
    /// `server` and `number`, the connection's among those it accepted, are the same in every run.
    Connection(Loop& loop,
               tcp::socket socket,
               std::shared_ptr<Membership> member,
               unsigned server,
               unsigned number)
        : loop_(loop),
          socket_(std::move(socket)),
          member_(std::move(member)),
          server_(server),
          number_(number) {
        ErrorCode ignored;
        peer_ = to_endpoint(socket_.remote_endpoint(ignored));
        socket_.set_option(tcp::no_delay(true), ignored);
        socket_.non_blocking(true, ignored);
    }

    void on_receive(std::function<void(std::string_view)> receive) override {
        receive_ = std::move(receive);
    }
    void on_close(Callback closed) override { closed_ = std::move(closed); }
    void on_half_close(Callback half_closed) override { half_closed_ = std::move(half_closed); }
    void on_all_sent(Callback all_sent) override { all_sent_ = std::move(all_sent); }
    const Endpoint& peer() const override { return peer_; }
    std::size_t unsent() const override { return party() != nullptr ? 0 : unsent_; }

    void set_reading(bool reading) override {
        held_up_ = !reading && party() == nullptr;
        if (!held_up_ && !read_under_way_ && !input_ended_ && state_ != State::closed) {
            read();
        }
    }

    void send(std::string bytes) override {
        if (state_ != State::open || bytes.empty()) {
            return;
        }
        if (Party* party = this->party()) {
            loop_.baton().deliver(*party,
                                  [self = shared_from_this(), bytes = std::move(bytes)]() mutable {
                                      self->write(std::move(bytes));
                                  });
        } else {
            write(std::move(bytes));
        }
    }

    void close() override {
        if (state_ != State::open) {
            return;
        }
        state_ = State::closing;
        if (Party* party = this->party()) {
            loop_.baton().deliver(*party,
                                  [self = shared_from_this()] { self->close_when_written(); });
        } else {
            close_when_written();
        }
    }

    void read() {
        read_under_way_ = true;
        socket_.async_read_some(
            boost::asio::buffer(buffer_),
            [self = shared_from_this()](const ErrorCode& error, std::size_t bytes) {
                self->received(error, bytes);
            });
    }

    /// Ends without further callbacks to the owner: the server is going away.
    void abandon() {
        forget_owner();
        shut();
    }

    /// The party was retired: its process is gone or about to be killed.
    void party_gone() {
        if (state_ != State::closed) {
            shut();
        }
        loop_.post([self = shared_from_this()] { self->ended(); });
    }

private:
    enum class State : std::uint8_t { open, closing, closed };

    Party* party() const { return member_ ? member_->party : nullptr; }

    void received(const ErrorCode& error, std::size_t bytes) {
        read_under_way_ = false;
        if (error == boost::asio::error::eof && party() == nullptr) {
            input_ended_ = true;
            loop_.post([self = shared_from_this()] { self->half_close(); });
            return;
        }
        if (error) {
            if (error != boost::asio::error::operation_aborted && !end_reported_) {
                // After everything that any connection still has to say in this turn.
                happen([self = shared_from_this()] { return "\xff" + self->key(); },
                       [self = shared_from_this()] { self->ended(); });
                report_end();
            }
            return;
        }
        unread_.append(buffer_.data(), bytes);
        // The pieces that one request came in are put together again, so that its key is its whole
        // content.
        if (!reading_event_pending_) {
            reading_event_pending_ = true;
            happen([self = shared_from_this()] { return self->key(); },
                   [self = shared_from_this()] { self->hand_over(); });
        }
        // Last: it may end the turn, and what happened must be part of that.
        if (Party* party = this->party()) {
            party->arrived(bytes);
        }
        if (!held_up_) {
            read();
        }
    }

    void half_close() {
        if (const Callback half_closed = std::exchange(half_closed_, nullptr)) {
            half_closed();
        } else {
            ended();
        }
    }

    /// Of equal content that of the older connection is first: which one's bytes we saw first
    /// depends on how much we looked meanwhile.
    std::string key() const {
        const auto padded = [](unsigned number) {
            constexpr std::size_t digits = 10;
            const std::string text = std::to_string(number);
            return std::string(digits - std::min(digits, text.size()), '0') + text;
        };
        return padded(server_) + unread_ + '\0' + padded(number_);
    }

    void hand_over() {
        reading_event_pending_ = false;
        handed_over_.swap(unread_);
        if (receive_ && state_ == State::open) {
            receive_(handed_over_);
        }
        handed_over_.clear();
    }

    void happen(Baton::Key key, Callback callback) {
        if (Party* party = this->party()) {
            loop_.baton().request(*party, std::move(key), std::move(callback));
        } else {
            loop_.post(std::move(callback));
        }
    }

    void ended() {
        if (state_ != State::closed) {
            shut();
        }
        const Callback closed = std::exchange(closed_, nullptr);
        forget_owner();
        if (closed) {
            closed();
        }
    }

    void forget_owner() {
        receive_ = nullptr;
        closed_ = nullptr;
        half_closed_ = nullptr;
        all_sent_ = nullptr;
    }

    /// Nothing can be sent any more. The read side reports the end, if it still reads.
    void write_failed() {
        if (input_ended_) {
            loop_.post([self = shared_from_this()] { self->ended(); });
        }
    }

    void write(std::string bytes) {
        if (state_ == State::closed) {
            return;
        }
        // Straight into the kernel where it fits: no second trip through the reactor.
        if (outgoing_.empty()) {
            ErrorCode error;
            const std::size_t written = socket_.write_some(boost::asio::buffer(bytes), error);
            report_delivered(error ? 0 : written);
            if (!error && written == bytes.size()) {
                return;
            }
            if (error && error != boost::asio::error::would_block) {
                write_failed();
                return;
            }
            bytes.erase(0, error ? 0 : written);
        }
        unsent_ += bytes.size();
        outgoing_.push_back(std::move(bytes));
        if (outgoing_.size() == 1) {
            report_writing(true);
            write_next();
        }
    }

    void report_delivered(std::size_t bytes) {
        if (Party* party = this->party()) {
            party->delivered(bytes);
        }
    }

    void report_writing(bool under_way) {
        if (Party* party = this->party()) {
            party->writing(under_way);
        }
    }

    void write_next() {
        boost::asio::async_write(socket_,
                                 boost::asio::buffer(outgoing_.front()),
                                 [self = shared_from_this()](const ErrorCode& error, std::size_t) {
                                     self->wrote(error);
                                 });
    }

    void wrote(const ErrorCode& error) {
        report_delivered(error ? 0 : outgoing_.front().size());
        unsent_ -= outgoing_.front().size();
        outgoing_.pop_front();
        if (error) {
            outgoing_.clear();
            unsent_ = 0;
            write_failed();
        }
        if (!outgoing_.empty()) {
            write_next();
            return;
        }
        report_writing(false);
        if (all_sent_ && party() == nullptr) {
            loop_.post([self = shared_from_this()] {
                if (self->all_sent_) {
                    self->all_sent_();
                }
            });
        }
        if (state_ == State::closing) {
            close_when_written();
        }
    }

    void close_when_written() {
        if (outgoing_.empty() && state_ != State::closed) {
            shut();
            loop_.post([self = shared_from_this()] { self->ended(); });
        }
    }

    void report_end() {
        if (!std::exchange(end_reported_, true)) {
            if (Party* party = this->party()) {
                party->disconnected();
            }
        }
    }

    void shut() {
        state_ = State::closed;
        report_end();
        ErrorCode ignored;
        socket_.shutdown(tcp::socket::shutdown_both, ignored);
        socket_.close(ignored);
    }

    Loop& loop_;
    tcp::socket socket_;
    std::shared_ptr<Membership> member_;  // null for a stranger
    unsigned server_;
    unsigned number_;
    Endpoint peer_;
    State state_ = State::open;
    std::array<char, 64 * 1024> buffer_{};
    std::string unread_;
    std::string handed_over_;  // kept for its memory
    bool reading_event_pending_ = false;
    bool read_under_way_ = false;
    bool held_up_ = false;
    bool input_ended_ = false;
    bool end_reported_ = false;
    std::deque<std::string> outgoing_;
    std::size_t unsent_ = 0;
    std::function<void(std::string_view)> receive_;
    Callback closed_;
    Callback half_closed_;
    Callback all_sent_;
};

}  // namespace

struct TcpServer::Impl : std::enable_shared_from_this<TcpServer::Impl> {
    Impl(Loop& the_loop, Accept the_accept)
        : loop(the_loop),
          acceptor(the_loop.io()),
          retry(the_loop.io()),
          accept(std::move(the_accept)),
          number(the_loop.baton().next_server_number()) {}

    void listen(const Endpoint& where) {
        const tcp::endpoint endpoint(boost::asio::ip::make_address_v4(where.address), where.port);
        acceptor.open(tcp::v4());
        acceptor.set_option(tcp::acceptor::reuse_address(true));
        acceptor.bind(endpoint);
        acceptor.listen();
        bound = to_endpoint(acceptor.local_endpoint());
    }

    void accept_next() {
        acceptor.async_accept(
            [self = shared_from_this()](const ErrorCode& error, tcp::socket socket) {
                if (error == boost::asio::error::operation_aborted || !self->acceptor.is_open()) {
                    return;
                }
                if (!error) {
                    self->accepted(std::move(socket));
                    self->accept_next();
                } else {
                    self->accept_later();
                }
            });
    }

    /// Out of descriptors, most likely: to try again at once would leave no time to serve, and
    /// close, the connections that hold them.
    void accept_later() {
        constexpr std::chrono::milliseconds pause{20};  // real time
        retry.expires_after(pause);
        retry.async_wait([self = shared_from_this()](const ErrorCode& error) {
            if (!error && self->acceptor.is_open()) {
                self->accept_next();
            }
        });
    }

    void accepted(tcp::socket socket) {
        ErrorCode gone;
        const tcp::endpoint peer = socket.remote_endpoint(gone);
        if (gone) {
            return;
        }
        std::shared_ptr<Membership> member = loop.baton().member_at(peer.address().to_string());
        if (member == nullptr) {
            // Of a party that cannot choose where its connections come from: they come to where
            // nobody else is served.
            const tcp::endpoint own = socket.local_endpoint(gone);
            member = loop.baton().member_at(own.address().to_string());
        }
        auto connection = std::make_shared<Connection>(
            loop, std::move(socket), member, number, ++accepted_so_far);
        std::erase_if(connections, [](const auto& weak) { return weak.expired(); });
        connections.push_back(connection);
        Callback introduce = [self = shared_from_this(), connection] {
            if (self->accept) {
                self->accept(connection);
            }
        };
        if (member) {
            member->on_retire.push_back([weak = std::weak_ptr(connection)] {
                if (const auto living = weak.lock()) {
                    living->party_gone();
                }
            });
            // The owner must know the connection before its first bytes: the empty key goes first.
            loop.baton().request(
                *member->party, [] { return std::string(); }, std::move(introduce));
            member->party->connected();  // last: it may end the turn
        } else {
            loop.post(std::move(introduce));
        }
        connection->read();
    }

    Loop& loop;
    tcp::acceptor acceptor;
    boost::asio::steady_timer retry;
    Accept accept;
    unsigned number;
    unsigned accepted_so_far = 0;
    Endpoint bound;
    std::vector<std::weak_ptr<Connection>> connections;
};

TcpServer::TcpServer(Loop& loop, const Endpoint& where, Accept accept)
    : impl_(std::make_shared<Impl>(loop, std::move(accept))) {
    try {
        impl_->listen(where);
    } catch (const boost::system::system_error& error) {
        // Callers need not know Boost's own exception.
        throw std::system_error(
            error.code(), "cannot listen at " + where.address + ":" + std::to_string(where.port));
    }
    impl_->accept_next();
}

TcpServer::~TcpServer() {
    impl_->accept = nullptr;
    stop_accepting();
    for (const auto& weak : impl_->connections) {
        if (const auto connection = weak.lock()) {
            connection->abandon();
        }
    }
}

void TcpServer::stop_accepting() {
    ErrorCode ignored;
    impl_->acceptor.close(ignored);
    impl_->retry.cancel();
}

const Endpoint& TcpServer::endpoint() const {
    return impl_->bound;
}

}  // namespace orrery
