#include "handlers/runtime/file_view.h"

#include "engine/ensure.h"
#include "handlers/runtime/node_packages.h"
#include "handlers/shim/prepared.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace orrery {

namespace {

namespace fs = std::filesystem;

bool write_text(const char* path, std::string_view text) {
    const int descriptor = ::open(path, O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return false;
    }
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    ::close(descriptor);
    return written == static_cast<ssize_t>(text.size());
}

bool make_mounts_private() {
    return ::unshare(CLONE_NEWNS) == 0 &&
           ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

std::string map_of(unsigned id) {
    const std::string text = std::to_string(id);
    return text + " " + text + " 1\n";
}

/// A user namespace in which we are nobody else than before, but may mount.
bool enter_user_namespace() {
    const std::string users = map_of(::geteuid());
    const std::string groups = map_of(::getegid());
    return ::unshare(CLONE_NEWUSER) == 0 && write_text("/proc/self/setgroups", "deny") &&
           write_text("/proc/self/gid_map", groups) && write_text("/proc/self/uid_map", users);
}

/// Of all that a new user namespace allows only to mount, also for the programs that we become: who
/// is allowed less than we are cannot open what lies in our /proc/PID/fd, as the shim does in
/// children.
bool keep_right_to_mount() {
    __user_cap_header_struct header{};
    header.version = _LINUX_CAPABILITY_VERSION_3;
    std::array<__user_cap_data_struct, 2> sets{};
    constexpr unsigned admin = 1U << CAP_SYS_ADMIN;
    sets[0] = {admin, admin, admin};
    return ::syscall(SYS_capset, &header, sets.data()) == 0 &&
           ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0) == 0;
}

/// Whether `attempt` works, in a process of its own: 0 or an error number.
template <typename Attempt>
int try_out(Attempt attempt) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(attempt() ? 0 : errno);
    }
    int status = 0;
    const bool told = child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status);
    return told ? WEXITSTATUS(status) : ECHILD;
}

/// Options that an unprivileged process may not take away must be given again.
bool make_read_only(const char* place) {
    struct statvfs now {};
    if (::statvfs(place, &now) != 0) {
        return false;
    }
    unsigned long flags = MS_BIND | MS_REMOUNT | MS_RDONLY;
    constexpr std::array<std::pair<unsigned long, unsigned long>, 6> kept{
        {{ST_NOSUID, MS_NOSUID},
         {ST_NODEV, MS_NODEV},
         {ST_NOEXEC, MS_NOEXEC},
         {ST_NOATIME, MS_NOATIME},
         {ST_NODIRATIME, MS_NODIRATIME},
         {ST_RELATIME, MS_RELATIME}}};
    for (const auto& [have, want] : kept) {
        flags |= (now.f_flag & have) != 0 ? want : 0;
    }
    return ::mount(nullptr, place, nullptr, flags, nullptr) == 0;
}

/// The new root in place of the old one, which goes away. [man: pivot_root(2)]
bool change_root(const char* root) {
    return ::chdir(root) == 0 && ::syscall(SYS_pivot_root, ".", ".") == 0 &&
           ::umount2(".", MNT_DETACH) == 0 && ::chdir("/") == 0;
}

std::string ask_kernel() {
    const auto mounts = [] {
        return make_mounts_private() &&
               ::mount("/usr", "/usr", nullptr, MS_BIND | MS_REC, nullptr) == 0;
    };
    int error = try_out(mounts);
    if (error != 0) {
        error =
            try_out([&] { return enter_user_namespace() && keep_right_to_mount() && mounts(); });
        // Mounts can be handed to another process only from a mount namespace of our own; later
        // ones of the machine still come into it.
        if (error == 0 &&
            !(enter_user_namespace() && keep_right_to_mount() && ::unshare(CLONE_NEWNS) == 0)) {
            error = errno;
        }
    }
    return error == 0
               ? ""
               : "this machine allows no mount namespaces: " + std::string(std::strerror(error));
}

bool below(const fs::path& path, std::string_view folder) {
    const std::string text = path.lexically_normal().string() + "/";
    return text.starts_with(folder);
}

}  // namespace

FileView::FileView(const fs::path& skeleton, const FilePlaces& places)
    : skeleton_(skeleton.string()) {
    const auto mirror = [&](const fs::path& folder, const std::vector<std::string>& except) {
        std::error_code ignored;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
            const std::string name = entry.path().filename().string();
            const fs::path place = skeleton / entry.path().relative_path();
            if (std::find(except.begin(), except.end(), name) != except.end()) {
                continue;
            }
            if (entry.is_symlink(ignored)) {
                fs::create_symlink(fs::read_symlink(entry.path(), ignored), place, ignored);
            } else if (entry.is_directory(ignored)) {
                fs::create_directories(place);
                mounts_.push_back({entry.path().string(), place.string()});
            }
        }
    };
    mirror("/", {"tmp", "opt", "var", "node_modules"});
    fs::create_directories(skeleton / "var");
    mirror("/var", {"task", "runtime", "packages"});
    std::sort(mounts_.begin(), mounts_.end(), [](const Mount& left, const Mount& right) {
        return left.to < right.to;
    });
    const auto ours = [&](const fs::path& from, const char* to, bool read_only) {
        const fs::path place = skeleton / to;
        fs::create_directories(place);
        if (!from.empty()) {
            mounts_.push_back({from.string(), place.string(), read_only, true});
        }
    };
    ours(places.task, "var/task", true);
    ours(places.runtime, "var/runtime", true);
    ours(places.opt, "opt", true);
    ours(places.tmp, "tmp", false);
    if (!places.node_modules.empty()) {
        ours(places.node_modules, "node_modules", true);
    }
    if (!places.node_sdk.empty()) {
        ours(places.node_sdk, node_sdk_place + 1, true);
    }
}

bool FileView::enter() const {
    if (!make_mounts_private() ||
        ::mount(skeleton_.c_str(), skeleton_.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) {
        return false;
    }
    for (const Mount& mount : mounts_) {
        if (::mount(mount.from.c_str(), mount.to.c_str(), nullptr, MS_BIND | MS_REC, nullptr) !=
                0 &&
            mount.needed) {
            return false;
        }
        if (mount.read_only && !make_read_only(mount.to.c_str())) {
            return false;
        }
    }
    return change_root(skeleton_.c_str());
}

std::vector<int> FileView::detached_places() const {
    std::vector<int> places;
    for (const char* name : shim::passed_places) {
        const auto mount = std::find_if(mounts_.begin(), mounts_.end(), [&](const Mount& each) {
            return each.to == skeleton_ + name;
        });
        ENSURE(mount != mounts_.end());
        const int place = ::open_tree(
            AT_FDCWD, mount->from.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
        mount_attr attributes{};
        attributes.attr_set = mount->read_only ? MOUNT_ATTR_RDONLY : 0;
        attributes.propagation = MS_PRIVATE;
        if (place < 0 ||
            ::mount_setattr(
                place, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) != 0) {
            places.push_back(place);
            for (const int opened : places) {
                ::close(opened);
            }
            return {};
        }
        places.push_back(place);
    }
    return places;
}

const std::string& why_no_file_views() {
    static const std::string reason = ask_kernel();
    return reason;
}

bool hidden_in_file_view(const fs::path& path) {
    constexpr std::array<std::string_view, 4> places{
        "/tmp/", "/opt/", "/var/task/", "/var/runtime/"};
    std::error_code ignored;
    const fs::path real = fs::weakly_canonical(path, ignored);
    return std::any_of(places.begin(), places.end(), [&](std::string_view place) {
        return below(path, place) || below(real, place);
    });
}

}  // namespace orrery
