#include "services/rds/storage/memory_vfs.h"

#include "engine/ensure.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <map>
#include <vector>

namespace orrery::rds {

namespace {

/// One file's bytes, and what its connections share about it: locks and the index of its
/// write-ahead log.
struct Content {
    std::vector<char> bytes;
    int shared_locks = 0;
    int reserved_locks = 0;
    std::vector<std::unique_ptr<char[]>> regions;
    std::array<int, SQLITE_SHM_NLOCK> index_locks{};  // readers, or -1: locked exclusively
};

/// What SQLite allocates and hands back; it copies nothing of it.
struct File {
    sqlite3_file base;
    std::shared_ptr<Content>* content;
    int lock;
    std::array<int, SQLITE_SHM_NLOCK>* held;  // this connection's part of index_locks
};

Content& content(sqlite3_file* file) {
    return **reinterpret_cast<File*>(file)->content;
}

int close_file(sqlite3_file* file) {
    auto* const self = reinterpret_cast<File*>(file);
    delete self->content;
    delete self->held;
    self->content = nullptr;
    self->held = nullptr;
    return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* target, int amount, sqlite3_int64 offset) {
    const auto& bytes = content(file).bytes;
    const auto wanted = static_cast<std::size_t>(amount);
    const auto begin = std::min(static_cast<std::size_t>(offset), bytes.size());
    const auto present = std::min(wanted, bytes.size() - begin);
    if (present > 0) {
        std::memcpy(target, bytes.data() + begin, present);
    }
    if (present < wanted) {
        std::memset(static_cast<char*>(target) + present, 0, wanted - present);
        return SQLITE_IOERR_SHORT_READ;
    }
    return SQLITE_OK;
}

int write_file(sqlite3_file* file, const void* source, int amount, sqlite3_int64 offset) {
    auto& bytes = content(file).bytes;
    const auto begin = static_cast<std::size_t>(offset);
    const auto end = begin + static_cast<std::size_t>(amount);
    if (bytes.size() < end) {
        bytes.resize(end);
    }
    std::memcpy(bytes.data() + begin, source, static_cast<std::size_t>(amount));
    return SQLITE_OK;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    content(file).bytes.resize(static_cast<std::size_t>(size));
    return SQLITE_OK;
}

int sync_file(sqlite3_file*, int) {
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(content(file).bytes.size());
    return SQLITE_OK;
}

int unlock_file(sqlite3_file* file, int level) {
    auto* const self = reinterpret_cast<File*>(file);
    Content& shared = content(file);
    if (self->lock >= SQLITE_LOCK_RESERVED && level < SQLITE_LOCK_RESERVED) {
        --shared.reserved_locks;
    }
    if (self->lock >= SQLITE_LOCK_SHARED && level < SQLITE_LOCK_SHARED) {
        --shared.shared_locks;
    }
    self->lock = std::min(self->lock, level);
    return SQLITE_OK;
}

int lock_file(sqlite3_file* file, int level) {
    auto* const self = reinterpret_cast<File*>(file);
    Content& shared = content(file);
    if (level <= self->lock) {
        return SQLITE_OK;
    }
    if (self->lock < SQLITE_LOCK_SHARED) {
        ++shared.shared_locks;
    }
    if (level >= SQLITE_LOCK_RESERVED && self->lock < SQLITE_LOCK_RESERVED) {
        if (shared.reserved_locks > 0) {
            return SQLITE_BUSY;
        }
        ++shared.reserved_locks;
        self->lock = SQLITE_LOCK_RESERVED;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE && shared.shared_locks > 1) {
        return SQLITE_BUSY;
    }
    self->lock = level;
    return SQLITE_OK;
}

int check_reserved(sqlite3_file* file, int* reserved) {
    *reserved = content(file).reserved_locks > 0 ? 1 : 0;
    return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*) {
    return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file*) {
    return 4096;
}

int device_characteristics(sqlite3_file*) {
    return SQLITE_IOCAP_ATOMIC | SQLITE_IOCAP_SAFE_APPEND | SQLITE_IOCAP_SEQUENTIAL |
           SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int map_index(sqlite3_file* file, int region, int size, int extend, void volatile** mapped) {
    auto& regions = content(file).regions;
    const auto index = static_cast<std::size_t>(region);
    *mapped = nullptr;
    if (index >= regions.size() && extend == 0) {
        return SQLITE_OK;
    }
    while (regions.size() <= index) {
        regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
    }
    *mapped = regions[index].get();
    return SQLITE_OK;
}

int unlock_index(std::array<int, SQLITE_SHM_NLOCK>& shared,
                 std::array<int, SQLITE_SHM_NLOCK>& held,
                 std::size_t begin,
                 std::size_t end) {
    for (auto slot = begin; slot < end; ++slot) {
        if (held[slot] < 0) {
            shared[slot] = 0;
        } else {
            shared[slot] -= held[slot];
        }
        held[slot] = 0;
    }
    return SQLITE_OK;
}

int lock_index(sqlite3_file* file, int offset, int count, int flags) {
    auto& shared = content(file).index_locks;
    auto& held = *reinterpret_cast<File*>(file)->held;
    const auto begin = static_cast<std::size_t>(offset);
    const auto end = begin + static_cast<std::size_t>(count);
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        return unlock_index(shared, held, begin, end);
    }
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (auto slot = begin; slot < end; ++slot) {
        const int others = shared[slot] - held[slot];
        if (exclusive ? others != 0 : others < 0) {
            return SQLITE_BUSY;
        }
    }
    for (auto slot = begin; slot < end; ++slot) {
        if (exclusive) {
            shared[slot] = held[slot] = -1;
        } else if (held[slot] == 0) {
            ++shared[slot];
            held[slot] = 1;
        }
    }
    return SQLITE_OK;
}

void barrier(sqlite3_file*) {}

int unmap_index(sqlite3_file* file, int remove) {
    Content& shared = content(file);
    unlock_index(shared.index_locks, *reinterpret_cast<File*>(file)->held, 0, SQLITE_SHM_NLOCK);
    if (remove != 0) {
        shared.regions.clear();
    }
    return SQLITE_OK;
}

constexpr sqlite3_io_methods methods{
    2,
    close_file,
    read_file,
    write_file,
    truncate_file,
    sync_file,
    file_size,
    lock_file,
    unlock_file,
    check_reserved,
    control_file,
    sector_size,
    device_characteristics,
    map_index,
    lock_index,
    barrier,
    unmap_index,
    nullptr,
    nullptr,
};

/// Two file systems must not have one name; the number shows nowhere.
std::atomic<std::uint64_t> file_systems{0};

}  // namespace

struct MemoryVfs::Impl {
    std::function<std::int64_t()> unix_millis;
    std::string name;
    std::map<std::string, std::shared_ptr<Content>> files;
    sqlite3_vfs vfs{};

    static Impl& of(sqlite3_vfs* vfs) { return *static_cast<Impl*>(vfs->pAppData); }

    static int open(
        sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
        auto* const self = reinterpret_cast<File*>(file);
        self->base.pMethods = &methods;
        self->lock = SQLITE_LOCK_NONE;
        self->held = new std::array<int, SQLITE_SHM_NLOCK>{};
        std::shared_ptr<Content> opened;
        if (path == nullptr) {
            opened = std::make_shared<Content>();
        } else {
            auto& slot = of(vfs).files[path];
            if (!slot) {
                slot = std::make_shared<Content>();
            }
            opened = slot;
        }
        self->content = new std::shared_ptr<Content>(std::move(opened));
        if (out_flags != nullptr) {
            *out_flags = flags;
        }
        return SQLITE_OK;
    }

    static int remove(sqlite3_vfs* vfs, const char* path, int) {
        of(vfs).files.erase(path);
        return SQLITE_OK;
    }

    static int access(sqlite3_vfs* vfs, const char* path, int, int* result) {
        const auto found = of(vfs).files.find(path);
        *result = found != of(vfs).files.end() && !found->second->bytes.empty() ? 1 : 0;
        return SQLITE_OK;
    }

    static int full_path(sqlite3_vfs*, const char* path, int size, char* out) {
        sqlite3_snprintf(size, out, "%s", path);
        return SQLITE_OK;
    }

    /// SQLite wants it for numbers that never show (a log's salt, a temporary file's name).
    static int randomness(sqlite3_vfs*, int size, char* out) {
        std::memset(out, 0x5a, static_cast<std::size_t>(size));
        return size;
    }

    static int sleep(sqlite3_vfs*, int) { return 0; }

    static int current_time(sqlite3_vfs* vfs, sqlite3_int64* julian_millis) {
        constexpr sqlite3_int64 unix_epoch =
            210866760000000;  // in milliseconds of the Julian calendar
        *julian_millis = unix_epoch + of(vfs).unix_millis();
        return SQLITE_OK;
    }

    static int current_day(sqlite3_vfs* vfs, double* day) {
        sqlite3_int64 millis = 0;
        current_time(vfs, &millis);
        *day = static_cast<double>(millis) / 86400000.0;
        return SQLITE_OK;
    }

    static int last_error(sqlite3_vfs*, int, char*) { return 0; }
};

MemoryVfs::MemoryVfs(std::function<std::int64_t()> unix_millis) : impl_(std::make_unique<Impl>()) {
    impl_->unix_millis = std::move(unix_millis);
    impl_->name = "orrery-rds-" + std::to_string(file_systems++);
    sqlite3_vfs& vfs = impl_->vfs;
    vfs.iVersion = 2;
    vfs.szOsFile = sizeof(File);
    vfs.mxPathname = 512;
    vfs.zName = impl_->name.c_str();
    vfs.pAppData = impl_.get();
    vfs.xOpen = Impl::open;
    vfs.xDelete = Impl::remove;
    vfs.xAccess = Impl::access;
    vfs.xFullPathname = Impl::full_path;
    vfs.xRandomness = Impl::randomness;
    vfs.xSleep = Impl::sleep;
    vfs.xCurrentTime = Impl::current_day;
    vfs.xCurrentTimeInt64 = Impl::current_time;
    vfs.xGetLastError = Impl::last_error;
    ENSURE(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
}

MemoryVfs::~MemoryVfs() {
    sqlite3_vfs_unregister(&impl_->vfs);
}

const std::string& MemoryVfs::name() const {
    return impl_->name;
}

}  // namespace orrery::rds
