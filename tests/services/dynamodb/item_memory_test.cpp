#include "services/dynamodb/item_memory.h"

#include "engine/random.h"
#include "services/dynamodb/large_memory.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

using namespace orrery;
using namespace orrery::dynamodb;

TEST_CASE("dynamodb item memory: a block has room for what was asked, and little more") {
    for (std::size_t bytes = 1; bytes <= 70'000; ++bytes) {
        const std::size_t room = ItemMemory::room_for(bytes);
        CAPTURE(bytes, room);
        REQUIRE(room >= bytes);
        REQUIRE(room - bytes < std::max<std::size_t>(64, bytes / 16 + 1));
        REQUIRE(ItemMemory::room_for(room) == room);
    }
    CHECK(ItemMemory::room_for(1'000'000) == 1'000'000);
}

TEST_CASE("dynamodb item memory: blocks never overlap, however many come and go") {
    struct Block {
        char* place;
        std::size_t size;
        char letter;
    };
    ItemMemory memory;
    RandomStream random(1);
    std::vector<Block> blocks;
    const auto give_back = [&](std::size_t index) {
        const Block block = blocks[index];
        REQUIRE(std::string_view(block.place, block.size).find_first_not_of(block.letter) ==
                std::string_view::npos);
        memory.give_back(block.place, block.size);
        blocks[index] = blocks.back();
        blocks.pop_back();
    };
    for (int round = 0; round < 3; ++round) {
        for (int step = 0; step < 5'000; ++step) {
            if (!blocks.empty() && random.chance(400'000)) {
                give_back(random.below(blocks.size()));
                continue;
            }
            const std::size_t size = 1 + random.below(random.chance(20'000) ? 100'000 : 3'000);
            Block block{memory.take(size), size, static_cast<char>('a' + random.below(26))};
            std::memset(block.place, block.letter, size);
            blocks.push_back(block);
        }
        while (!blocks.empty()) {  // then its pieces are given back, too
            give_back(random.below(blocks.size()));
        }
    }
}

TEST_CASE("dynamodb item memory: what is given back is taken again") {
    ItemMemory memory;
    char* const block = memory.take(1000);
    char* const other = memory.take(1000);
    memory.give_back(block, 1000);
    CHECK(memory.take(999) == block);
    memory.give_back(block, 999);
    memory.give_back(other, 1000);
}

TEST_CASE("dynamodb large memory: containers of it grow as others do") {
    std::vector<int, LargeMemory<int>> numbers;
    for (int number = 0; number < 2'000'000; ++number) {
        numbers.push_back(number);
    }
    CHECK(numbers[1'999'999] == 1'999'999);
    CHECK(numbers[7] == 7);
}
