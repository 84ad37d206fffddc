/// A process beside this one that cleans up when this one dies, in whatever way: it kills what
/// handlers started and removes our folders.
#pragma once

#include <sys/types.h>

#include <filesystem>

namespace orrery::Reaper {

/// `process` is a handler's. When we die, every process of its session is killed, and every one
/// that shares its view of the file system, if that is not ours.
void watch(pid_t process);
/// It has ended, and nothing of it is left.
void forget(pid_t process);
void remove_when_we_die(const std::filesystem::path& folder);

/// Kills what `process` started that has left its process group, as far as it shares its view.
void kill_stragglers(pid_t process, ino_t view);
/// The mount namespace of a process, 0 if it is ours or unknown.
ino_t view_of(pid_t process);

}  // namespace orrery::Reaper
