// Opening, closing and duplicating descriptors, as far as the shim must know of it.
#include "handlers/shim/descriptors.h"

#include "handlers/shim/timers.h"
#include "handlers/shim/wait.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

using namespace orrery::shim;

namespace orrery::shim {

namespace {
constexpr int most_descriptors = 65'536;
std::atomic<DescriptorUse> uses[most_descriptors];
std::atomic<unsigned char> awaited[most_descriptors];
Shown shown[most_descriptors];
std::atomic<std::int64_t> receive_timeouts[most_descriptors];
std::atomic<std::int64_t> send_timeouts[most_descriptors];
std::atomic<int> descriptors_used{0};

bool known(int descriptor) {
    return descriptor >= 0 && descriptor < most_descriptors;
}

std::int64_t nanoseconds(const timeval& time) {
    return later(0, {time.tv_sec, time.tv_usec * 1000});
}
}  // namespace

DescriptorUse use_of(int descriptor) {
    return known(descriptor) ? uses[descriptor].load(std::memory_order_relaxed)
                             : DescriptorUse::other;
}

void set_use(int descriptor, DescriptorUse use) {
    if (!known(descriptor)) {
        return;
    }
    const DescriptorUse before = uses[descriptor].exchange(use, std::memory_order_relaxed);
    if (before == DescriptorUse::outside && use != before) {
        outside_answered(descriptor);
        page->outside_open.fetch_sub(1);
    }
    if (use != DescriptorUse::other) {
        int used = descriptors_used.load();
        while (used <= descriptor &&
               !descriptors_used.compare_exchange_weak(used, descriptor + 1)) {
        }
    }
    if (use == DescriptorUse::outside && use != before) {
        page->outside_open.fetch_add(1);
    }
}

Shown shown_of(int descriptor) {
    return known(descriptor) ? shown[descriptor] : Shown{};
}

void set_shown(int descriptor, const Shown& as) {
    if (known(descriptor)) {
        shown[descriptor] = as;
    }
}

std::int64_t receive_timeout(int descriptor) {
    return page != nullptr && known(descriptor)
               ? receive_timeouts[descriptor].load(std::memory_order_relaxed)
               : 0;
}

std::int64_t send_timeout(int descriptor) {
    return page != nullptr && known(descriptor)
               ? send_timeouts[descriptor].load(std::memory_order_relaxed)
               : 0;
}

void await_outside(int descriptor) {
    if (use_of(descriptor) == DescriptorUse::outside && awaited[descriptor].exchange(1) == 0) {
        page->outside_awaited.fetch_add(1);
    }
}

void outside_answered(int descriptor) {
    if (known(descriptor) && awaited[descriptor].exchange(0) != 0) {
        page->outside_awaited.fetch_sub(1);
    }
}

void forget_connections() {
    const int used = descriptors_used.load();
    for (int descriptor = 0; descriptor < used; ++descriptor) {
        if (uses[descriptor].load() != DescriptorUse::random) {
            uses[descriptor].store(DescriptorUse::other);
        }
        awaited[descriptor].store(0);
    }
}

ssize_t count_sent(int descriptor, ssize_t result) {
    if (page == nullptr || result <= 0) {
        return result;
    }
    made_progress();
    if (use_of(descriptor) == DescriptorUse::connection) {
        page->bytes_sent.fetch_add(static_cast<std::uint64_t>(result));
    } else if (use_of(descriptor) == DescriptorUse::outside) {
        await_outside(descriptor);
    } else if (descriptor > STDERR_FILENO) {
        may_wake_another();
    }
    return result;
}

ssize_t count_received(int descriptor, ssize_t result) {
    if (page != nullptr && result >= 0 && use_of(descriptor) == DescriptorUse::outside) {
        outside_answered(descriptor);
        return result;
    }
    if (page == nullptr || result <= 0) {
        return result;
    }
    if (use_of(descriptor) == DescriptorUse::connection) {
        page->bytes_received.fetch_add(static_cast<std::uint64_t>(result));
    } else {
        may_wake_another();  // who waits for room
    }
    return result;
}

bool is_non_blocking(int descriptor) {
    const int before = errno;
    const bool is = (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0;
    errno = before;
    return is;
}

bool would_block(int descriptor, short events) {
    if (page == nullptr) {
        return false;
    }
    static auto* real_poll = real(&::poll, "poll");
    pollfd one{descriptor, events, 0};
    const int before = errno;
    const bool waits = real_poll(&one, 1, 0) == 0 && !is_non_blocking(descriptor);
    errno = before;
    return waits;
}

}  // namespace orrery::shim

namespace {

bool is_random_device(const char* path) {
    return page != nullptr && path != nullptr &&
           (std::strcmp(path, "/dev/urandom") == 0 || std::strcmp(path, "/dev/random") == 0);
}

/// The C library's open family, with the mode where the flags ask for one.
int open_at(int folder, const char* path, int flags, mode_t mode) {
    static auto* next = real(static_cast<int (*)(int, const char*, int, ...)>(&openat), "openat");
    const int descriptor = next(folder, path, flags, mode);
    if (descriptor >= 0) {
        set_use(descriptor, is_random_device(path) ? DescriptorUse::random : DescriptorUse::other);
    }
    return descriptor;
}

mode_t mode_argument(int flags, va_list arguments) {
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_at(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_at(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int openat(int folder, const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_at(folder, path, flags, mode);
}

int openat64(int folder, const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_at(folder, path, flags | O_LARGEFILE, mode);
}

int close(int descriptor) {
    static auto* next = real(&close, "close");
    if (is_our_descriptor(descriptor)) {
        errno = EBADF;
        return -1;
    }
    if (page != nullptr && use_of(descriptor) == DescriptorUse::connection) {
        page->closes.fetch_add(1);
        int unread = 0;
        if (::ioctl(descriptor, FIONREAD, &unread) == 0 && unread > 0) {
            page->bytes_received.fetch_add(static_cast<std::uint64_t>(unread));
        }
    } else {
        may_wake_another();
    }
    if (page != nullptr) {
        timer_descriptor_closed(descriptor);
    }
    set_use(descriptor, DescriptorUse::other);
    if (known(descriptor)) {
        receive_timeouts[descriptor].store(0, std::memory_order_relaxed);
        send_timeouts[descriptor].store(0, std::memory_order_relaxed);
    }
    return next(descriptor);
}

int close_range(unsigned first, unsigned last, int flags) {
    static auto* next = real(&close_range, "close_range");
    for (unsigned descriptor = first;
         page != nullptr && descriptor <= last && descriptor < most_descriptors;
         ++descriptor) {
        if (is_our_descriptor(static_cast<int>(descriptor))) {
            const int result = descriptor > first ? next(first, descriptor - 1, flags) : 0;
            return result != 0 || descriptor == last ? result
                                                     : close_range(descriptor + 1, last, flags);
        }
    }
    return next(first, last, flags);
}

FILE* fopen(const char* path, const char* mode) {
    static auto* next = real(&fopen, "fopen");
    if (is_random_device(path)) {
        const cookie_io_functions_t functions{[](void* /*cookie*/, char* buffer, size_t length) {
                                                  fill_random(buffer, length);
                                                  return static_cast<ssize_t>(length);
                                              },
                                              nullptr,
                                              nullptr,
                                              nullptr};
        return ::fopencookie(nullptr, mode, functions);
    }
    return next(path, mode);
}

FILE* fopen64(const char* path, const char* mode) {
    static auto* next = real(&fopen64, "fopen64");
    return is_random_device(path) ? fopen(path, mode) : next(path, mode);
}

int setsockopt(int descriptor, int level, int option, const void* value, socklen_t length) {
    static auto* next = real(&setsockopt, "setsockopt");
    if (page != nullptr && level == SOL_SOCKET && length >= sizeof(timeval) &&
        (option == SO_RCVTIMEO || option == SO_SNDTIMEO) && known(descriptor)) {
        (option == SO_RCVTIMEO ? receive_timeouts : send_timeouts)[descriptor].store(
            nanoseconds(*static_cast<const timeval*>(value)));
        return 0;
    }
    return next(descriptor, level, option, value, length);
}

int getsockopt(int descriptor, int level, int option, void* value, socklen_t* length) {
    static auto* next = real(&getsockopt, "getsockopt");
    if (page != nullptr && level == SOL_SOCKET && *length >= sizeof(timeval) &&
        (option == SO_RCVTIMEO || option == SO_SNDTIMEO)) {
        const std::int64_t time =
            option == SO_RCVTIMEO ? receive_timeout(descriptor) : send_timeout(descriptor);
        *static_cast<timeval*>(value) = {time / 1'000'000'000, time % 1'000'000'000 / 1000};
        *length = sizeof(timeval);
        return 0;
    }
    return next(descriptor, level, option, value, length);
}

}  // extern "C"
