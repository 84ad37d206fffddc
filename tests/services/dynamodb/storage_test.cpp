// What is kept on disk, and what is not: items, their places in indexes, counts, definitions.

#include "services/dynamodb/storage.h"

#include "engine/random.h"
#include "engine/store.h"
#include "engine/world.h"
#include "services/dynamodb/memory_storage.h"
#include "services/dynamodb/tables.h"
#include "services/dynamodb/transactions.h"
#include "tests/services/dynamodb/item_client.h"
#include "tests/temporary_folder.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

using namespace orrery;
using namespace orrery::dynamodb;
using namespace orrery::test;

namespace {

AttributeValue string(const std::string& value) {
    return AttributeValue(AttributeValue::Value(value));
}

Item item(const std::string& id, const std::string& group) {
    return {{"id", string(id)}, {"g", string(group)}};
}

/// A process with a state file; when it ends, what was not committed is lost.
struct Process {
    explicit Process(const TemporaryFolder& folder) : store(world.loop, folder.path() / "state") {
        world.store = &store;
        tables.emplace(world, aws::Identity{}, nullptr);
    }
    ~Process() { tables.reset(); }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    Table& create() {
        TableDefinition definition = table_of("T", {"id:S"});
        definition.indexes.push_back(index_of(IndexKind::global, "by-g", {"g:S"}));
        Table& table = tables->create(std::move(definition));
        table.set_status(Status::active);
        return table;
    }
    void commit() { world.loop.run_until(world.loop.now()); }

    World world;
    Store store;
    std::optional<Tables> tables;
};

std::string ids(const Table& table) {
    std::string all;
    table.each_item([&](const Item& each) { all += *each.at("id").as<std::string>() + " "; });
    return all;
}

std::size_t in_group(const Table& table, const std::string& group) {
    Item key = item("", group);
    std::size_t count = 0;
    table.each_item([&](const Item& each) {
        count += table.key_in(0, each).has_value() && each.at("g") == key.at("g") ? 1U : 0U;
    });
    return count;
}

}  // namespace

TEST_CASE("dynamodb storage: what is committed is there for the next process") {
    TemporaryFolder folder;
    std::string id;
    {
        Process process(folder);
        Table& table = process.create();
        id = table.definition().id;
        table.load(item("a", "x"));
        table.set_expiry_attribute("t");
        process.commit();
        table.load(item("b", "x"));
        table.load(item("a", "y"));
        process.commit();
        table.load(item("lost", "x"));  // killed before its commit
    }
    Process process(folder);
    Table* table = process.tables->find("T");
    REQUIRE(table != nullptr);
    CHECK(table->definition().id == id);
    CHECK(table->definition().indexes.at(0).name == "by-g");
    CHECK(table->status() == Status::active);
    CHECK(table->item_count() == 2);
    CHECK(table->size_bytes() == 2 * 5);
    CHECK(table->index_item_count("by-g") == 2);
    CHECK(ids(*table).size() == 4);
    CHECK_FALSE(table->find(table->key_of(item("lost", ""))).has_value());
    CHECK(in_group(*table, "y") == 1);
    // It goes on being written.
    table->load(item("c", "z"));
    process.commit();
    CHECK(table->item_count() == 3);
}

TEST_CASE("dynamodb storage: a deleted table is gone, and its number is not given again") {
    TemporaryFolder folder;
    std::uint64_t number = 0;
    {
        Process process(folder);
        Table& table = process.create();
        table.load(item("a", "x"));
        number = table.definition().number;
        process.commit();
        process.tables->erase("T");
        process.commit();
    }
    Process process(folder);
    CHECK(process.tables->find("T") == nullptr);
    Table& table = process.create();
    CHECK(table.definition().number > number);
    CHECK(ids(table).empty());
}

TEST_CASE("dynamodb storage: a new world begins without the items of the last one") {
    TemporaryFolder folder;
    {
        Process process(folder);
        process.create().load(item("a", "x"));
        process.commit();
        process.tables.reset();
        process.store.start_afresh();
        process.tables.emplace(process.world, aws::Identity{}, nullptr);
        CHECK(process.tables->all().empty());
        process.create().load(item("b", "x"));
        process.commit();
    }
    Process process(folder);
    REQUIRE(process.tables->find("T") != nullptr);
    CHECK(ids(*process.tables->find("T")) == "b ");
}

namespace {

/// What a kill after the first `frames` frames of the log would have left of `from`; false if there
/// are not so many.
bool copy_cut_log(const TemporaryFolder& from, const TemporaryFolder& to, std::size_t frames) {
    constexpr std::size_t header_bytes = 32;
    constexpr std::size_t frame_bytes = 24 + 8192;
    const std::filesystem::path log = from.path() / "state-wal";
    const std::size_t bytes = frames == 0 ? 0 : header_bytes + frames * frame_bytes;
    if (bytes > std::filesystem::file_size(log)) {
        return false;
    }
    for (const auto& entry : std::filesystem::directory_iterator(from.path())) {
        std::filesystem::copy(entry.path(), to.path() / entry.path().filename());
    }
    std::filesystem::resize_file(to.path() / "state-wal", bytes);
    return true;
}

}  // namespace

TEST_CASE("dynamodb storage: wherever a kill cuts the log, items and tokens are of one instant") {
    TemporaryFolder folder;
    Process process(folder);
    constexpr std::size_t writes = 5;
    for (std::size_t write = 0; write < writes; ++write) {
        Table& table = write == 0 ? process.create() : *process.tables->find("T");
        table.load(item("item-" + std::to_string(write), "x"));
        process.tables->transactions().remember("token-" + std::to_string(write), "", {1});
        process.commit();
    }
    std::size_t cuts = 0;
    std::size_t most_items = 0;
    for (;; ++cuts) {
        TemporaryFolder killed;
        if (!copy_cut_log(folder, killed, cuts)) {
            break;
        }
        Process next(killed);
        Table* table = next.tables->find("T");
        const std::size_t items = table == nullptr ? 0 : table->item_count();
        for (std::size_t write = 0; write < writes; ++write) {
            INFO("after " << cuts << " frames, with " << items << " items");
            const auto* token = next.tables->transactions().find("token-" + std::to_string(write));
            CHECK((token != nullptr) == (write < items));
        }
        most_items = std::max(most_items, items);
    }
    CHECK(cuts > writes);
    CHECK(most_items == writes);
}

TEST_CASE("dynamodb storage: each account and Region has items of its own in the store") {
    TemporaryFolder folder;
    {
        Process process(folder);
        process.create().load(item("a", "x"));
        Tables elsewhere(process.world, aws::Identity{"123456789012", "eu-west-1"}, nullptr);
        elsewhere.create(table_of("T", {"id:S"})).load(item("b", "x"));
        elsewhere.find("T")->load(item("c", "x"));
        process.commit();
    }
    Process process(folder);
    CHECK(ids(*process.tables->find("T")) == "a ");
    Tables elsewhere(process.world, aws::Identity{"123456789012", "eu-west-1"}, nullptr);
    CHECK(elsewhere.find("T")->item_count() == 2);
}

namespace {

std::string read(Storage& storage, const Storage::Range& range, Direction direction) {
    std::string all;
    storage.each(range, direction, [&](std::string_view key, std::int64_t, std::string_view value) {
        all += std::to_string(key.size()) + std::string(value) + " ";
        return true;
    });
    return all;
}

std::int64_t number_at(Storage& storage, std::string_view key) {
    std::int64_t found = 0;
    storage.read(key, [&found](std::int64_t item, std::string_view) { found = item; });
    return found;
}

void check_ranges(Storage& storage) {
    const std::int64_t one = storage.add_item("b", "one");
    const std::int64_t two = storage.add_item("a", "two");
    storage.add_place(std::string("a\0x", 3), two);
    storage.add_place("x", two);
    CHECK(read(storage, {"a", "c"}, Direction::forward) == "1two 3two 1one ");
    CHECK(read(storage, {"a", "b"}, Direction::backward) == "3two 1two ");
    CHECK(read(storage, {std::string("a\0", 2), "c"}, Direction::forward) == "3two 1one ");
    CHECK(read(storage, {"c", "c"}, Direction::backward).empty());
    storage.set_item(two, "TWO");
    storage.set_item(two, "larger");
    storage.erase_item("b", one);
    CHECK(read(storage, {"", "z"}, Direction::forward) == "1larger 3larger 1larger ");
    CHECK(number_at(storage, "a") == two);
    CHECK(number_at(storage, "b") == 0);
    storage.erase_places({"x", "y"});
    storage.add_item("c", "three");
    storage.erase_items({"c", "d"});
    CHECK(number_at(storage, "c") == 0);
    CHECK(read(storage, {"", "z"}, Direction::forward) == "1larger 3larger ");
}

}  // namespace

TEST_CASE("dynamodb storage: ranges are read in the order of bytes, in both directions") {
    World world;
    check_ranges(*make_storage(world, aws::Identity{}));
    TemporaryFolder folder;
    Store store(world.loop, folder.path() / "state");
    world.store = &store;
    check_ranges(*make_storage(world, aws::Identity{}));
}

TEST_CASE("dynamodb storage in memory: items are found however many have come and gone") {
    MemoryStorage storage;
    RandomStream random(1);
    std::map<std::string, std::int64_t> items;
    std::map<std::string, std::string> values;
    for (int step = 0; step < 20'000; ++step) {
        const std::string key = std::to_string(random.below(3000));
        const auto there = items.find(key);
        REQUIRE(number_at(storage, key) == (there == items.end() ? 0 : there->second));
        // Of all lengths, so that it stays where it is, or moves, also beyond the largest block.
        const std::string value =
            "value of " + key +
            std::string(random.below(random.chance(990'000) ? 300 : 90'000), 'x');
        if (there == items.end()) {
            items[key] = storage.add_item(key, value);
            values[key] = value;
        } else if (random.chance(600'000)) {
            storage.erase_item(key, there->second);
            items.erase(there);
        } else {
            storage.set_item(there->second, value);
            values[key] = value;
        }
    }
    for (const auto& [key, item] : items) {
        std::string value;
        CHECK(storage.read(key, [&](std::int64_t, std::string_view bytes) { value = bytes; }));
        CHECK(value == values[key]);
    }
}

TEST_CASE("dynamodb expiry: items are found in the order in which they expire") {
    ItemClient client;
    Table& table = client.create(table_of("T", {"id:S"}));
    const std::int64_t now = epoch_seconds(client.world.loop.now());
    const auto put = [&](const std::string& id, const Json& expiry) {
        client.put("T", {{"id", text(id)}, {"t", expiry}});
    };
    put("later", number(std::to_string(now + 100)));
    table.set_expiry_attribute("t");
    put("soon", number(std::to_string(now + 10)));
    put("text", text("1"));
    put("long-ago", number(std::to_string(now - 6 * 365 * 86'400)));
    put("far", number("1e100"));
    CHECK(table.next_expiry() == client.world.loop.now() + 10s);
    CHECK(table.expired(client.world.loop.now(), 10).empty());
    client.run_for(200s);
    const std::vector<Item> expired = table.expired(client.world.loop.now(), 10);
    REQUIRE(expired.size() == 2);
    CHECK(expired[0].at("id") == string("soon"));
    CHECK(table.expired(client.world.loop.now(), 1).size() == 1);
    put("soon", number(std::to_string(now + 1000)));
    CHECK_FALSE(table.expire(expired[0]));
    CHECK(table.expire(expired[1]));
    CHECK(table.item_count() == 4);
    CHECK(table.next_expiry() == client.world.loop.now() - 200s + 1000s);
    table.set_expiry_attribute(std::nullopt);
    CHECK_FALSE(table.next_expiry().has_value());
}

TEST_CASE("dynamodb listeners hear of writes that change something, and of no others") {
    struct Listener final : ChangeListener {
        void item_changed(const Item* before, const Item* after, Writer writer) override {
            heard += before == nullptr ? "+" : after == nullptr ? "-" : "=";
            heard += writer == Writer::time_to_live ? "ttl" : "";
        }
        std::string heard;
    };
    ItemClient client;
    Listener listener;
    Table& table = client.create(table_of("T", {"id:S"}));
    table.set_listener(&listener);
    const Json item{{"id", text("a")}, {"x", number(1)}};
    const Json key{{"TableName", "T"}, {"Key", {{"id", text("a")}}}};
    client.put("T", item);
    client.put("T", item);
    client.put("T", {{"id", text("a")}, {"x", number(2)}});
    client.call("UpdateItem", key);
    client.call("DeleteItem", key);
    client.call("DeleteItem", key);
    CHECK(listener.heard == "+=-");
    client.put("T", item);
    CHECK(table.expire(read_item(item)));
    table.load(read_item(item));
    CHECK(listener.heard == "+=-+-ttl");
    table.set_listener(nullptr);
}
