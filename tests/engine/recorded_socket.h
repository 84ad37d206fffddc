/// A connection without a wire: what is sent to it is kept, what it receives the test makes up.
#pragma once

#include "engine/net/tcp_server.h"

#include <string>
#include <utility>
#include <vector>

namespace orrery {

class RecordedSocket final : public TcpConnection {
public:
    void on_receive(std::function<void(std::string_view)> callback) override {
        receive = std::move(callback);
    }
    void on_close(Callback callback) override { closed_ = std::move(callback); }
    void on_half_close(Callback callback) override { half_close = std::move(callback); }
    void on_all_sent(Callback callback) override { all_sent = std::move(callback); }
    void send(std::string bytes) override {
        if (!closing) {
            sent.push_back(std::move(bytes));
        }
    }
    void close() override { closing = true; }
    const Endpoint& peer() const override { return peer_; }
    void set_reading(bool /*reading*/) override {}
    std::size_t unsent() const override { return 0; }  // as for a party

    /// It has closed: what it holds is let go.
    void end() {
        receive = nullptr;
        half_close = nullptr;
        all_sent = nullptr;
        if (const Callback closed = std::exchange(closed_, nullptr)) {
            closed();
        }
    }

    std::function<void(std::string_view)> receive;
    Callback half_close;
    Callback all_sent;
    std::vector<std::string> sent;
    bool closing = false;

private:
    Callback closed_;
    Endpoint peer_;
};

}  // namespace orrery
