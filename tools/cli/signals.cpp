#include "tools/cli/signals.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <array>
#include <csignal>
#include <utility>

namespace orrery::cli {

namespace {

constexpr std::array<int, 3> ending_signals{SIGINT, SIGTERM, SIGHUP};

void change_mask(int how) {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : ending_signals) {
        sigaddset(&set, number);
    }
    pthread_sigmask(how, &set, nullptr);
}

}  // namespace

void survive_closed_pipes() {
    struct sigaction action {};
    // A handler instead of SIG_IGN, because an ignored signal would stay ignored in every handler
    // process.
    action.sa_handler = [](int) {};
    sigaction(SIGPIPE, &action, nullptr);
}

struct Interrupts::Impl {
    explicit Impl(boost::asio::io_context& io) : signals(io) {}
    boost::asio::signal_set signals;
};

Interrupts::Interrupts(boost::asio::io_context& io, std::function<void(int)> ended)
    : impl_(std::make_unique<Impl>(io)) {
    for (const int number : ending_signals) {
        struct sigaction action {};
        sigaction(number, nullptr, &action);
        if (action.sa_handler == SIG_IGN) {
            continue;  // nohup, or a shell's background job: whoever started us does not want it to
                       // end us
        }
        impl_->signals.add(number);
        sigaction(number, nullptr, &action);
        action.sa_flags |= static_cast<int>(SA_RESETHAND);
        sigaction(number, &action, nullptr);
    }
    impl_->signals.async_wait(
        [ended = std::move(ended)](const boost::system::error_code& error, int number) {
            if (!error) {
                ended(number);
            }
        });
}

Interrupts::~Interrupts() = default;

HeldSignals::HeldSignals() {
    change_mask(SIG_BLOCK);
}

HeldSignals::~HeldSignals() {
    change_mask(SIG_UNBLOCK);
}

}  // namespace orrery::cli
