/// One child process with a chosen environment and nothing else of ours; it and all it started die
/// with this object, and with us.
#pragma once

#include "handlers/runtime/file_view.h"

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace orrery {

/// How a process ended: by an exit status or by a signal.
struct ExitStatus {
    int code = 0;    // if signal is 0
    int signal = 0;  // else what killed it

    /// As Lambda words it: "exit status 1", "signal: killed".
    std::string text() const;
};

struct ChildOptions {
    std::vector<std::string> arguments;            // arguments[0] is the program's path
    std::vector<std::string> environment;          // all of it: "NAME=value"
    std::filesystem::path directory;               // its working directory
    std::vector<std::pair<int, int>> descriptors;  // ours -> the child's number; others are closed
    std::shared_ptr<const FileView> view;          // null: it sees the files that we see
};

class ChildProcess {
public:
    /// Starts it: standard input is empty, its own session, address randomisation off, killed when
    /// we die. Throws UsageError if the program or the directory cannot be used.
    explicit ChildProcess(const ChildOptions& options);
    /// A child of ours that somebody else started like that.
    explicit ChildProcess(pid_t process);
    /// Kills the process and what it started, and waits for the process.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t id() const { return process_; }
    /// Becomes readable when the process ends.
    int exit_descriptor() const { return exit_descriptor_; }
    /// How it ended, once it has; its zombie is reaped then.
    std::optional<ExitStatus> poll_exit();
    /// SIGKILL to the process group.
    void kill();
    /// SIGTERM to the process group.
    void terminate();
    /// Waits for the process, which was killed.
    void await_exit();
    /// SIGSTOP, and SIGCONT again, to the process group.
    void stop();
    void go_on();
    /// It has started processes: some of them may have left its group.
    void expect_stragglers() { may_have_stragglers_ = true; }

private:
    void watch();
    void reap(int options);

    pid_t process_ = -1;
    int exit_descriptor_ = -1;
    ino_t view_ = 0;  // its mount namespace, if it is not ours
    bool may_have_stragglers_ = false;
    std::optional<ExitStatus> status_;
};

}  // namespace orrery
