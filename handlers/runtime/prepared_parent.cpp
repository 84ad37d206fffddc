#include "handlers/runtime/prepared_parent.h"

#include "engine/ensure.h"
#include "engine/error.h"
#include "handlers/runtime/handler_child.h"
#include "handlers/shim/prepared.h"

#include <fcntl.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace orrery {

namespace {

// Real time that the parent may take to begin, on a busy machine, before environments do without.
constexpr int longest_start_milliseconds = 60'000;

class OwnDescriptor {
public:
    OwnDescriptor() = default;
    explicit OwnDescriptor(int descriptor) : descriptor_(descriptor) {}
    ~OwnDescriptor() { close(); }
    OwnDescriptor(OwnDescriptor&& from) noexcept
        : descriptor_(std::exchange(from.descriptor_, -1)) {}
    OwnDescriptor& operator=(OwnDescriptor&& from) noexcept {
        std::swap(descriptor_, from.descriptor_);
        return *this;
    }
    OwnDescriptor(const OwnDescriptor&) = delete;
    OwnDescriptor& operator=(const OwnDescriptor&) = delete;

    int get() const { return descriptor_; }
    void close() {
        if (descriptor_ >= 0) {
            ::close(std::exchange(descriptor_, -1));
        }
    }

private:
    int descriptor_ = -1;
};

struct Ends {
    OwnDescriptor ours;
    OwnDescriptor theirs;
};

Ends make_pipe() {
    std::array<int, 2> ends{};
    ENSURE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    return {OwnDescriptor(ends[0]), OwnDescriptor(ends[1])};
}

Ends make_socket_pair() {
    std::array<int, 2> ends{};
    ENSURE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    return {OwnDescriptor(ends[0]), OwnDescriptor(ends[1])};
}

/// A file in memory, to be read from its beginning.
OwnDescriptor file_of(const std::vector<std::string>& variables) {
    std::string text;
    for (const std::string& variable : variables) {
        text.append(variable).push_back('\0');
    }
    OwnDescriptor file(::memfd_create("orrery-variables", MFD_CLOEXEC));
    ENSURE(::pwrite(file.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    return file;
}

bool send(int control, const std::array<int, shim::passed_count>& descriptors) {
    char byte = 1;
    iovec part{&byte, sizeof byte};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptors)> buffer{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = buffer.data();
    message.msg_controllen = buffer.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptors);
    std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof descriptors);
    return ::sendmsg(control, &message, MSG_NOSIGNAL) == 1;
}

/// Calls `attempt` until no signal interrupts it.
template <typename Attempt>
auto uninterrupted(Attempt attempt) {
    auto result = attempt();
    while (result < 0 && errno == EINTR) {
        result = attempt();
    }
    return result;
}

/// Whether the process says that it stands ready, rather than ending.
bool says_ready(int control) {
    pollfd one{control, POLLIN, 0};
    char byte = 0;
    return uninterrupted([&] { return ::poll(&one, 1, longest_start_milliseconds); }) == 1 &&
           ::read(control, &byte, 1) == 1;
}

/// Its last words, if there are any.
std::string what_it_said(int output) {
    std::array<char, 65'536> buffer{};
    ::fcntl(output, F_SETFL, O_NONBLOCK);
    const ssize_t length = ::read(output, buffer.data(), buffer.size());
    return {buffer.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

}  // namespace

struct PreparedParent::Running {
    explicit Running(const HandlerProcessOptions& options) : page(options.shim_settings) {
        page.set_now(options.shim_settings.boot);
        Ends sockets = make_socket_pair();
        // It prints nothing; but what its output leads to, its forks find out from it.
        const Ends output = make_pipe();
        const OwnDescriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        const OwnDescriptor shim(::open(options.shim.c_str(), O_RDONLY | O_CLOEXEC));
        ChildOptions child = handler_child(
            options, {output.theirs.get(), page.descriptor(), event.get(), shim.get()});
        child.descriptors.emplace_back(sockets.theirs.get(), shim::control_descriptor);
        process = std::make_unique<ChildProcess>(child);
        sockets.theirs.close();
        ready = says_ready(sockets.ours.get());
        if (!ready) {
            last_words = what_it_said(output.ours.get());
        }
        control = std::move(sockets.ours);
    }

    ShimLink page;
    OwnDescriptor control;
    std::unique_ptr<ChildProcess> process;
    bool ready = false;
    std::string last_words;
};

PreparedParent::PreparedParent(HandlerProcessOptions options) : options_(std::move(options)) {
    options_.shim_settings.control_descriptor = shim::control_descriptor;
}

PreparedParent::~PreparedParent() = default;

bool PreparedParent::stands_ready() {
    if (running_ != nullptr && !running_->process->poll_exit()) {
        return true;
    }
    running_ = nullptr;  // its end comes first: it may be a dead one
    running_ = std::make_unique<Running>(options_);
    return running_->ready;
}

int PreparedParent::fork(const HandlerProcessOptions& environment,
                         const HandlerDescriptors& descriptors,
                         std::unique_ptr<ChildProcess>& made) {
    std::vector<OwnDescriptor> mounts;
    for (const int mount : environment.view->detached_places()) {
        mounts.emplace_back(mount);
    }
    if (mounts.size() != shim::passed_places.size()) {
        return ENOSYS;
    }
    Ends report = make_pipe();
    const OwnDescriptor variables = file_of(environment.environment);
    std::array<int, shim::passed_count> passed{descriptors.page,
                                               descriptors.event,
                                               descriptors.output,
                                               report.theirs.get(),
                                               variables.get()};
    std::transform(mounts.begin(),
                   mounts.end(),
                   passed.begin() + static_cast<std::size_t>(shim::Passed::first_mount),
                   [](const OwnDescriptor& mount) { return mount.get(); });
    if (!send(running_->control.get(), passed)) {
        return errno;
    }
    report.theirs.close();
    shim::ForkReport told{};
    if (uninterrupted([&] { return ::read(report.ours.get(), &told, sizeof told); }) !=
        static_cast<ssize_t>(sizeof told)) {
        return ECHILD;  // it, or the parent, ended
    }
    if (told.error == 0) {
        made = std::make_unique<ChildProcess>(pid_t{told.process});
    } else if (told.process != running_->process->id()) {
        ::waitpid(told.process, nullptr, 0);
    }
    return told.error;
}

std::unique_ptr<ChildProcess> PreparedParent::start(const HandlerProcessOptions& environment,
                                                    const HandlerDescriptors& descriptors) {
    if (state_ == State::unusable) {
        return nullptr;
    }
    std::unique_ptr<ChildProcess> made;
    const int error = stands_ready() ? fork(environment, descriptors, made) : ECHILD;
    if (error != 0 && state_ == State::works) {
        throw UsageError("cannot start another " + options_.arguments[0] + ": " +
                         std::strerror(error));
    }
    state_ = error == 0 ? State::works : State::unusable;
    if (state_ == State::unusable) {
        spdlog::warn("environments cannot be forks of a {} that stands ready ({}): each starts it",
                     options_.arguments[0],
                     running_->ready ? std::strerror(error) : running_->last_words);
        running_ = nullptr;
    }
    return made;
}

}  // namespace orrery
