#include "services/dynamodb/item_memory.h"

#include "services/dynamodb/large_memory.h"

#include <algorithm>
#include <bit>
#include <new>

namespace orrery::dynamodb {

namespace {

// Blocks up to 4 KB differ by 64 bytes, those up to 64 KB by a sixteenth. Larger ones are the
// general heap's.
constexpr std::size_t smallest_block = 64;
constexpr std::size_t even_blocks = 64;
constexpr std::size_t largest_block = 64 * 1024;

struct BlockKind {
    std::size_t number = 0;
    std::size_t room = 0;
};

BlockKind kind_for(std::size_t bytes) {
    const std::size_t last = std::max<std::size_t>(bytes, 1) - 1;
    if (last < smallest_block * even_blocks) {
        const std::size_t number = last / smallest_block;
        return {number, (number + 1) * smallest_block};
    }
    constexpr std::size_t even_bits = 12;
    static_assert(smallest_block * even_blocks == std::size_t{1} << even_bits);
    constexpr std::size_t parts = 16;
    const std::size_t doublings = static_cast<std::size_t>(std::bit_width(last)) - 1 - even_bits;
    const std::size_t part_bits = even_bits + doublings - 4;
    const std::size_t part = (last >> part_bits) - parts;
    return {even_blocks + doublings * parts + part, (parts + part + 1) << part_bits};
}

}  // namespace

ItemMemory::~ItemMemory() {
    give_back_pieces();
}

bool ItemMemory::is_apart(std::size_t bytes) {
    return bytes > largest_block;
}

std::size_t ItemMemory::room_for(std::size_t bytes) {
    return is_apart(bytes) ? bytes : kind_for(bytes).room;
}

char* ItemMemory::take(std::size_t bytes) {
    if (is_apart(bytes)) {
        return static_cast<char*>(::operator new(bytes));
    }
    ++taken_;
    const BlockKind kind = kind_for(bytes);
    Unused*& unused = unused_[kind.number];
    if (unused == nullptr) {
        return cut(kind.room);
    }
    return reinterpret_cast<char*>(std::exchange(unused, unused->next));
}

void ItemMemory::give_back(char* block, std::size_t bytes) {
    if (is_apart(bytes)) {
        ::operator delete(block);
        return;
    }
    Unused*& unused = unused_[kind_for(bytes).number];
    unused = new (block) Unused{unused};
    if (--taken_ == 0 && pieces_.size() > 1) {
        give_back_pieces();
    }
}

char* ItemMemory::cut(std::size_t room) {
    if (room > rest_size_) {
        // Few pieces, and little that is taken in vain.
        constexpr std::size_t smallest_piece = 64 * 1024;
        constexpr std::size_t largest_piece = 32 * 1024 * 1024;
        const std::size_t size =
            std::bit_floor(std::clamp(all_ / 4, smallest_piece, largest_piece));
        rest_ = static_cast<char*>(take_large_memory(size));
        rest_size_ = size;
        pieces_.emplace_back(rest_, size);
        all_ += size;
    }
    rest_size_ -= room;
    return std::exchange(rest_, rest_ + room);
}

void ItemMemory::give_back_pieces() {
    for (const auto& [piece, size] : pieces_) {
        give_back_large_memory(piece, size);
    }
    pieces_.clear();
    unused_ = {};
    rest_ = nullptr;
    rest_size_ = 0;
    all_ = 0;
}

}  // namespace orrery::dynamodb
