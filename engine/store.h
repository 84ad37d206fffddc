/// What a world keeps on disk, so that the next process can go on where this one was killed.
#pragma once

#include "engine/timeline.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace orrery {

class Database;
class Loop;

/// Records by table and key, both arbitrary bytes, in one SQLite file. What is committed survives
/// the end of the process, kill -9 included. Who keeps state registers a saver and says when
/// something has changed; everything that changed within an instant is committed together.
class Store {
public:
    /// Opens or makes `file`. Throws UsageError if it is not ours or in use by another process.
    Store(Loop& loop, const std::filesystem::path& file);
    /// What has not been committed is lost.
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    const std::filesystem::path& file() const;

    /// Calls `visit` for every record of `table`, in the order of keys. It may not change the
    /// store.
    void each(std::string_view table,
              const std::function<void(std::string_view key, std::string_view value)>& visit) const;

    /// `save` is called before each commit; it puts and erases what has changed since the last.
    void add_saver(Callback save);
    /// Something has changed: there will be a commit at this instant, after everything due now. A
    /// commit that fails (a full disk) throws UsageError out of the loop's run.
    void touch();
    void put(std::string_view table, std::string_view key, std::string_view value);
    void erase(std::string_view table, std::string_view key);
    void clear(std::string_view table);

    /// For who has too much to keep for records: the database that they are in, for tables of his
    /// own. Before he changes something there he calls write().
    Database& database();
    /// What is changed from here on is committed at this instant, with the records.
    void write();

    /// Calls `done` once all that has changed so far is committed: at once if it is. What a client
    /// is told has been done, it is told then.
    void when_committed(Callback done);
    /// Commits now, when the loop has come to its end.
    void commit();
    /// Forgets every record, other table and saver, and whoever waits for a commit: a new world
    /// begins.
    void start_afresh();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace orrery
