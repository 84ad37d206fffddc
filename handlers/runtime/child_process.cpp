#include "handlers/runtime/child_process.h"

#include "engine/error.h"
#include "handlers/runtime/reaper.h"

#include <fcntl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace orrery {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (const std::string& text : texts) {
        all.push_back(const_cast<char*>(text.c_str()));
    }
    all.push_back(nullptr);
    return all;
}

/// What went wrong between fork and exec, told to the parent through a pipe.
struct StartFailure {
    enum class Step : int { view, directory, descriptors, program } step;
    int error;
};

[[noreturn]] void fail(int pipe, StartFailure::Step step) {
    const StartFailure failure{step, errno};
    [[maybe_unused]] const ssize_t written = ::write(pipe, &failure, sizeof failure);
    ::_exit(127);
}

/// Moves `descriptors` to their numbers and closes everything else but `keep`.
bool arrange_descriptors(const std::vector<std::pair<int, int>>& descriptors, int keep) {
    constexpr int above_all = 950;  // out of the way of every wanted number
    std::array<int, 16> moved{};
    if (descriptors.size() > moved.size()) {
        return false;
    }
    for (std::size_t index = 0; index < descriptors.size(); ++index) {
        moved[index] = ::fcntl(descriptors[index].first, F_DUPFD, above_all);
        if (moved[index] < 0) {
            return false;
        }
    }
    for (std::size_t index = 0; index < descriptors.size(); ++index) {
        if (::dup2(moved[index], descriptors[index].second) < 0) {
            return false;
        }
    }
    std::vector<unsigned> kept{2, static_cast<unsigned>(keep)};
    for (const auto& [ours, theirs] : descriptors) {
        kept.push_back(static_cast<unsigned>(theirs));
    }
    std::sort(kept.begin(), kept.end());
    for (std::size_t index = 0; index < kept.size(); ++index) {
        const unsigned first = kept[index] + 1;
        const unsigned last = index + 1 < kept.size() ? kept[index + 1] - 1 : ~0U;
        if (first <= last) {
            ::close_range(first, last, 0);
        }
    }
    return true;
}

[[noreturn]] void become(const ChildOptions& options,
                         const std::vector<char*>& arguments,
                         const std::vector<char*>& environment,
                         int failure_pipe,
                         pid_t parent) {
    ::setsid();
    if (options.view != nullptr && !options.view->enter()) {
        fail(failure_pipe, StartFailure::Step::view);
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // what it started stays below it, whoever has ended
    if (::getppid() != parent) {
        ::_exit(127);  // the parent died before the line above
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    ::personality(ADDR_NO_RANDOMIZE);
    if (::chdir(options.directory.c_str()) != 0) {
        fail(failure_pipe, StartFailure::Step::directory);
    }
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0 ||
        !arrange_descriptors(options.descriptors, failure_pipe)) {
        fail(failure_pipe, StartFailure::Step::descriptors);
    }
    ::execve(arguments[0], arguments.data(), environment.data());
    fail(failure_pipe, StartFailure::Step::program);
}

std::string where_it_failed(const ChildOptions& options, const StartFailure& failure) {
    switch (failure.step) {
        case StartFailure::Step::view: return " with a view of the file system of its own";
        case StartFailure::Step::directory: return " in " + options.directory.string();
        default: return {};
    }
}

}  // namespace

std::string ExitStatus::text() const {
    if (signal == 0) {
        return "exit status " + std::to_string(code);
    }
    // The words of Go's os package, in which Lambda's own reports are written.
    switch (signal) {
        case SIGKILL: return "signal: killed";
        case SIGSEGV: return "signal: segmentation fault";
        case SIGABRT: return "signal: aborted";
        case SIGTERM: return "signal: terminated";
        case SIGINT: return "signal: interrupt";
        case SIGBUS: return "signal: bus error";
        case SIGFPE: return "signal: floating point exception";
        case SIGILL: return "signal: illegal instruction";
        default: return "signal: signal " + std::to_string(signal);
    }
}

ChildProcess::ChildProcess(const ChildOptions& options) {
    std::array<int, 2> failure_pipe{};
    if (::pipe2(failure_pipe.data(), O_CLOEXEC) != 0) {
        throw UsageError("cannot start a process: " + std::string(std::strerror(errno)));
    }
    const std::vector<char*> arguments = pointers(options.arguments);
    const std::vector<char*> environment = pointers(options.environment);
    const pid_t parent = ::getpid();
    process_ = ::fork();
    if (process_ == 0) {
        become(options, arguments, environment, failure_pipe[1], parent);
    }
    const int fork_error = errno;
    ::close(failure_pipe[1]);
    StartFailure failure{};
    ssize_t got = 0;
    if (process_ > 0) {
        do {
            got = ::read(failure_pipe[0], &failure, sizeof failure);
        } while (got < 0 && errno == EINTR);
    }
    ::close(failure_pipe[0]);
    if (process_ < 0) {
        throw UsageError("cannot start " + options.arguments[0] + ": " + std::strerror(fork_error));
    }
    if (got != 0) {
        ::waitpid(process_, nullptr, 0);
        throw UsageError("cannot start " + options.arguments[0] +
                         where_it_failed(options, failure) + ": " + std::strerror(failure.error));
    }
    watch();
}

ChildProcess::ChildProcess(pid_t process) : process_(process) {
    watch();
}

void ChildProcess::watch() {
    view_ = Reaper::view_of(process_);
    Reaper::watch(process_);
    exit_descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, process_, 0));
    if (exit_descriptor_ >= 0) {
        ::fcntl(exit_descriptor_, F_SETFD, FD_CLOEXEC);
    }
}

ChildProcess::~ChildProcess() {
    kill();
    if (may_have_stragglers_) {
        Reaper::kill_stragglers(process_, view_);
    }
    if (!status_) {
        ::waitpid(process_, nullptr, 0);
    }
    Reaper::forget(process_);
    if (exit_descriptor_ >= 0) {
        ::close(exit_descriptor_);
    }
}

void ChildProcess::kill() {
    // The group outlives its leader: what the process started is killed even after it ended itself.
    ::kill(-process_, SIGKILL);
}

void ChildProcess::terminate() {
    ::kill(-process_, SIGTERM);
}

void ChildProcess::stop() {
    ::kill(-process_, SIGSTOP);
}

void ChildProcess::go_on() {
    ::kill(-process_, SIGCONT);
}

void ChildProcess::reap(int options) {
    int status = 0;
    if (!status_ && ::waitpid(process_, &status, options) == process_) {
        status_ = WIFSIGNALED(status) ? ExitStatus{0, WTERMSIG(status)}
                                      : ExitStatus{WEXITSTATUS(status), 0};
    }
}

void ChildProcess::await_exit() {
    reap(0);
}

std::optional<ExitStatus> ChildProcess::poll_exit() {
    reap(WNOHANG);
    return status_;
}

}  // namespace orrery
