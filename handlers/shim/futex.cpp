#include "handlers/shim/futex.h"

#include "handlers/shim/wait.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace orrery::shim {

namespace {

long call(const long (&arguments)[6], const timespec* timeout) {
    static auto* next = real(&::syscall, "syscall");
    return next(
        SYS_futex, arguments[0], arguments[1], arguments[2], timeout, arguments[4], arguments[5]);
}

bool waits(int operation) {
    return operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET || operation == FUTEX_LOCK_PI;
}

}  // namespace

long futex_call(const long (&arguments)[6]) {
    const auto flags = static_cast<int>(arguments[1]);
    const int operation = flags & FUTEX_CMD_MASK;
    const auto* timeout = reinterpret_cast<const timespec*>(arguments[3]);
    if (!waits(operation)) {
        may_wake_another();
        return call(arguments, timeout);
    }
    if (operation == FUTEX_LOCK_PI || timeout == nullptr) {
        const Blocked blocked;
        return call(arguments, timeout);
    }
    std::int64_t from = now();
    if (operation == FUTEX_WAIT_BITSET) {
        from = (flags & FUTEX_CLOCK_REALTIME) != 0 ? 0 : page->boot;
    }
    const TimedWait wait(later(from, *timeout), WakeBy::signal);
    while (!wait.over()) {
        const long result = call(arguments, nullptr);
        if (result != -1 || errno != EINTR || (!wait.over() && !interrupted_by_us())) {
            return result;
        }
    }
    errno = ETIMEDOUT;
    return -1;
}

}  // namespace orrery::shim
