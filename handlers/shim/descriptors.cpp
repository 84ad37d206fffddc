// Opening, closing and duplicating descriptors, as far as the shim must know of it.
#include "handlers/shim/descriptors.h"

#include "handlers/shim/wait.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstring>

using namespace orrery::shim;

namespace orrery::shim {

namespace {
constexpr int most_descriptors = 65'536;
std::atomic<DescriptorUse> uses[most_descriptors];
}  // namespace

DescriptorUse use_of(int descriptor) {
    return descriptor >= 0 && descriptor < most_descriptors
               ? uses[descriptor].load(std::memory_order_relaxed)
               : DescriptorUse::other;
}

void set_use(int descriptor, DescriptorUse use) {
    if (descriptor >= 0 && descriptor < most_descriptors) {
        uses[descriptor].store(use, std::memory_order_relaxed);
    }
}

ssize_t count_sent(int descriptor, ssize_t result) {
    if (page == nullptr || result <= 0) {
        return result;
    }
    made_progress();
    if (use_of(descriptor) == DescriptorUse::connection) {
        page->bytes_sent.fetch_add(static_cast<std::uint64_t>(result));
    } else if (descriptor > STDERR_FILENO) {
        may_wake_another();
    }
    return result;
}

ssize_t count_received(int descriptor, ssize_t result) {
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

bool would_block(int descriptor, short events) {
    if (page == nullptr) {
        return false;
    }
    static auto* real_poll = real(&::poll, "poll");
    pollfd one{descriptor, events, 0};
    const int before = errno;
    const bool waits =
        real_poll(&one, 1, 0) == 0 && (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) == 0;
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
    if (page != nullptr && use_of(descriptor) == DescriptorUse::connection) {
        page->closes.fetch_add(1);
        int unread = 0;
        if (::ioctl(descriptor, FIONREAD, &unread) == 0 && unread > 0) {
            page->bytes_received.fetch_add(static_cast<std::uint64_t>(unread));
        }
    } else {
        may_wake_another();
    }
    set_use(descriptor, DescriptorUse::other);
    return next(descriptor);
}

}  // extern "C"
