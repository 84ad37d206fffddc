/// The file system as a handler sees it on Lambda: its code at /var/task, its layers at /opt, an
/// own /tmp; by a mount namespace of its own. Not every machine allows one: why_no_file_views().
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace orrery {

/// What differs from this machine's own file system. Everything else stays where it is. An empty
/// path is an empty folder, or none where nothing needs one.
struct FilePlaces {
    std::filesystem::path task;          // seen at /var/task, read-only
    std::filesystem::path runtime;       // /var/runtime, read-only
    std::filesystem::path opt;           // /opt, read-only
    std::filesystem::path tmp;           // /tmp
    std::filesystem::path node_modules;  // /node_modules, read-only
    std::filesystem::path node_sdk;      // node_sdk_place, read-only
};

/// A view, prepared so that a new process can enter it between fork and exec.
class FileView {
public:
    /// `skeleton` is a folder of ours that becomes the view's root: it is filled with mount points.
    FileView(const std::filesystem::path& skeleton, const FilePlaces& places);

    /// Makes the calling process see the view. Only system calls: the process may be the child of a
    /// fork. False, with errno, if it cannot; the process is of no use then.
    bool enter() const;

    /// Descriptors of mounts that another view can be given in place of its own /var/task, /opt and
    /// /tmp. Empty if the kernel cannot make them.
    std::vector<int> detached_places() const;

private:
    struct Mount {
        std::string from;
        std::string to;
        bool read_only = false;
        bool needed = false;  // else a folder of the machine that may be missing
    };

    std::string skeleton_;
    std::vector<Mount> mounts_;
};

/// Empty if processes may have views on this machine, else the reason. Asked of the kernel once;
/// where only a user namespace allows it, this process enters one then.
const std::string& why_no_file_views();

/// Whether `path` lies in a place that a view hides: its own /tmp and /opt stand there.
bool hidden_in_file_view(const std::filesystem::path& path);

}  // namespace orrery
