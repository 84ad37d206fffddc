/// Where SQLite keeps the pages of databases in memory: found by their numbers without a search,
/// and in large pages of the machine, since a random read of a large table otherwise spends most of
/// its time on finding memory.
#pragma once

namespace orrery::dynamodb {

/// For all of the process, once. Without effect after SQLite has opened its first database, which
/// then is the store's: what is in files has SQLite's own cache in any case.
void keep_memory_databases_in_large_pages();

}  // namespace orrery::dynamodb
