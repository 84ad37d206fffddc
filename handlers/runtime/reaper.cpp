#include "handlers/runtime/reaper.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace orrery::Reaper {

namespace {

ino_t mounts_of(const std::string& process) {
    struct stat told {};
    return ::stat(("/proc/" + process + "/ns/mnt").c_str(), &told) == 0 ? told.st_ino : 0;
}

/// The sixth field of /proc/PID/stat; the second one, the program's name, may hold anything.
pid_t session_of(const std::string& process) {
    std::array<char, 512> buffer{};
    const int descriptor = ::open(("/proc/" + process + "/stat").c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return 0;
    }
    const ssize_t length = ::read(descriptor, buffer.data(), buffer.size() - 1);
    ::close(descriptor);
    const char* end_of_name = length > 0 ? std::strrchr(buffer.data(), ')') : nullptr;
    int parent = 0;
    int group = 0;
    int session = 0;
    char state = 0;
    return end_of_name != nullptr &&
                   std::sscanf(
                       end_of_name + 1, " %c %d %d %d", &state, &parent, &group, &session) == 4 &&
                   state != 'Z'
               ? session
               : 0;
}

/// Whether it found one.
template <typename Doomed>
bool kill_all(Doomed doomed) {
    DIR* folder = ::opendir("/proc");
    bool found = false;
    while (const dirent* entry = folder == nullptr ? nullptr : ::readdir(folder)) {
        pid_t process = 0;
        const std::string_view name = entry->d_name;
        std::from_chars(name.data(), name.data() + name.size(), process);
        if (process > 0 && process != ::getpid() && doomed(std::string(name))) {
            found = ::kill(process, SIGKILL) == 0 || found;
        }
    }
    if (folder != nullptr) {
        ::closedir(folder);
    }
    return found;
}

constexpr int most_rounds = 20;  // what is being killed may still start something

/// What the other process knows.
class Watch {
public:
    void read(int pipe) {
        std::string text;
        std::array<char, 4096> buffer{};
        ssize_t length = 0;
        while ((length = ::read(pipe, buffer.data(), buffer.size())) > 0) {
            text.append(buffer.data(), static_cast<std::size_t>(length));
            for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
                take(text.substr(0, end));
                text.erase(0, end + 1);
            }
        }
    }

    void clean_up() const {
        std::set<ino_t> views;
        for (const auto& [process, view] : processes_) {
            ::kill(-process, SIGKILL);
            views.insert(view);
        }
        views.erase(0);
        for (int round = 0; !processes_.empty() && round < most_rounds; ++round) {
            if (!kill_all([&](const std::string& process) {
                    return processes_.contains(session_of(process)) ||
                           (!views.empty() && views.contains(mounts_of(process)));
                })) {
                break;
            }
            ::usleep(1000);
        }
        for (const std::string& folder : folders_) {
            std::error_code ignored;
            std::filesystem::remove_all(folder, ignored);
        }
    }

private:
    void take(const std::string& line) {
        if (line.starts_with('/')) {
            folders_.insert(line);
            return;
        }
        long process = 0;
        unsigned long view = 0;
        if (std::sscanf(line.c_str(), "+%ld %lu", &process, &view) == 2) {
            processes_[static_cast<pid_t>(process)] = view;
        } else if (std::sscanf(line.c_str(), "-%ld", &process) == 1) {
            processes_.erase(static_cast<pid_t>(process));
        }
    }

    std::map<pid_t, ino_t> processes_;
    std::set<std::string> folders_;
};

[[noreturn]] void be_the_reaper(int pipe) {
    ::setsid();  // no terminal's signal reaches it
    constexpr int own_pipe = 3;
    if (pipe != own_pipe) {
        ::dup2(pipe, own_pipe);
    }
    ::close_range(own_pipe + 1, ~0U, 0);
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        ::dup2(nothing, descriptor);
    }
    ::chdir("/");
    Watch watch;
    watch.read(own_pipe);
    watch.clean_up();
    ::_exit(0);
}

/// The end of the pipe that we write to; it closes when we die. Started with the first message.
int start() {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
        return -1;
    }
    const pid_t reaper = ::fork();
    if (reaper == 0) {
        be_the_reaper(pipe[0]);
    }
    ::close(pipe[0]);
    return pipe[1];
}

void tell(const std::string& line) {
    static int pipe = -1;
    static pid_t owner = 0;
    if (owner != ::getpid()) {  // first of all, or a fork of us, which can die on its own
        owner = ::getpid();
        pipe = start();
    }
    // A reaper that somebody killed is no reason to die.
    struct sigaction ignore {};
    struct sigaction before {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before);
    [[maybe_unused]] const ssize_t written = ::write(pipe, line.data(), line.size());
    ::sigaction(SIGPIPE, &before, nullptr);
}

}  // namespace

ino_t view_of(pid_t process) {
    const ino_t view = mounts_of(std::to_string(process));
    return view == mounts_of("self") ? 0 : view;
}

void watch(pid_t process) {
    tell("+" + std::to_string(process) + " " + std::to_string(view_of(process)) + "\n");
}

void forget(pid_t process) {
    tell("-" + std::to_string(process) + "\n");
}

void remove_when_we_die(const std::filesystem::path& folder) {
    tell(folder.string() + "\n");
}

void kill_stragglers(pid_t process, ino_t view) {
    for (int round = 0; round < most_rounds; ++round) {
        if (!kill_all([&](const std::string& other) {
                return session_of(other) == process || (view != 0 && mounts_of(other) == view);
            })) {
            break;
        }
    }
}

}  // namespace orrery::Reaper
