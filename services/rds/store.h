/// Everything of one database instance that its sessions share: the files, the catalog, the lock
/// for writing.
#pragma once

#include "engine/random.h"
#include "engine/world.h"
#include "services/rds/catalog.h"
#include "services/rds/storage/memory_vfs.h"
#include "services/rds/storage/sqlite.h"
#include "services/rds/write_lock.h"

namespace orrery::rds {

struct Store {
    /// `name` is that of its stream of random numbers.
    Store(World& world, const std::string& name)
        : loop(world.loop),
          files([&clock = world.loop] { return epoch_millis(clock.now()); }),
          keeper(files),
          lock(world.loop),
          random(world.random.stream(name)) {}

    Loop& loop;
    MemoryVfs files;
    SqliteConnection keeper;  // never idle away: the last connection to close would fold up the log
    Catalog catalog;
    WriteLock lock;
    RandomStream random;  // RAND(), UUID() and the handshakes' salts
};

}  // namespace orrery::rds
