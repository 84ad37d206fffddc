/// SQLite's files in memory, with the shared index that write-ahead logging needs: readers keep
/// their snapshot while one writes.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace orrery::rds {

/// One file system of its own: connections that name it see the same files, and nobody else does.
/// It outlives them.
class MemoryVfs {
public:
    /// `unix_millis` is what SQLite takes for the time.
    explicit MemoryVfs(std::function<std::int64_t()> unix_millis);
    ~MemoryVfs();
    MemoryVfs(const MemoryVfs&) = delete;
    MemoryVfs& operator=(const MemoryVfs&) = delete;

    /// The name to open connections with.
    const std::string& name() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace orrery::rds
