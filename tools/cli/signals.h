/// Signals of the terminal: the first Ctrl-C ends a run in good order, the second one the process
/// at once.
#pragma once

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace orrery::cli {

/// Writing to a reader who has gone becomes an error of the write, not the process's end.
void survive_closed_pipes();

/// While it lives, the first SIGINT, SIGTERM or SIGHUP calls `ended` from `io` with the signal's
/// number. After that one the signal has its default effect again, so that a second one works even
/// where `io` is stuck.
class Interrupts {
public:
    Interrupts(boost::asio::io_context& io, std::function<void(int)> ended);
    ~Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// While it lives, those signals wait: a run is being set up or cleared away.
class HeldSignals {
public:
    HeldSignals();
    ~HeldSignals();
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
};

}  // namespace orrery::cli
