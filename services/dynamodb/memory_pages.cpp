// [docs: sqlite.org/c3ref/pcache_methods2.html]
#include "services/dynamodb/memory_pages.h"

#include "engine/ensure.h"

#include <sqlite3.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace orrery::dynamodb {

namespace {

constexpr std::size_t large_page = 2U << 20U;

struct MemoryPage : sqlite3_pcache_page {
    unsigned number = 0;
};

struct Free {
    void operator()(void* memory) const { std::free(memory); }
};
using Memory = std::unique_ptr<std::byte, Free>;

/// The pages of one database, none of which is ever written elsewhere.
class MemoryPages {
public:
    MemoryPages(std::size_t page_bytes, std::size_t extra_bytes)
        : page_bytes_(page_bytes), extra_bytes_((extra_bytes + 7) / 8 * 8) {}

    std::size_t count() const { return count_; }

    MemoryPage* find(unsigned number) const {
        return number < by_number_.size() ? by_number_[number] : nullptr;
    }
    MemoryPage* add(unsigned number) {
        if (free_.empty()) {
            grow();
        }
        MemoryPage* page = free_.back();
        free_.pop_back();
        *static_cast<void**>(page->pExtra) = nullptr;  // so SQLite knows a new one
        ++count_;
        place(page, number);
        return page;
    }
    void remove(MemoryPage* page) {
        by_number_[page->number] = nullptr;
        free_.push_back(page);
        --count_;
    }
    void move(MemoryPage* page, unsigned number) {
        by_number_[page->number] = nullptr;
        if (MemoryPage* there = find(number)) {
            remove(there);
        }
        place(page, number);
    }
    void remove_from(unsigned number) {
        for (std::size_t each = number; each < by_number_.size(); ++each) {
            if (by_number_[each] != nullptr) {
                remove(by_number_[each]);
            }
        }
        by_number_.resize(std::min<std::size_t>(by_number_.size(), number));
    }

private:
    void place(MemoryPage* page, unsigned number) {
        if (number >= by_number_.size()) {
            by_number_.resize(std::max<std::size_t>(number + 1, by_number_.size() * 2));
        }
        by_number_[number] = page;
        page->number = number;
    }

    /// Each time as much as there is already, up to a bound.
    void grow() {
        constexpr std::size_t first_pages = 8;
        constexpr std::size_t most_bytes = 2 * large_page;
        const std::size_t each = page_bytes_ + extra_bytes_ + sizeof(MemoryPage);
        const std::size_t pages = std::min(std::max(count_, first_pages), most_bytes / each);
        const bool large = pages * each > large_page;
        Memory memory(static_cast<std::byte*>(large ? std::aligned_alloc(large_page, most_bytes)
                                                    : std::malloc(pages * each)));
        ENSURE(memory != nullptr);
        if (large) {
            madvise(memory.get(), most_bytes, MADV_HUGEPAGE);  // if it fails: slower
        }
        // Contents of pages lie together, so that each begins where a page of the machine does.
        std::byte* const contents = memory.get();
        std::byte* const extras = contents + pages * page_bytes_;
        std::byte* const headers = extras + pages * extra_bytes_;
        free_.reserve(free_.size() + pages);
        for (std::size_t index = pages; index > 0; --index) {
            MemoryPage* page = new (headers + (index - 1) * sizeof(MemoryPage)) MemoryPage;
            page->pBuf = contents + (index - 1) * page_bytes_;
            page->pExtra = extras + (index - 1) * extra_bytes_;
            free_.push_back(page);
        }
        memory_.push_back(std::move(memory));
    }

    std::size_t page_bytes_;
    std::size_t extra_bytes_;
    std::size_t count_ = 0;
    std::vector<MemoryPage*> by_number_;  // null: not there
    std::vector<MemoryPage*> free_;
    std::vector<Memory> memory_;
};

/// SQLite's own cache, for databases in files.
sqlite3_pcache_methods2& usual() {
    static sqlite3_pcache_methods2 methods;
    return methods;
}

/// What SQLite holds a cache by: that of a database in memory or the usual one.
struct Cache {
    std::unique_ptr<MemoryPages> pages;
    sqlite3_pcache* other = nullptr;

    static Cache& of(sqlite3_pcache* cache) { return *reinterpret_cast<Cache*>(cache); }
};

// SQLite's C knows no exceptions: without memory the process ends.

sqlite3_pcache* create(int page_bytes, int extra_bytes, int in_file) noexcept {
    auto cache = std::make_unique<Cache>();
    if (in_file != 0) {
        cache->other = usual().xCreate(page_bytes, extra_bytes, in_file);
    } else {
        cache->pages = std::make_unique<MemoryPages>(static_cast<std::size_t>(page_bytes),
                                                     static_cast<std::size_t>(extra_bytes));
    }
    return reinterpret_cast<sqlite3_pcache*>(cache.release());
}

void destroy(sqlite3_pcache* cache) {
    const std::unique_ptr<Cache> dropped(&Cache::of(cache));
    if (dropped->other != nullptr) {
        usual().xDestroy(dropped->other);
    }
}

void set_size(sqlite3_pcache* cache, int size) {
    if (Cache& self = Cache::of(cache); self.other != nullptr) {
        usual().xCachesize(self.other, size);
    }
}

int count(sqlite3_pcache* cache) {
    const Cache& self = Cache::of(cache);
    return self.other != nullptr ? usual().xPagecount(self.other)
                                 : static_cast<int>(self.pages->count());
}

sqlite3_pcache_page* fetch(sqlite3_pcache* cache, unsigned number, int create_it) noexcept {
    const Cache& self = Cache::of(cache);
    if (self.other != nullptr) {
        return usual().xFetch(self.other, number, create_it);
    }
    MemoryPage* page = self.pages->find(number);
    return page != nullptr || create_it == 0 ? page : self.pages->add(number);
}

void unpin(sqlite3_pcache* cache, sqlite3_pcache_page* page, int discard) {
    const Cache& self = Cache::of(cache);
    if (self.other != nullptr) {
        usual().xUnpin(self.other, page, discard);
    } else if (discard != 0) {
        self.pages->remove(static_cast<MemoryPage*>(page));
    }
}

void rekey(sqlite3_pcache* cache,
           sqlite3_pcache_page* page,
           unsigned old,
           unsigned number) noexcept {
    const Cache& self = Cache::of(cache);
    if (self.other != nullptr) {
        usual().xRekey(self.other, page, old, number);
    } else {
        self.pages->move(static_cast<MemoryPage*>(page), number);
    }
}

void truncate(sqlite3_pcache* cache, unsigned number) {
    const Cache& self = Cache::of(cache);
    if (self.other != nullptr) {
        usual().xTruncate(self.other, number);
    } else {
        self.pages->remove_from(number);
    }
}

void shrink(sqlite3_pcache* cache) {
    if (Cache& self = Cache::of(cache); self.other != nullptr) {
        usual().xShrink(self.other);
    }
}

bool configure() {
    if (sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &usual()) != SQLITE_OK) {
        return false;
    }
    sqlite3_pcache_methods2 ours = usual();
    ours.xCreate = create;
    ours.xCachesize = set_size;
    ours.xPagecount = count;
    ours.xFetch = fetch;
    ours.xUnpin = unpin;
    ours.xRekey = rekey;
    ours.xTruncate = truncate;
    ours.xDestroy = destroy;
    ours.xShrink = shrink;
    return sqlite3_config(SQLITE_CONFIG_PCACHE2, &ours) == SQLITE_OK &&
           sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
}

}  // namespace

void keep_memory_databases_in_large_pages() {
    [[maybe_unused]] static const bool configured = configure();
}

}  // namespace orrery::dynamodb
