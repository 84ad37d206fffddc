#include "handlers/runtime/handler_output.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <unistd.h>

#include <array>
#include <utility>

namespace orrery {

namespace {

using ErrorCode = boost::system::error_code;
using boost::asio::posix::stream_descriptor;

constexpr std::size_t most_output = 64U << 20;

}  // namespace

class HandlerOutput::Pipe : public std::enable_shared_from_this<HandlerOutput::Pipe> {
public:
    explicit Pipe(boost::asio::io_context& io) : descriptor_(io) {}

    void open(int descriptor) {
        descriptor_.assign(descriptor);
        read_on();
    }

    void close() {
        closed_ = true;
        ErrorCode ignored;
        descriptor_.close(ignored);
    }

    /// False at the end of the stream.
    bool drain() {
        std::array<char, 64 * 1024> buffer{};
        while (!full() && descriptor_.is_open()) {
            const ssize_t length =
                ::read(descriptor_.native_handle(), buffer.data(), buffer.size());
            if (length <= 0) {
                return length < 0;
            }
            printed_.append(buffer.data(), static_cast<std::size_t>(length));
        }
        return true;
    }

    bool full() const { return printed_.size() >= most_output; }

    std::string take() {
        const bool was_full = full();
        std::string printed = std::exchange(printed_, {});
        if (was_full) {
            read_on();
        }
        return printed;
    }

private:
    void read_on() {
        descriptor_.async_wait(stream_descriptor::wait_read,
                               [self = shared_from_this()](const ErrorCode& error) {
                                   // The end of the stream is no reason to look again: the
                                   // process's exit tells.
                                   if (!error && !self->closed_ && self->drain() && !self->full()) {
                                       self->read_on();
                                   }
                               });
    }

    stream_descriptor descriptor_;
    std::string printed_;
    bool closed_ = false;
};

HandlerOutput::HandlerOutput(boost::asio::io_context& io) : pipe_(std::make_shared<Pipe>(io)) {}

HandlerOutput::~HandlerOutput() {
    close();
}

void HandlerOutput::open(int descriptor) {
    pipe_->open(descriptor);
}
void HandlerOutput::close() {
    pipe_->close();
}
void HandlerOutput::drain() {
    pipe_->drain();
}
bool HandlerOutput::full() const {
    return pipe_->full();
}
std::string HandlerOutput::take() {
    return pipe_->take();
}

}  // namespace orrery
