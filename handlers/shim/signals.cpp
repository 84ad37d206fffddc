// Signals: the one that ends our waits is out of a program's reach, so that a program which blocks
// all signals loses no time-out; waiting for one obeys virtual time.
#include "handlers/shim/wait.h"

#include <pthread.h>

#include <cerrno>
#include <csignal>

using namespace orrery::shim;

namespace {

int our_signal() {
    return SIGRTMIN + wake_signal_offset;
}

/// What a program may ask for, without our signal.
const sigset_t* allowed(int how, const sigset_t* wanted, sigset_t& storage) {
    if (page == nullptr || wanted == nullptr || how == SIG_UNBLOCK) {
        return wanted;
    }
    storage = *wanted;
    ::sigdelset(&storage, our_signal());
    return &storage;
}

}  // namespace

extern "C" {

int pthread_sigmask(int how, const sigset_t* wanted, sigset_t* before) {
    static auto* next = real(&pthread_sigmask, "pthread_sigmask");
    sigset_t storage;
    return next(how, allowed(how, wanted, storage), before);
}

int sigprocmask(int how, const sigset_t* wanted, sigset_t* before) {
    static auto* next = real(&sigprocmask, "sigprocmask");
    sigset_t storage;
    return next(how, allowed(how, wanted, storage), before);
}

int sigaction(int signal, const struct sigaction* action, struct sigaction* before) {
    static auto* next =
        real(static_cast<int (*)(int, const struct sigaction*, struct sigaction*)>(&::sigaction),
             "sigaction");
    if (page != nullptr && signal == our_signal()) {
        return next(signal, nullptr, before);
    }
    return next(signal, action, before);
}

int sigtimedwait(const sigset_t* signals, siginfo_t* information, const timespec* timeout) {
    static auto* next = real(&sigtimedwait, "sigtimedwait");
    if (page == nullptr) {
        return next(signals, information, timeout);
    }
    const timespec at_once{};
    const int pending = next(signals, information, &at_once);
    if (pending > 0 || errno != EAGAIN || (timeout != nullptr && later(0, *timeout) == 0)) {
        return pending;
    }
    if (timeout == nullptr) {
        const Blocked blocked;
        return next(signals, information, nullptr);
    }
    const TimedWait wait(later(now(), *timeout), WakeBy::signal);
    while (!wait.over()) {
        const int signal = next(signals, information, nullptr);
        if (signal != -1 || errno != EINTR || (!wait.over() && !interrupted_by_us())) {
            return signal;
        }
    }
    errno = EAGAIN;
    return -1;
}

int sigwaitinfo(const sigset_t* signals, siginfo_t* information) {
    return sigtimedwait(signals, information, nullptr);
}

int sigwait(const sigset_t* signals, int* signal) {
    static auto* next = real(&sigwait, "sigwait");
    if (page == nullptr) {
        return next(signals, signal);
    }
    int got = 0;
    do {
        got = sigtimedwait(signals, nullptr, nullptr);
    } while (got == -1 && errno == EINTR);
    *signal = got;
    return 0;
}

int pause() {
    static auto* next = real(&pause, "pause");
    const Blocked blocked;
    return next();
}

int sigsuspend(const sigset_t* mask) {
    static auto* next = real(&sigsuspend, "sigsuspend");
    sigset_t storage;
    const Blocked blocked;
    return next(allowed(SIG_SETMASK, mask, storage));
}

}  // extern "C"
