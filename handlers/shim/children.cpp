// Processes that a handler starts: they share its page. Programs that are linked statically live on
// the real clock.
#include "handlers/shim/children.h"

#include "handlers/shim/descriptors.h"
#include "handlers/shim/prepared.h"
#include "handlers/shim/wait.h"

#include <alloca.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace orrery::shim;

extern char** environ;

namespace orrery::shim {

namespace {

constexpr std::size_t longest_setting = 128;

bool child = false;
std::uint64_t thread_numbers_from = 0;
std::atomic<std::uint32_t> children_made{0};

/// What a program that this process becomes or starts gets in its environment.
struct Inheritance {
    char preload[longest_setting];
    char shim[longest_setting];
};

/// "child:PROCESS:PAGE:SEED:THREADS", or for a process that becomes another program what the engine
/// gave it.
void describe(Inheritance& to, bool as_child, std::uint64_t seed, std::uint64_t threads) {
    if (as_child) {
        std::snprintf(to.preload,
                      sizeof to.preload,
                      "LD_PRELOAD=/proc/%d/fd/%d",
                      page->process,
                      page->library_descriptor);
        std::snprintf(to.shim,
                      sizeof to.shim,
                      "%s=child:%d:%d:%llu:%llu",
                      shim_variable,
                      page->process,
                      page->page_descriptor,
                      static_cast<unsigned long long>(seed),
                      static_cast<unsigned long long>(threads));
    } else {
        std::snprintf(
            to.preload, sizeof to.preload, "LD_PRELOAD=/proc/self/fd/%d", page->library_descriptor);
        std::snprintf(to.shim,
                      sizeof to.shim,
                      "%s=%d:%d:%d",
                      shim_variable,
                      page->page_descriptor,
                      event_descriptor(),
                      page->library_descriptor);
    }
}

/// Whether our own descriptors outlive an exec.
void keep_descriptors(bool kept) {
    for (const int descriptor :
         {page->page_descriptor, page->library_descriptor, event_descriptor()}) {
        ::fcntl(descriptor, F_SETFD, kept ? 0 : FD_CLOEXEC);
    }
}

bool is_ours(const char* setting) {
    const std::size_t length = std::strlen(shim_variable);
    return (std::strncmp(setting, shim_variable, length) == 0 && setting[length] == '=') ||
           std::strncmp(setting, "LD_PRELOAD=", 11) == 0;
}

std::size_t count(char* const* list) {
    std::size_t length = 0;
    while (list != nullptr && list[length] != nullptr) {
        ++length;
    }
    return length;
}

/// `to` has room for two more than `from` has, and the null.
void extend(char** to, char* const* from, Inheritance& by) {
    std::size_t length = 0;
    for (; from != nullptr && *from != nullptr; ++from) {
        if (!is_ours(*from)) {
            to[length++] = *from;
        }
    }
    to[length++] = by.preload;
    to[length++] = by.shim;
    to[length] = nullptr;
}

/// No two threads of a process and its descendants have the same number, or which one goes first
/// would be an accident: sixteen bits are for a process's threads, twelve each for the first four
/// generations of children.
std::uint64_t numbers_of_next_child(std::uint32_t number) {
    constexpr unsigned of_threads = 16;
    constexpr unsigned of_children = 12;
    constexpr std::uint64_t most = (1U << of_children) - 1;
    unsigned shift = 64 - of_children;
    while (shift > of_threads && (thread_numbers_from >> shift & most) != 0) {
        shift -= of_children;
    }
    return thread_numbers_from + ((1 + (number - 1) % most) << shift);
}

/// The number of a child that is about to be made.
std::uint32_t next_child() {
    page->has_children.store(1);
    may_wake_another();
    return children_made.fetch_add(1) + 1;
}

std::uint64_t seed_of_child(std::uint32_t number) {
    std::uint64_t mixed = own_seed() + number * 0xd1342543de82ef95;
    mixed = (mixed ^ (mixed >> 32)) * 0x9e3779b97f4a7c15;
    return mixed ^ (mixed >> 29);
}

void become_child(std::uint64_t seed, std::uint64_t threads) {
    child = true;
    thread_numbers_from = threads;
    children_made.store(0);
    use_own_random(seed);
    forget_connections();
    begin_as_child();
}

/// Becomes another program. If it is the process that the engine knows, so does the new one.
int become(const char* path, char* const arguments[], char* const environment[]) {
    static auto* next = real(&execve, "execve");
    if (page == nullptr) {
        return next(path, arguments, environment);
    }
    Inheritance inherited;
    describe(inherited, child, own_seed(), thread_numbers_from);
    auto** extended = static_cast<char**>(alloca((count(environment) + 3) * sizeof(char*)));
    extend(extended, environment, inherited);
    if (!child) {
        keep_descriptors(true);
    }
    const int result = next(path, arguments, extended);
    const int error = errno;
    if (!child) {
        keep_descriptors(false);
    }
    errno = error;
    return result;
}

/// A program's file as a shell finds it.
int become_by_name(const char* file, char* const arguments[], char* const environment[]) {
    if (std::strchr(file, '/') != nullptr) {
        return become(file, arguments, environment);
    }
    const char* path = ::getenv("PATH");
    path = path == nullptr ? "/bin:/usr/bin" : path;
    int error = ENOENT;
    for (const char* end = path; end != nullptr; path = end + 1) {
        end = std::strchr(path, ':');
        const auto length = static_cast<int>(end == nullptr ? std::strlen(path)
                                                            : static_cast<std::size_t>(end - path));
        char whole[PATH_MAX];
        std::snprintf(whole, sizeof whole, "%.*s%s%s", length, path, length > 0 ? "/" : "", file);
        become(whole, arguments, environment);
        if (errno == EACCES) {
            error = EACCES;
        } else if (errno != ENOENT && errno != ENOTDIR) {
            return -1;
        }
        if (end == nullptr) {
            break;
        }
    }
    errno = error;
    return -1;
}

template <typename Spawn>
int spawn(Spawn next,
          pid_t* process,
          const char* program,
          const posix_spawn_file_actions_t* actions,
          const posix_spawnattr_t* attributes,
          char* const arguments[],
          char* const environment[]) {
    if (page == nullptr) {
        return next(process, program, actions, attributes, arguments, environment);
    }
    const std::uint32_t number = next_child();
    Inheritance inherited;
    describe(inherited, true, seed_of_child(number), numbers_of_next_child(number));
    auto** extended = static_cast<char**>(alloca((count(environment) + 3) * sizeof(char*)));
    extend(extended, environment, inherited);
    return next(process, program, actions, attributes, arguments, extended);
}

}  // namespace

bool is_child() {
    return child;
}

std::uint64_t first_thread_number() {
    return thread_numbers_from;
}

bool attach_to_inherited(const char* text) {
    int process = 0;
    int descriptor = 0;
    unsigned long long seed = 0;
    unsigned long long threads = 0;
    if (std::sscanf(text, "child:%d:%d:%llu:%llu", &process, &descriptor, &seed, &threads) != 4) {
        return false;
    }
    char path[64];
    std::snprintf(path, sizeof path, "/proc/%d/fd/%d", process, descriptor);
    static auto* next = real(static_cast<int (*)(const char*, int, ...)>(&::open), "open");
    const int file = next(path, O_RDWR | O_CLOEXEC);
    if (file < 0 || !map_page(file)) {
        return false;
    }
    ::syscall(SYS_close, file);
    become_child(seed, threads);
    return true;
}

}  // namespace orrery::shim

extern "C" {

pid_t fork() {
    static auto* next = real(&fork, "fork");
    if (page == nullptr) {
        return next();
    }
    if (stands_ready()) {
        return fork_environments();
    }
    const std::uint32_t number = next_child();
    const std::uint64_t seed = seed_of_child(number);
    const pid_t made = next();
    if (made == 0) {
        become_child(seed, numbers_of_next_child(number));
    }
    return made;
}

/// POSIX lets vfork be fork; sharing the parent's memory, become_child() would change the parent.
pid_t vfork() {
    return fork();
}

int execve(const char* path, char* const arguments[], char* const environment[]) {
    return become(path, arguments, environment);
}

int execv(const char* path, char* const arguments[]) {
    return become(path, arguments, environ);
}

int execvp(const char* file, char* const arguments[]) {
    return become_by_name(file, arguments, environ);
}

int execvpe(const char* file, char* const arguments[], char* const environment[]) {
    return become_by_name(file, arguments, environment);
}

int posix_spawn(pid_t* process,
                const char* path,
                const posix_spawn_file_actions_t* actions,
                const posix_spawnattr_t* attributes,
                char* const arguments[],
                char* const environment[]) {
    static auto* next = real(&posix_spawn, "posix_spawn");
    return spawn(next, process, path, actions, attributes, arguments, environment);
}

int posix_spawnp(pid_t* process,
                 const char* file,
                 const posix_spawn_file_actions_t* actions,
                 const posix_spawnattr_t* attributes,
                 char* const arguments[],
                 char* const environment[]) {
    static auto* next = real(&posix_spawnp, "posix_spawnp");
    return spawn(next, process, file, actions, attributes, arguments, environment);
}

/// The C library's own would start the shell behind our back.
int system(const char* command) {
    static auto* next = real(&system, "system");
    if (page == nullptr || command == nullptr) {
        return next(command);
    }
    char shell[] = "sh";
    char option[] = "-c";
    char* const arguments[] = {shell, option, const_cast<char*>(command), nullptr};
    sigset_t children;
    sigset_t before;
    ::sigemptyset(&children);
    ::sigaddset(&children, SIGCHLD);
    ::pthread_sigmask(SIG_BLOCK, &children, &before);
    pid_t process = 0;
    int status = -1;
    if (posix_spawn(&process, "/bin/sh", nullptr, nullptr, arguments, environ) == 0) {
        while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
        }
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return status;
}

pid_t waitpid(pid_t process, int* status, int options) {
    static auto* next = real(&waitpid, "waitpid");
    if (page == nullptr || (options & WNOHANG) != 0) {
        return next(process, status, options);
    }
    const Blocked blocked;
    return next(process, status, options);
}

pid_t wait(int* status) {
    return waitpid(-1, status, 0);
}

int waitid(idtype_t kind, id_t process, siginfo_t* information, int options) {
    static auto* next = real(&waitid, "waitid");
    if (page == nullptr || (options & WNOHANG) != 0) {
        return next(kind, process, information, options);
    }
    const Blocked blocked;
    return next(kind, process, information, options);
}

pid_t wait4(pid_t process, int* status, int options, rusage* usage) {
    static auto* next = real(static_cast<pid_t (*)(pid_t, int*, int, rusage*)>(&wait4), "wait4");
    if (page == nullptr || (options & WNOHANG) != 0) {
        return next(process, status, options, usage);
    }
    const Blocked blocked;
    return next(process, status, options, usage);
}

// The process number differs from run to run; on Lambda, too, a function finds itself at a small
// one.

constexpr pid_t shown_process = 8;

pid_t getpid() {
    static auto* next = real(&getpid, "getpid");
    return page == nullptr || is_child() ? next() : shown_process;
}

pid_t getppid() {
    static auto* next = real(&getppid, "getppid");
    return page == nullptr || is_child() ? next() : 1;
}

int kill(pid_t process, int signal) {
    static auto* next = real(&kill, "kill");
    static auto* own = real(&getpid, "getpid");
    may_wake_another();
    const bool itself = page != nullptr && !is_child() && process == shown_process;
    if (itself && signal == SIGKILL) {
        let_children_wait();
    }
    if (page != nullptr && signal == SIGCONT) {
        page->has_children.store(1);  // the engine forgets those that are stopped
    }
    return next(itself ? own() : process, signal);
}

void _exit(int status) {
    let_children_wait();
    for (;;) {
        ::syscall(SYS_exit_group, status);
    }
}

void _Exit(int status) {
    _exit(status);
}

}  // extern "C"
