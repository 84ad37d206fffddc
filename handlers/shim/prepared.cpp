// A prepared parent: new environments are forks of it, which go on where it stands.
#include "handlers/shim/prepared.h"

#include "handlers/shim/wait.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace orrery::shim {

namespace {

using Descriptors = int[passed_count];

// The raw calls: those of the shim count what they do, and refuse to touch its descriptors.

int move(int descriptor, int to, int flags) {
    return static_cast<int>(::syscall(SYS_dup3, descriptor, to, flags));
}

void close_all(const Descriptors& descriptors) {
    for (const int descriptor : descriptors) {
        ::syscall(SYS_close, descriptor);
    }
}

int descriptor_of(const Descriptors& descriptors, Passed which) {
    return descriptors[static_cast<std::size_t>(which)];
}

/// False when nobody asks any more.
bool receive(int control, Descriptors& descriptors) {
    char byte = 0;
    iovec part{&byte, sizeof byte};
    alignas(cmsghdr) char buffer[CMSG_SPACE(sizeof descriptors)];
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = buffer;
    message.msg_controllen = sizeof buffer;
    long length = -1;
    do {
        length = ::syscall(SYS_recvmsg, control, &message, MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    const cmsghdr* header = length <= 0 ? nullptr : CMSG_FIRSTHDR(&message);
    if (header == nullptr || header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(sizeof descriptors)) {
        return false;
    }
    std::memcpy(descriptors, CMSG_DATA(header), sizeof descriptors);
    return true;
}

void report(int to, int error) {
    const ForkReport told{static_cast<std::int32_t>(::syscall(SYS_getpid)), error};
    ::syscall(SYS_write, to, &told, sizeof told);
}

/// A fork whose parent is ours, the engine: it hears of its end, and the fork dies with it. The C
/// library's own fork cannot do that; what it would do besides is what stands here. Nothing is
/// locked, since this process has one thread.
long fork_for_our_parent(int* thread_id) {
    void* robust_list = nullptr;
    std::size_t length = 0;
    ::syscall(SYS_get_robust_list, 0, &robust_list, &length);
    constexpr unsigned long flags = CLONE_PARENT | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
#ifdef __x86_64__
    const long made = ::syscall(SYS_clone, flags, nullptr, nullptr, thread_id, nullptr);
#else
    const long made = ::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, thread_id);
#endif
    if (made == 0) {
        ::syscall(SYS_set_robust_list, robust_list, length);
    }
    return made;
}

bool enter_places(const Descriptors& descriptors) {
    if (::unshare(CLONE_NEWNS) != 0) {
        return false;
    }
    for (std::size_t index = 0; index < passed_places.size(); ++index) {
        const int mount = descriptors[static_cast<std::size_t>(Passed::first_mount) + index];
        if (::syscall(SYS_move_mount,
                      mount,
                      "",
                      AT_FDCWD,
                      passed_places[index],
                      MOVE_MOUNT_F_EMPTY_PATH) != 0) {
            return false;
        }
    }
    return ::chdir(passed_places[0]) == 0;
}

/// Makes this fork an environment's process, as if the engine had started it. False, with errno, if
/// it cannot.
bool become_environment(const Descriptors& descriptors, pid_t engine) {
    ::syscall(SYS_setsid);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (::syscall(SYS_getppid) != engine) {
        ::_exit(127);  // it died before the line above
    }
    const int page_descriptor = page->page_descriptor;
    const int library = page->library_descriptor;
    const int control = page->control_descriptor;
    const int event = event_descriptor();
    if (!enter_places(descriptors) ||
        !map_page_in_place(descriptor_of(descriptors, Passed::page)) ||
        move(descriptor_of(descriptors, Passed::page), page_descriptor, O_CLOEXEC) < 0 ||
        move(descriptor_of(descriptors, Passed::event), event, O_CLOEXEC) < 0 ||
        move(descriptor_of(descriptors, Passed::variables), variables_descriptor, O_CLOEXEC) < 0 ||
        move(descriptor_of(descriptors, Passed::output), STDOUT_FILENO, 0) < 0 ||
        move(descriptor_of(descriptors, Passed::output), STDERR_FILENO, 0) < 0) {
        return false;
    }
    ::syscall(SYS_close, control);
    begin_as_fork();
    begin(page_descriptor, event, library);
    return true;
}

}  // namespace

bool stands_ready() {
    return page->control_descriptor != 0 && ::getenv(preload_variable) == nullptr;
}

int fork_environments() {
    int* thread_id = nullptr;
    const int control = page->control_descriptor;
    const auto engine = static_cast<pid_t>(::syscall(SYS_getppid));
    if (page->threads.load() != 1 || ::prctl(PR_GET_TID_ADDRESS, &thread_id, 0, 0, 0) != 0) {
        errno = EAGAIN;
        return -1;
    }
    const char ready = 1;
    ::syscall(SYS_write, control, &ready, sizeof ready);
    Descriptors descriptors;
    while (receive(control, descriptors)) {
        const int told = descriptor_of(descriptors, Passed::report);
        const long made = fork_for_our_parent(thread_id);
        if (made == 0) {
            const bool done = become_environment(descriptors, engine);
            report(told, done ? 0 : errno);
            if (!done) {
                ::_exit(127);
            }
            close_all(descriptors);
            return 0;
        }
        if (made < 0) {
            report(told, errno);
        }
        close_all(descriptors);
    }
    ::_exit(0);
}

}  // namespace orrery::shim
