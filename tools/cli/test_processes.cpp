#include "tools/cli/test_processes.h"

#include "engine/error.h"
#include "services/aws/model.h"
#include "services/iam/managed_policies.h"
#include "tools/cli/exit_status.h"
#include "tools/cli/test_files.h"
#include "tools/cli/test_run.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <system_error>
#include <utility>

namespace orrery::cli {

namespace {

using report::TestResult;

[[noreturn]] void fail(const char* what) {
    throw UsageError(std::string(what) + ": " + std::generic_category().message(errno));
}

/// A file in memory that another process fills.
class MemoryFile {
public:
    explicit MemoryFile(const char* name) : descriptor_(memfd_create(name, MFD_CLOEXEC)) {
        if (descriptor_ < 0) {
            fail("cannot make a file in memory");
        }
    }
    MemoryFile(MemoryFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    ~MemoryFile() {
        if (descriptor_ >= 0) {
            close(descriptor_);
        }
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    MemoryFile& operator=(MemoryFile&&) = delete;

    int descriptor() const { return descriptor_; }

    void write(const std::string& text) const {
        for (std::size_t written = 0; written < text.size();) {
            const auto more = ::write(descriptor_, text.data() + written, text.size() - written);
            if (more < 0) {
                fail("cannot write to a file in memory");
            }
            written += static_cast<std::size_t>(more);
        }
    }

    /// All of it, or its first `most` bytes.
    std::string text(std::size_t most) const {
        std::string text;
        std::array<char, 65'536> piece{};
        while (text.size() < most) {
            const auto more = pread(descriptor_,
                                    piece.data(),
                                    std::min(piece.size(), most - text.size()),
                                    static_cast<off_t>(text.size()));
            if (more <= 0) {
                break;
            }
            text.append(piece.data(), static_cast<std::size_t>(more));
        }
        return text;
    }

private:
    int descriptor_;
};

/// While it lives, the signals that matter wait until they are asked for, so none is missed between
/// two looks.
class AwaitedSignals {
public:
    AwaitedSignals() {
        sigemptyset(&awaited_);
        sigaddset(&awaited_, SIGCHLD);
        for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
            struct sigaction action {};
            sigaction(number, nullptr, &action);
            if (action.sa_handler !=
                SIG_IGN) {  // else whoever started us does not want it to end us
                sigaddset(&awaited_, number);
            }
        }
        sigprocmask(SIG_BLOCK, &awaited_, &before_);
    }
    ~AwaitedSignals() { give_back(); }
    AwaitedSignals(const AwaitedSignals&) = delete;
    AwaitedSignals& operator=(const AwaitedSignals&) = delete;

    /// Also in a child.
    void give_back() const { sigprocmask(SIG_SETMASK, &before_, nullptr); }
    int next() const {
        int number = -1;
        while ((number = sigwaitinfo(&awaited_, nullptr)) < 0 && errno == EINTR) {
        }
        return number;
    }

private:
    sigset_t awaited_{};
    sigset_t before_{};
};

/// All that a child does. It leaves by _exit: what its parent has yet to print is not the child's.
[[noreturn]] void work(const std::filesystem::path& file,
                       const MemoryFile& result,
                       const MemoryFile& output,
                       pid_t parent,
                       const AwaitedSignals& signals) {
    int status = exit_internal_error;
    try {
        setpgid(0, 0);  // Ctrl-C reaches it once, from its parent
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        signals.give_back();
        if (getppid() != parent) {
            _exit(status);
        }
        dup2(output.descriptor(), STDOUT_FILENO);
        dup2(output.descriptor(), STDERR_FILENO);
        result.write(encode(play_twice(file)));
        status = exit_passed;
    } catch (const Interrupted& interrupted) {
        status = exit_by_signal + interrupted.signal;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "internal error: %s\n", error.what());
    }
    std::fflush(stdout);
    _exit(status);
}

std::string ending_words(int status) {
    if (WIFSIGNALED(status)) {
        return "its process was ended by signal " + std::to_string(WTERMSIG(status)) + " (" +
               strsignal(WTERMSIG(status)) + ")";
    }
    return "its process ended with exit status " + std::to_string(WEXITSTATUS(status)) +
           " and no result";
}

/// What worlds read once and keep for the process, so that the children find it read.
void read_ahead() {
    for (const char* service : {"iam", "lambda", "sqs"}) {
        aws::find_model(service);
    }
    iam::managed_policies();
}

class Processes {
public:
    Processes(const std::vector<std::filesystem::path>& files,
              const std::function<void(std::size_t, TestResult)>& done)
        : files_(files), done_(done) {}
    ~Processes() {
        for (const auto& [id, child] : children_) {
            kill(id, SIGKILL);
        }
    }
    Processes(const Processes&) = delete;
    Processes& operator=(const Processes&) = delete;

    int play(std::size_t jobs) {
        std::size_t begun = 0;
        while (begun < files_.size() || !children_.empty()) {
            while (ended_by_ == 0 && begun < files_.size() && children_.size() < jobs) {
                start(begun++);
            }
            if (ended_by_ != 0 && children_.empty()) {
                break;
            }
            const int number = signals_.next();
            if (number != SIGCHLD) {
                ended_by_ = number;
                pass_on(number);
            }
            reap();
        }
        return ended_by_;
    }

private:
    struct Child {
        std::size_t place = 0;
        MemoryFile result;
        MemoryFile output;
    };

    void start(std::size_t place) {
        Child child{place, MemoryFile("result"), MemoryFile("output")};
        std::fflush(stdout);
        const pid_t parent = getpid();
        const pid_t id = fork();
        if (id < 0) {
            fail("cannot start a process");
        }
        if (id == 0) {
            work(files_[place], child.result, child.output, parent, signals_);
        }
        children_.emplace(id, std::move(child));
    }

    void pass_on(int number) const {
        for (const auto& [id, child] : children_) {
            kill(id, number);
        }
    }

    /// Takes the results of all that have ended: one SIGCHLD may stand for several.
    void reap() {
        int status = 0;
        pid_t id = 0;
        while ((id = waitpid(-1, &status, WNOHANG)) > 0) {
            const auto found = children_.find(id);
            if (found == children_.end()) {
                continue;
            }
            const Child child = std::move(found->second);
            children_.erase(found);
            if (ended_by_ == 0 || (WIFEXITED(status) && WEXITSTATUS(status) == exit_passed)) {
                done_(child.place, result_of(child, status));
            }
        }
    }

    TestResult result_of(const Child& child, int status) const {
        constexpr std::size_t most_result = 64'000'000;
        constexpr std::size_t most_output = 20'000;
        TestResult result;
        if (WIFEXITED(status) && WEXITSTATUS(status) == exit_passed) {
            result = decode(child.result.text(most_result));
        } else {
            result.path = files_[child.place].string();
            result.title = scenario_title(files_[child.place]);
            result.outcome = TestResult::Outcome::broken;
            result.message = ending_words(status);
        }
        result.output = child.output.text(most_output);
        return result;
    }

    const std::vector<std::filesystem::path>& files_;
    const std::function<void(std::size_t, TestResult)>& done_;
    const AwaitedSignals signals_;
    std::map<pid_t, Child> children_;
    int ended_by_ = 0;
};

}  // namespace

std::size_t processor_count() {
    cpu_set_t processors;
    const bool known = sched_getaffinity(0, sizeof processors, &processors) == 0;
    return known ? static_cast<std::size_t>(CPU_COUNT(&processors)) : 1;
}

int play_all(const std::vector<std::filesystem::path>& files,
             std::size_t jobs,
             const std::function<void(std::size_t, TestResult)>& done) {
    if (files.size() > jobs) {
        read_ahead();
    }
    return Processes(files, done).play(jobs);
}

}  // namespace orrery::cli
